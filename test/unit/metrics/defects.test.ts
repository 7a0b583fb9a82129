import { expect, test } from "vitest";
import { DeviceEvent, EventBus } from "../../../src/events/index.ts";
import { emitCounter, emitGauge, emitHealth, emitLatency } from "../../../src/metrics/index.ts";
import { Probe, stand } from "../contract/support.ts";

// The defects of the Python original that concern bus and metrics, each under its number in the list of 24; the others are tested
// where they would occur.

const PING = { source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip" } as const;
const PING_KEY = "ping_pong:HmIP-RF:round_trip";

test("defect 1: at the key limit known keys freeze; health keys have no limit", async () => {
  const { eventBus, observer } = stand({ maxKeys: 1 });
  for (const sourceId of ["known", "new"]) {
    emitLatency({ eventBus, source: "s", sourceId, operation: "o", durationMs: 1 });
    emitHealth({ eventBus, source: "s", sourceId, healthy: true });
  }
  emitLatency({ eventBus, source: "s", sourceId: "known", operation: "o", durationMs: 3 });
  emitHealth({ eventBus, source: "s", sourceId: "known", healthy: false });
  await eventBus.flush();
  const { latency, health } = observer.snapshot();
  expect([...latency].map(([key, { count }]) => [key, count])).toEqual([["s:known:o", 2]]);
  expect([...health].map(([key, { healthy }]) => [key, healthy])).toEqual([["s:known:health", false]]);
});

test("defect 2: the last event age is reset by the observer's own metrics, by failures and by PONGs", async () => {
  const { clock, eventBus, observer } = stand();
  observer.recordEventReceived({ sourceId: "HmIP-RF" });
  clock.advance(60_000);
  emitLatency({ eventBus, ...PING, durationMs: 7 });
  emitCounter({ eventBus, source: "client", sourceId: "HmIP-RF", metricName: "connection_losses" });
  emitHealth({ eventBus, source: "client", sourceId: "HmIP-RF", healthy: false });
  observer.recordTimeout({ ...PING, limitMs: 10_000 });
  await eventBus.flush();
  expect(observer.getLastEventAgeSeconds()).toBe(60);
  expect(observer.getLastEventAgeSeconds({ sourceId: "HmIP-RF" })).toBe(60);
});

test("defect 3: a lifetime average hides spikes", async () => {
  const { clock, eventBus, observer } = stand();
  for (let ping = 0; ping < 5_760; ping += 1) {
    emitLatency({ eventBus, ...PING, durationMs: 20 });
    await eventBus.flush();
    clock.advance(15_000);
  }
  for (let ping = 0; ping < 21; ping += 1) {
    emitLatency({ eventBus, ...PING, durationMs: 5_000 });
    await eventBus.flush();
    clock.advance(15_000);
  }
  const latency = observer.getAggregatedLatency({ pattern: "ping_pong" });
  expect(latency?.avgMs).toBeCloseTo(38, 0);
  expect(latency?.recent.avgMs).toBe(5_000);
});

test("defect 4: lost pings improve the average", () => {
  const { observer } = stand();
  const averages = [1, 2, 3].map(() => {
    observer.recordTimeout({ ...PING, limitMs: 10_000 });
    return observer.getAggregatedLatency({ pattern: "ping_pong" })?.recent;
  });
  expect(averages).toMatchObject([1, 2, 3].map((timeouts) => ({ timeouts, avgMs: 10_000 })));
});

test("defect 7: a removed client lowers the score for ever", async () => {
  const { eventBus, observer } = stand();
  emitHealth({ eventBus, source: "client", sourceId: "HmIP-RF", healthy: true });
  emitHealth({ eventBus, source: "client", sourceId: "BidCos-RF", healthy: false, score: 0.5 });
  await eventBus.flush();
  expect(observer.getOverallHealthScore()).toBe(0.75);
  // What it says last may still be queued when it is removed.
  emitHealth({ eventBus, source: "client", sourceId: "BidCos-RF", healthy: false });
  observer.retire({ pattern: "client:BidCos-RF" });
  await eventBus.flush();
  expect(observer.getOverallHealthScore()).toBe(1);
});

test('defect 8: "no data" looks like data', () => {
  const { observer } = stand();
  expect(observer.getOverallHealthScore()).toBeNull();
  expect(observer.getLastEventAgeSeconds()).toBeNull();
  expect(observer.getAggregatedLatency({ pattern: "ping_pong" })).toBeNull();
  expect(observer.snapshot().getLatency({ key: PING_KEY })).toBeNull();
  expect(observer.snapshot().getRate({ hitKey: "cache::hit", missKey: "cache::miss" })).toBeNull();
});

test("defect 9: priority is start order only, and a slow handler blocks every publisher", async () => {
  const bus = new EventBus();
  const done: string[] = [];
  for (const priority of ["LOW", "CRITICAL"] as const) {
    bus.subscribe({ eventType: Probe, eventKey: null, priority, handler: () => void done.push(priority) });
  }
  bus.publishSync(new Probe());
  done.push("publisher");
  await bus.flush();
  expect(done).toEqual(["CRITICAL", "publisher", "LOW"]);
});

test("defect 10: a handler unsubscribed during a dispatch is still called, and batches reorder", () => {
  const bus = new EventBus();
  const seen: (string | null)[] = [];
  bus.subscribe({ eventType: Probe, eventKey: "last", handler: () => ended() });
  const ended = bus.subscribe({ eventType: Probe, eventKey: null, handler: ({ key }) => void seen.push(key) });
  for (const key of ["a", "b", "a", "last", "a"]) bus.publishSync(new Probe(key));
  expect(seen).toEqual(["a", "b", "a"]);
});

test("defect 11: events without subscriber are not counted", () => {
  const bus = new EventBus();
  bus.publishSync(new Probe());
  expect(bus.statistics().types.get("test.probe")).toMatchObject({ published: 1, executed: 0 });
});

test("defect 19: the wall clock is used everywhere", async () => {
  const { clock, eventBus, observer } = stand();
  const stamps: number[] = [];
  eventBus.subscribe({ eventType: "metric.gauge", eventKey: null, handler: ({ timestamp }) => void stamps.push(timestamp) });
  observer.recordEventReceived({ sourceId: "HmIP-RF" });
  emitLatency({ eventBus, ...PING, durationMs: 20 });
  await eventBus.flush();
  for (const stepMs of [-3_600_000, 7_200_000]) {
    emitGauge({ eventBus, source: "s", metricName: "g", value: 1 });
    clock.stepWall(stepMs);
    clock.advance(1_000);
  }
  emitGauge({ eventBus, source: "s", metricName: "g", value: 1 });
  await eventBus.flush();
  expect(stamps.map((stamp) => stamp - (stamps[0] ?? 0))).toEqual([0, 1_000, 2_000]);
  expect(observer.getLastEventAgeSeconds()).toBe(2);
  expect(observer.getAggregatedLatency({ pattern: "ping_pong" })?.recent.count).toBe(1);
});

test("defect 24: a second event is emitted for every value", async () => {
  const { clock, eventBus, observer } = stand();
  const arrivedAtMs = clock.monotonicMs();
  observer.recordEventReceived({ sourceId: "HmIP-RF", atMs: arrivedAtMs });
  eventBus.publishSync(new DeviceEvent({ interfaceId: "HmIP-RF", address: "A:1", parameter: "STATE", value: true, arrivedAtMs }));
  observer.recordTimeout({ ...PING, limitMs: 10_000 });
  await eventBus.flush();
  expect([...eventBus.statistics().types].map(([type, { published }]) => [type, published])).toEqual([["device.event", 1]]);
});
