import { expect, test, vi } from "vitest";
import { emitCounter, emitGauge, emitLatency, MetricEvent, MetricsObserver } from "../../../src/metrics/index.ts";
import { Probe, stand } from "./support.ts";

test("what was emitted before stop() is counted, what comes after is not", async () => {
  const { observer, eventBus } = stand();
  emitCounter({ eventBus, source: "s", metricName: "c" });
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: 5 });
  observer.stop();
  expect(observer.snapshot().getCounter({ key: "s::c" })).toBe(1);
  expect(observer.snapshot().getLatency({ key: "s::o" })).toBe(5);
  emitCounter({ eventBus, source: "s", metricName: "c" });
  await eventBus.flush();
  expect(observer.snapshot().getCounter({ key: "s::c" })).toBe(1);
  expect(eventBus.statistics().queued).toBe(0);
});

test("stopping twice is harmless", () => {
  const { observer, eventBus } = stand();
  emitCounter({ eventBus, source: "s", metricName: "c" });
  observer.stop();
  observer.stop();
  expect(observer.snapshot().getCounter({ key: "s::c" })).toBe(1);
});

test("it unsubscribes: nothing is queued for it any more", () => {
  const { observer, eventBus } = stand();
  observer.stop();
  emitGauge({ eventBus, source: "s", metricName: "g", value: 1 });
  expect(eventBus.statistics().queued).toBe(0);
});

test("other subscribers get each of their events once and in order", async () => {
  const { observer, eventBus } = stand();
  const seen: string[] = [];
  eventBus.subscribe({
    eventType: MetricEvent,
    eventKey: null,
    priority: "LOW",
    handler: (event: MetricEvent) => void seen.push(event.fullKey),
  });
  eventBus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler: () => void seen.push("probe") });
  emitGauge({ eventBus, source: "s", metricName: "a", value: 1 });
  eventBus.publishSync(new Probe());
  emitGauge({ eventBus, source: "s", metricName: "b", value: 1 });
  observer.stop();
  emitGauge({ eventBus, source: "s", metricName: "c", value: 1 });
  await eventBus.flush();
  expect(seen).toEqual(["s::a", "probe", "s::b", "s::c"]);
});

test("those who wait for publish are not forgotten", async () => {
  const { observer, eventBus } = stand();
  const published = eventBus.publish(new Probe());
  emitGauge({ eventBus, source: "s", metricName: "a", value: 1 });
  observer.stop();
  await published;
  await eventBus.flush();
  await eventBus[Symbol.asyncDispose]();
});

test("dirty listeners hear of what stop() has taken", async () => {
  const { observer, eventBus } = stand();
  const listener = vi.fn((keys: ReadonlySet<string>) => void keys);
  observer.onDirty(listener);
  emitGauge({ eventBus, source: "s", metricName: "a", value: 1 });
  observer.stop();
  await eventBus.flush();
  expect(listener.mock.calls.map(([keys]) => [...keys])).toEqual([["s::a"]]);
});

test("two observers on one bus do not disturb each other", async () => {
  const { observer, eventBus, clock } = stand();
  const other = new MetricsObserver({ eventBus, clock });
  emitGauge({ eventBus, source: "s", metricName: "a", value: 1 });
  observer.stop();
  emitGauge({ eventBus, source: "s", metricName: "a", value: 2 });
  await eventBus.flush();
  expect(observer.snapshot().getGauge({ key: "s::a" })).toBe(1);
  expect(other.snapshot().getGauge({ key: "s::a" })).toBe(2);
});
