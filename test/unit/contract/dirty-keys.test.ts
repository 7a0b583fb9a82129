import { expect, test, vi } from "vitest";
import { emitCounter, emitGauge, emitHealth, emitLatency } from "../../../src/metrics/index.ts";
import { stand } from "./support.ts";

test("once per drained slice, with all keys that changed in it", async () => {
  const { observer, eventBus } = stand();
  const told: string[][] = [];
  observer.onDirty((keys) => void told.push([...keys].sort()));
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: 1 });
  emitCounter({ eventBus, source: "s", metricName: "c" });
  emitCounter({ eventBus, source: "s", metricName: "c" });
  emitGauge({ eventBus, source: "s", metricName: "g", value: 1 });
  emitHealth({ eventBus, source: "s", healthy: true });
  expect(told).toEqual([]);
  await eventBus.flush();
  expect(told).toEqual([["s::c", "s::g", "s::health", "s::o"]]);
  await eventBus.flush();
  expect(told).toHaveLength(1);
  emitGauge({ eventBus, source: "s", metricName: "g", value: 2 });
  await eventBus.flush();
  expect(told.slice(1)).toEqual([["s::g"]]);
});

test("a slice with LOW handlers of others in between is still told once", async () => {
  const { observer, eventBus } = stand();
  const listener = vi.fn();
  observer.onDirty(listener);
  eventBus.subscribe({ eventType: "metric.gauge", eventKey: null, priority: "LOW", handler: () => {} });
  for (const metricName of ["a", "b", "c"]) emitGauge({ eventBus, source: "s", metricName, value: 1 });
  await eventBus.flush();
  expect(listener).toHaveBeenCalledOnce();
});

test("the observer's own counters are told too", async () => {
  const { observer, eventBus } = stand({ maxKeys: 1 });
  const told: string[][] = [];
  observer.onDirty((keys) => void told.push([...keys].sort()));
  emitGauge({ eventBus, source: "s", metricName: "a", value: Number.NaN });
  await eventBus.flush();
  expect(told).toEqual([["metrics::invalid_sample"]]);
  for (const metricName of ["a", "b"]) emitGauge({ eventBus, source: "s", metricName, value: 1 });
  await eventBus.flush();
  expect(told.slice(1)).toEqual([["metrics::overflow", "s::a"]]);
});

test("a recorded timeout is told", async () => {
  const { observer, eventBus } = stand();
  const told: string[] = [];
  observer.onDirty((keys) => void told.push(...keys));
  observer.recordTimeout({ source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", limitMs: 10 });
  await eventBus.flush();
  await vi.waitFor(() => expect(told).toEqual(["ping_pong:HmIP-RF:round_trip"]));
});

test("the listener sees a snapshot that holds the changes", async () => {
  const { observer, eventBus } = stand();
  const values: (number | null)[] = [];
  observer.onDirty(() => void values.push(observer.snapshot().getGauge({ key: "s::g" })));
  emitGauge({ eventBus, source: "s", metricName: "g", value: 5 });
  await eventBus.flush();
  expect(values).toEqual([5]);
});

test("listeners end alone, and one that throws does not harm the others", async () => {
  const { observer, eventBus } = stand();
  const [first, second] = [vi.fn(), vi.fn()];
  observer.onDirty(() => {
    throw new Error("broken listener");
  });
  const subscription = observer.onDirty(first);
  observer.onDirty(second);
  emitGauge({ eventBus, source: "s", metricName: "g", value: 1 });
  await eventBus.flush();
  subscription();
  subscription[Symbol.dispose]();
  emitGauge({ eventBus, source: "s", metricName: "g", value: 2 });
  await eventBus.flush();
  expect(first).toHaveBeenCalledTimes(1);
  expect(second).toHaveBeenCalledTimes(2);
});

test("a set that was handed out stays as it was", async () => {
  const { observer, eventBus } = stand();
  const sets: ReadonlySet<string>[] = [];
  observer.onDirty((keys) => void sets.push(keys));
  for (const metricName of ["a", "b"]) {
    emitGauge({ eventBus, source: "s", metricName, value: 1 });
    await eventBus.flush();
  }
  expect(sets.map((keys) => [...keys])).toEqual([["s::a"], ["s::b"]]);
});
