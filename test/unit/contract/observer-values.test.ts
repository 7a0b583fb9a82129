import { expect, test, vi } from "vitest";
import { emitCounter, emitGauge, emitHealth, emitLatency, LatencyMetricEvent, MetricEvent } from "../../../src/metrics/index.ts";
import { stand } from "./support.ts";

test("where nothing was measured there is null, not a number that looks like data", () => {
  const { observer } = stand();
  const snapshot = observer.snapshot();
  expect([snapshot.latency.size, snapshot.counters.size, snapshot.gauges.size, snapshot.health.size]).toEqual([0, 0, 0, 0]);
  expect(snapshot.getLatency({ key: "a::b" })).toBeNull();
  expect(snapshot.getCounter({ key: "a::b" })).toBeNull();
  expect(snapshot.getGauge({ key: "a::b" })).toBeNull();
  expect(snapshot.getRate({ hitKey: "cache::hit", missKey: "cache::miss" })).toBeNull();
  expect(observer.getAggregatedLatency({ pattern: "ping_pong" })).toBeNull();
  expect(observer.getAggregatedLatency({ pattern: "" })).toBeNull();
  expect(observer.getOverallHealthScore()).toBeNull();
  expect(observer.getLastEventAgeSeconds()).toBeNull();
  expect(observer.getLastEventAgeSeconds({ sourceId: "HmIP-RF" })).toBeNull();
  expect(observer.getAggregatedCounter({ pattern: "cache" })).toBe(0);
});

test("latencies, counters, gauges and health are kept by full key", async () => {
  const { eventBus, observer } = stand();
  for (const durationMs of [10, 20, 60])
    emitLatency({ eventBus, source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", durationMs });
  for (const increment of [1, 2, 0, 0.5]) emitCounter({ eventBus, source: "cache", metricName: "hit", increment });
  for (const value of [5, -3]) emitGauge({ eventBus, source: "connections", metricName: "active", value });
  emitHealth({ eventBus, source: "client", sourceId: "HmIP-RF", healthy: false, reason: "no PONG", score: 0.6 });
  await eventBus.flush();
  const snapshot = observer.snapshot();
  expect([...snapshot.latency.keys()]).toEqual(["ping_pong:HmIP-RF:round_trip"]);
  expect(snapshot.latency.get("ping_pong:HmIP-RF:round_trip")).toMatchObject({ count: 3, totalMs: 90, minMs: 10, maxMs: 60, avgMs: 30 });
  expect(snapshot.latency.get("ping_pong:HmIP-RF:round_trip")?.recent).toMatchObject({ count: 3, avgMs: 30, maxMs: 60, timeouts: 0 });
  expect([...snapshot.counters]).toEqual([["cache::hit", 3.5]]);
  expect([...snapshot.gauges]).toEqual([["connections::active", -3]]);
  expect([...snapshot.health.keys()]).toEqual(["client:HmIP-RF:health"]);
  expect(snapshot.health.get("client:HmIP-RF:health")).toMatchObject({ healthy: false, reason: "no PONG", score: 0.6 });
  expect(snapshot.getLatency({ key: "ping_pong:HmIP-RF:round_trip" })).toBe(30);
  expect(snapshot.getCounter({ key: "cache::hit" })).toBe(3.5);
  expect(snapshot.getGauge({ key: "connections::active" })).toBe(-3);
});

test("kinds do not mix: one key may be a latency, a counter and a gauge", async () => {
  const { eventBus, observer } = stand();
  emitLatency({ eventBus, source: "s", operation: "x", durationMs: 7 });
  emitCounter({ eventBus, source: "s", metricName: "x", increment: 8 });
  emitGauge({ eventBus, source: "s", metricName: "x", value: 9 });
  await eventBus.flush();
  const snapshot = observer.snapshot();
  expect([snapshot.getLatency({ key: "s::x" }), snapshot.getCounter({ key: "s::x" }), snapshot.getGauge({ key: "s::x" })]).toEqual([
    7, 8, 9,
  ]);
});

test("events that were constructed directly count as well", async () => {
  const { eventBus, observer } = stand();
  eventBus.publishSync(new LatencyMetricEvent({ source: "s", operation: "o", durationMs: 5 }));
  await eventBus.flush();
  expect(observer.snapshot().getLatency({ key: "s::o" })).toBe(5);
});

test("the observer listens with LOW priority and emits nothing itself", async () => {
  const { eventBus, observer } = stand();
  const seen = vi.fn();
  eventBus.subscribe({ eventType: MetricEvent, eventKey: null, handler: seen });
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: Number.NaN });
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: 1 });
  expect(eventBus.statistics().queued).toBe(2);
  await eventBus.flush();
  observer.recordTimeout({ source: "s", sourceId: "", operation: "o", limitMs: 10 });
  observer.recordEventReceived({ sourceId: "x" });
  await eventBus.flush();
  expect(seen).toHaveBeenCalledTimes(2);
});

test("a timeout without sourceId leaves the middle of its key empty", () => {
  const { observer } = stand();
  observer.recordTimeout({ source: "rpc", operation: "ping", limitMs: 10_000 });
  expect(observer.snapshot().latency.get("rpc::ping")?.recent).toMatchObject({ count: 1, timeouts: 1 });
});

test("a duration of zero is a sample, and so is a very long one", async () => {
  const { eventBus, observer } = stand();
  for (const durationMs of [0, 1e9]) emitLatency({ eventBus, source: "s", operation: "o", durationMs });
  await eventBus.flush();
  const tracker = observer.snapshot().latency.get("s::o");
  expect(tracker).toMatchObject({ count: 2, minMs: 0, maxMs: 1e9 });
  expect(tracker?.recent).toMatchObject({ count: 2, p50Ms: 0, maxMs: 1e9 });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -0.001])(
  "a duration of %d is refused and counted, never stored",
  async (durationMs) => {
    const { eventBus, observer } = stand();
    emitLatency({ eventBus, source: "s", operation: "o", durationMs });
    await eventBus.flush();
    expect(observer.snapshot().latency.size).toBe(0);
    expect([...observer.snapshot().counters]).toEqual([["metrics::invalid_sample", 1]]);
    emitLatency({ eventBus, source: "s", operation: "o", durationMs: 4 });
    emitLatency({ eventBus, source: "s", operation: "o", durationMs });
    await eventBus.flush();
    expect(observer.snapshot().latency.get("s::o")).toMatchObject({ count: 1, totalMs: 4, minMs: 4, maxMs: 4, avgMs: 4 });
    expect(observer.snapshot().getCounter({ key: "metrics::invalid_sample" })).toBe(2);
  },
);

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1])(
  "an increment of %d is refused and counted",
  async (increment) => {
    const { eventBus, observer } = stand();
    emitCounter({ eventBus, source: "s", metricName: "m", increment });
    await eventBus.flush();
    expect([...observer.snapshot().counters]).toEqual([["metrics::invalid_sample", 1]]);
  },
);

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("a gauge of %d is refused and counted", async (value) => {
  const { eventBus, observer } = stand();
  emitGauge({ eventBus, source: "s", metricName: "m", value: 1 });
  emitGauge({ eventBus, source: "s", metricName: "m", value });
  await eventBus.flush();
  expect([...observer.snapshot().gauges]).toEqual([["s::m", 1]]);
  expect(observer.snapshot().getCounter({ key: "metrics::invalid_sample" })).toBe(1);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -0.01, 1.01])("a score of %d is refused and counted", async (score) => {
  const { eventBus, observer } = stand();
  emitHealth({ eventBus, source: "s", healthy: false, reason: "first", score: 0.5 });
  emitHealth({ eventBus, source: "s", healthy: true, reason: "second", score });
  await eventBus.flush();
  expect(observer.snapshot().health.get("s::health")).toMatchObject({ healthy: false, reason: "first", score: 0.5 });
  expect(observer.getOverallHealthScore()).toBe(0.5);
  expect(observer.snapshot().getCounter({ key: "metrics::invalid_sample" })).toBe(1);
});

test("the longest durations that a number can hold are samples too", async () => {
  const { eventBus, observer } = stand();
  for (let index = 0; index < 3; index += 1) emitLatency({ eventBus, source: "s", operation: "o", durationMs: Number.MAX_VALUE });
  await eventBus.flush();
  const tracker = observer.snapshot().latency.get("s::o");
  for (const value of [tracker?.minMs, tracker?.maxMs, tracker?.recent.p50Ms, tracker?.recent.maxMs])
    expect(Number.isFinite(value)).toBe(true);
});
