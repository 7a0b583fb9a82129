import { expect, test } from "vitest";
import type { EventBus } from "../../../src/events/index.ts";
import { emitCounter, emitGauge, emitHealth, emitLatency, type ObserverSnapshot } from "../../../src/metrics/index.ts";
import { stand } from "./support.ts";

interface Kind {
  readonly kind: string;
  emit(eventBus: EventBus, sourceId: string, value: number): void;
  read(snapshot: ObserverSnapshot): ReadonlyMap<string, unknown>;
  value(snapshot: ObserverSnapshot, key: string): number | null | undefined;
}

const OWN = /^metrics::/;
const KINDS: readonly Kind[] = [
  {
    kind: "latency",
    emit: (eventBus, sourceId, durationMs) => emitLatency({ eventBus, source: "s", sourceId, operation: "health", durationMs }),
    read: (snapshot) => snapshot.latency,
    value: (snapshot, key) => snapshot.latency.get(key)?.maxMs,
  },
  {
    kind: "counter",
    emit: (eventBus, sourceId, increment) => emitCounter({ eventBus, source: "s", sourceId, metricName: "health", increment }),
    read: (snapshot) => new Map([...snapshot.counters].filter(([key]) => !OWN.test(key))),
    value: (snapshot, key) => snapshot.getCounter({ key }),
  },
  {
    kind: "gauge",
    emit: (eventBus, sourceId, value) => emitGauge({ eventBus, source: "s", sourceId, metricName: "health", value }),
    read: (snapshot) => snapshot.gauges,
    value: (snapshot, key) => snapshot.getGauge({ key }),
  },
  {
    kind: "health",
    emit: (eventBus, sourceId, score) => emitHealth({ eventBus, source: "s", sourceId, healthy: false, score: score / 100 }),
    read: (snapshot) => snapshot.health,
    value: (snapshot, key) => (snapshot.health.get(key)?.score ?? 0) * 100,
  },
];

test.each(KINDS)("$kind: a new key past the limit is refused and counted, known keys always update", async ({ emit, read, value }) => {
  const { eventBus, observer, log } = stand({ maxKeys: 3 });
  for (const sourceId of ["1", "2", "3", "4", "5", "4"]) emit(eventBus, sourceId, 1);
  await eventBus.flush();
  expect([...read(observer.snapshot()).keys()]).toEqual(["s:1:health", "s:2:health", "s:3:health"]);
  expect(observer.snapshot().getCounter({ key: "metrics::overflow" })).toBe(3);
  expect(log.lines).toHaveLength(1);
  emit(eventBus, "2", 50);
  await eventBus.flush();
  expect(value(observer.snapshot(), "s:2:health")).toBeCloseTo(observer.snapshot().counters.has("s:2:health") ? 51 : 50);
});

test("the limit holds for each kind by itself and is logged once for each", async () => {
  const { eventBus, observer, log } = stand({ maxKeys: 2 });
  for (const { emit } of KINDS) for (const sourceId of ["1", "2"]) emit(eventBus, sourceId, 1);
  await eventBus.flush();
  expect(observer.snapshot().getCounter({ key: "metrics::overflow" })).toBeNull();
  expect(log.lines).toEqual([]);
  for (let turn = 0; turn < 3; turn += 1) for (const { emit } of KINDS) emit(eventBus, `late ${turn}`, 1);
  await eventBus.flush();
  expect(observer.snapshot().getCounter({ key: "metrics::overflow" })).toBe(12);
  expect(log.lines).toHaveLength(4);
});

test("the observer's own counters take no place from the product's keys, whichever came first", async () => {
  const { eventBus, observer } = stand({ maxKeys: 2 });
  emitGauge({ eventBus, source: "s", metricName: "m", value: Number.NaN });
  for (const sourceId of ["1", "2", "3"]) emitGauge({ eventBus, source: "s", sourceId, metricName: "m", value: 1 });
  for (const sourceId of ["1", "2"]) emitCounter({ eventBus, source: "s", sourceId, metricName: "m" });
  await eventBus.flush();
  expect(Object.fromEntries(observer.snapshot().counters)).toEqual({
    "metrics::invalid_sample": 1,
    "metrics::overflow": 1,
    "s:1:m": 1,
    "s:2:m": 1,
  });
  const full = stand({ maxKeys: 1 });
  for (const sourceId of ["1", "2"]) emitCounter({ eventBus: full.eventBus, source: "s", sourceId, metricName: "m" });
  emitGauge({ eventBus: full.eventBus, source: "s", metricName: "m", value: Number.NaN });
  await full.eventBus.flush();
  expect(Object.fromEntries(full.observer.snapshot().counters)).toEqual({
    "s:1:m": 1,
    "metrics::overflow": 1,
    "metrics::invalid_sample": 1,
  });
});

test("a product that calls itself metrics is bounded too", async () => {
  const { eventBus, observer } = stand({ maxKeys: 3 });
  for (let index = 0; index < 20; index += 1) emitCounter({ eventBus, source: "metrics", metricName: `mine ${index}` });
  await eventBus.flush();
  expect([...observer.snapshot().counters.keys()].filter((key) => key.startsWith("metrics::mine"))).toHaveLength(3);
});

test("an invalid sample of a new key takes no place", async () => {
  const { eventBus, observer } = stand({ maxKeys: 1 });
  emitLatency({ eventBus, source: "s", operation: "bad", durationMs: -1 });
  emitLatency({ eventBus, source: "s", operation: "good", durationMs: 1 });
  await eventBus.flush();
  expect([...observer.snapshot().latency.keys()]).toEqual(["s::good"]);
  expect(observer.snapshot().getCounter({ key: "metrics::overflow" })).toBeNull();
});

test("a timeout of a new key past the limit is refused and counted", async () => {
  const { eventBus, observer } = stand({ maxKeys: 1 });
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: 1 });
  await eventBus.flush();
  observer.recordTimeout({ source: "s", sourceId: "new", operation: "o", limitMs: 10 });
  observer.recordTimeout({ source: "s", sourceId: "", operation: "o", limitMs: 10 });
  expect([...observer.snapshot().latency.keys()]).toEqual(["s::o"]);
  expect(observer.snapshot().latency.get("s::o")?.count).toBe(2);
  expect(observer.snapshot().getCounter({ key: "metrics::overflow" })).toBe(1);
});

test("a retired key makes room", async () => {
  const { eventBus, observer } = stand({ maxKeys: 1 });
  for (const { emit } of KINDS) emit(eventBus, "old", 1);
  await eventBus.flush();
  expect(observer.retire({ pattern: "s:old" })).toBe(4);
  for (const { emit } of KINDS) emit(eventBus, "new", 1);
  await eventBus.flush();
  for (const { read } of KINDS) expect([...read(observer.snapshot()).keys()]).toEqual(["s:new:health"]);
});

test("10,000 keys of a kind are kept without being told", async () => {
  const { eventBus, observer } = stand();
  for (let index = 0; index < 10_001; index += 1) {
    emitGauge({ eventBus, source: "s", sourceId: String(index), metricName: "m", value: index });
    if (index % 1_000 === 0) await eventBus.flush();
  }
  await eventBus.flush();
  expect(observer.snapshot().gauges.size).toBe(10_000);
  expect(observer.snapshot().getGauge({ key: "s:9999:m" })).toBe(9_999);
  expect(observer.snapshot().getGauge({ key: "s:10000:m" })).toBeNull();
});
