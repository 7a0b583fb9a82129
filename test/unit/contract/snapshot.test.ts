import { expect, test } from "vitest";
import { emitCounter, emitGauge, emitHealth, emitLatency, LatencyTracker, ObserverSnapshot } from "../../../src/metrics/index.ts";
import { type Stand, stand } from "./support.ts";

const SLOT_MS = 300_000 / 20;

async function filled(): Promise<Stand> {
  const at = stand();
  const { eventBus } = at;
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: 5 });
  emitCounter({ eventBus, source: "s", metricName: "c" });
  emitGauge({ eventBus, source: "s", metricName: "g", value: 2 });
  emitHealth({ eventBus, source: "s", healthy: true });
  await eventBus.flush();
  return at;
}

/** What a caller can read of it, as text. */
function readable(snapshot: ObserverSnapshot): string {
  return JSON.stringify([[...snapshot.latency], [...snapshot.counters], [...snapshot.gauges], [...snapshot.health], snapshot.takenAt]);
}

/** Runs an attempt to change something; whether it throws does not matter. */
function attempt(change: () => unknown): void {
  try {
    change();
  } catch {
    // Refused loudly, which is as good as having no effect.
  }
}

test("is an ObserverSnapshot of LatencyTrackers", async () => {
  const { observer } = await filled();
  expect(observer.snapshot()).toBeInstanceOf(ObserverSnapshot);
  expect(observer.snapshot().latency.get("s::o")).toBeInstanceOf(LatencyTracker);
});

test.each(["latency", "counters", "gauges", "health"] as const)(
  "the map %s cannot be changed, by its own methods or by those of Map",
  async (name) => {
    const { observer } = await filled();
    const snapshot = observer.snapshot();
    const before = readable(snapshot);
    const views: unknown[] = [snapshot[name]];
    snapshot[name].forEach((_value, _key, map) => void views.push(map));
    for (const view of views) {
      for (const method of ["set", "delete", "clear"] as const) {
        const own: unknown = Reflect.get(Object(view), method);
        for (const change of [own, Map.prototype[method]]) {
          attempt(() => typeof change === "function" && Reflect.apply(change, view, ["s::o", 99]));
          attempt(() => typeof change === "function" && Reflect.apply(change, view, ["s::c", 99]));
        }
      }
      attempt(() => Object.assign(Object(view), { get: () => 99 }));
      attempt(() => Object.setPrototypeOf(view, null));
    }
    expect(readable(snapshot)).toBe(before);
    expect(readable(observer.snapshot())).toBe(before);
  },
);

test("fields, trackers and health states cannot be changed", async () => {
  const { observer } = await filled();
  const snapshot = observer.snapshot();
  const before = readable(snapshot);
  const targets = [snapshot, snapshot.latency.get("s::o"), snapshot.latency.get("s::o")?.recent, snapshot.health.get("s::health")];
  for (const target of targets) {
    expect(target).toBeDefined();
    for (const name of [
      "latency",
      "counters",
      "takenAt",
      "count",
      "avgMs",
      "recent",
      "timeouts",
      "healthy",
      "score",
      "lastChange",
      "reason",
    ]) {
      attempt(() => Object.defineProperty(target, name, { value: 99 }));
      attempt(() => Reflect.set(Object(target), name, 99));
      attempt(() => Reflect.deleteProperty(Object(target), name));
    }
  }
  expect(readable(snapshot)).toBe(before);
  expect(readable(observer.snapshot())).toBe(before);
});

test("dates are handed out as copies", async () => {
  const { observer, clock } = await filled();
  const snapshot = observer.snapshot();
  snapshot.takenAt.setTime(0);
  snapshot.health.get("s::health")?.lastChange.setTime(0);
  for (const { lastChange } of snapshot.health.values()) lastChange.setTime(0);
  expect(snapshot.takenAt.getTime()).toBe(clock.wallMs());
  expect(snapshot.health.get("s::health")?.lastChange.getTime()).toBe(clock.wallMs());
  expect(observer.snapshot().health.get("s::health")?.lastChange.getTime()).toBe(clock.wallMs());
});

test("the aggregate cannot be changed either", async () => {
  const { observer } = await filled();
  const latency = observer.getAggregatedLatency({ pattern: "s" });
  for (const target of [latency, latency?.recent]) attempt(() => Object.assign(Object(target), { count: 99, avgMs: 99 }));
  expect(observer.getAggregatedLatency({ pattern: "s" })).toMatchObject({ count: 1, avgMs: 5, recent: { count: 1, avgMs: 5 } });
});

test("the maps read like any ReadonlyMap", async () => {
  const { observer } = await filled();
  const { counters } = observer.snapshot();
  expect(counters.size).toBe(1);
  expect(counters.has("s::c")).toBe(true);
  expect(counters.has("toString")).toBe(false);
  expect(counters.get("nobody")).toBeUndefined();
  expect([...counters.keys()]).toEqual(["s::c"]);
  expect([...counters.values()]).toEqual([1]);
  expect([...counters.entries()]).toEqual([["s::c", 1]]);
  expect(new Map(counters)).toEqual(new Map([["s::c", 1]]));
  expect(Object.fromEntries(counters)).toEqual({ "s::c": 1 });
  const seen: unknown[] = [];
  counters.forEach((value, key, map) => void seen.push([value, key, map === counters]));
  expect(seen).toEqual([[1, "s::c", true]]);
  expect([...counters.keys()].map((key) => key.toUpperCase())).toEqual(["S::C"]);
  expect(
    counters
      .entries()
      .map(([key]) => key)
      .toArray(),
    "iterators have their helpers",
  ).toEqual(["s::c"]);
});

test("what comes later does not change it", async () => {
  const { observer, eventBus, clock } = await filled();
  const snapshot = observer.snapshot();
  const before = readable(snapshot);
  clock.advance(1_000);
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: 50 });
  emitCounter({ eventBus, source: "s", metricName: "c" });
  emitGauge({ eventBus, source: "s", metricName: "g", value: 7 });
  emitHealth({ eventBus, source: "s", healthy: false, reason: "later" });
  emitGauge({ eventBus, source: "s", metricName: "new", value: 1 });
  await eventBus.flush();
  observer.retire({ pattern: "s::c" });
  clock.advance(1_000_000);
  expect(readable(snapshot)).toBe(before);
  expect(snapshot.latency.size).toBe(1);
});

test("is cached while nothing changed, and renewed by each kind of change", async () => {
  const { observer, eventBus } = await filled();
  const changes = [
    () => emitLatency({ eventBus, source: "s", operation: "o", durationMs: 5 }),
    () => emitCounter({ eventBus, source: "s", metricName: "c" }),
    () => emitGauge({ eventBus, source: "s", metricName: "g", value: 3 }),
    () => emitHealth({ eventBus, source: "s", healthy: true, reason: "other" }),
    () => emitGauge({ eventBus, source: "s", metricName: "g", value: Number.NaN }),
    () => observer.recordTimeout({ source: "s", sourceId: "", operation: "o", limitMs: 5 }),
    () => void observer.retire({ pattern: "s::g" }),
  ];
  for (const change of changes) {
    const before = observer.snapshot();
    expect(observer.snapshot()).toBe(before);
    change();
    await eventBus.flush();
    expect(observer.snapshot()).not.toBe(before);
  }
});

test("is renewed when the window moves on by one slot", async () => {
  const { observer, clock } = await filled();
  const before = observer.snapshot();
  clock.advance(1);
  expect(observer.snapshot()).toBe(before);
  expect(observer.snapshot().takenAt.getTime(), "takenAt is when it was made").toBe(clock.wallMs() - 1);
  clock.advance(SLOT_MS);
  expect(observer.snapshot()).not.toBe(before);
  expect(observer.snapshot().takenAt.getTime()).toBe(clock.wallMs());
});

test("getRate is the share of the hits in percent", async () => {
  const { observer, eventBus } = stand();
  const rate = (): number | null => observer.snapshot().getRate({ hitKey: "cache::hit", missKey: "cache::miss" });
  emitCounter({ eventBus, source: "cache", metricName: "hit", increment: 3 });
  await eventBus.flush();
  expect(rate()).toBe(100);
  emitCounter({ eventBus, source: "cache", metricName: "miss" });
  await eventBus.flush();
  expect(rate()).toBe(75);
  expect(observer.snapshot().getRate({ hitKey: "cache::nobody", missKey: "cache::miss" })).toBe(0);
  expect(observer.snapshot().getRate({ hitKey: "no", missKey: "body" })).toBeNull();
  emitCounter({ eventBus, source: "zero", metricName: "hit", increment: 0 });
  emitCounter({ eventBus, source: "zero", metricName: "miss", increment: 0 });
  await eventBus.flush();
  expect(observer.snapshot().getRate({ hitKey: "zero::hit", missKey: "zero::miss" })).toBeNull();
});

test("text of a snapshot shows the numbers and nothing secret of the implementation", async () => {
  const { observer } = await filled();
  const tracker: unknown = JSON.parse(JSON.stringify(observer.snapshot().latency.get("s::o")));
  expect(tracker).toMatchObject({ count: 1, totalMs: 5, minMs: 5, maxMs: 5, avgMs: 5, recent: { count: 1, timeouts: 0 } });
  const state: unknown = JSON.parse(JSON.stringify(observer.snapshot().health.get("s::health")));
  expect(state).toMatchObject({ healthy: true, score: 1, reason: null, lastChange: expect.stringMatching(/^2026-11-23T12:00/) });
});
