import { expect, test } from "vitest";
import { emitCounter, emitLatency } from "../../../src/metrics/index.ts";
import { memoryTaken } from "../../support/memory-taken.ts";
import { stand } from "./support.ts";

const KEYS: readonly (readonly [string, string, string])[] = [
  ["ping_pong", "HmIP-RF", "round_trip"],
  ["ping_pong", "BidCos-RF", "round_trip"],
  ["ping_pong2", "HmIP-RF", "round_trip"],
  ["cache", "", "hit"],
  ["cache", "", "hits"],
  ["cache", "HmIP-RF", "hit"],
  ["a:b", "50%", "x:y"],
  ["a", "b", "x"],
  ["__proto__", "constructor", "toString"],
];

/** Each key holds another power of two, so that a sum says which keys are in it. */
const valueAt = (index: number): number => 2 ** index;

test.each([
  ["ping_pong", [0, 1]],
  ["ping_pong2", [2]],
  ["ping", []],
  ["ping_pong:HmIP-RF", [0]],
  ["ping_pong:HmIP", []],
  ["ping_pong:HmIP-RF:round_trip", [0]],
  ["ping_pong:HmIP-RF:round", []],
  ["ping_pong:HmIP-RF:round_trip:more", []],
  ["ping_pong:", []],
  ["cache", [3, 4, 5]],
  ["cache:", [3, 4]],
  ["cache::hit", [3]],
  ["cache:HmIP-RF", [5]],
  ["a", [7]],
  ["a:b", [7]],
  ["a%3Ab", [6]],
  ["a%3Ab:50%25", [6]],
  ["a%3Ab:50%25:x%3Ay", [6]],
  ["__proto__", [8]],
  ["constructor", []],
  ["", [0, 1, 2, 3, 4, 5, 6, 7, 8]],
] as const)("pattern %j", async (pattern, matching) => {
  const { eventBus, observer } = stand();
  for (const [index, [source, sourceId, name]] of KEYS.entries()) {
    emitCounter({ eventBus, source, sourceId, metricName: name, increment: valueAt(index) });
    emitLatency({ eventBus, source, sourceId, operation: name, durationMs: valueAt(index) });
  }
  await eventBus.flush();
  const sum = matching.map(valueAt).reduce((total, value) => total + value, 0);
  expect(observer.getAggregatedCounter({ pattern })).toBe(sum);
  const latency = observer.getAggregatedLatency({ pattern });
  if (matching.length === 0) expect(latency).toBeNull();
  else expect(latency).toMatchObject({ count: matching.length, totalMs: sum, recent: { count: matching.length } });
});

test("an aggregate is that of all samples together", async () => {
  const { eventBus, observer } = stand();
  const samples = { "HmIP-RF": [10, 30], "BidCos-RF": [2], VirtualDevices: [50, 8] };
  for (const [sourceId, durations] of Object.entries(samples)) {
    for (const durationMs of durations) emitLatency({ eventBus, source: "ping_pong", sourceId, operation: "round_trip", durationMs });
  }
  await eventBus.flush();
  const latency = observer.getAggregatedLatency({ pattern: "ping_pong" });
  expect(latency).toMatchObject({ count: 5, totalMs: 100, minMs: 2, maxMs: 50, avgMs: 20 });
  expect(latency?.recent).toMatchObject({ count: 5, avgMs: 20, maxMs: 50, timeouts: 0 });
});

test("an aggregate is no view: it stays as it was", async () => {
  const { eventBus, observer } = stand();
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: 1 });
  await eventBus.flush();
  const before = observer.getAggregatedLatency({ pattern: "s" });
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: 3 });
  await eventBus.flush();
  expect(before).toMatchObject({ count: 1, maxMs: 1, recent: { count: 1 } });
  expect(observer.getAggregatedLatency({ pattern: "s" })).toMatchObject({ count: 2, maxMs: 3, recent: { count: 2 } });
});

test("an aggregate that was asked for before takes in a key that is new, and leaves out one that is retired", async () => {
  const { eventBus, observer } = stand();
  const emit = async (sourceId: string, durationMs: number): Promise<void> => {
    emitLatency({ eventBus, source: "s", sourceId, operation: "o", durationMs });
    await eventBus.flush();
  };
  const counts = (): unknown[] => [
    observer.getAggregatedLatency({ pattern: "s" })?.count,
    observer.getAggregatedLatency({ pattern: "s:c" })?.count,
    observer.getAggregatedHistogram({ pattern: "s" })?.count,
  ];
  expect(counts()).toEqual([undefined, undefined, undefined]);
  await emit("a", 1);
  await emit("b", 2);
  expect(counts()).toEqual([2, undefined, 2]);
  await emit("c", 4);
  expect(counts()).toEqual([3, 1, 3]);
  observer.retire({ pattern: "s:a" });
  expect(counts()).toEqual([2, 1, 2]);
  expect(observer.getAggregatedLatency({ pattern: "s" })).toMatchObject({ totalMs: 6, minMs: 2 });
  // Of the same number of samples, but not the same ones.
  await emit("a", 8);
  expect(observer.getAggregatedLatency({ pattern: "s" })).toMatchObject({ count: 3, totalMs: 14 });
});

test("an aggregate follows the window although nothing new is measured", async () => {
  const { clock, eventBus, observer } = stand();
  const recent = (): unknown => observer.getAggregatedLatency({ pattern: "s" })?.recent;
  for (const [sourceId, durationMs] of [
    ["a", 10],
    ["b", 30],
    ["a", 50],
  ] as const) {
    emitLatency({ eventBus, source: "s", sourceId, operation: "o", durationMs });
    await eventBus.flush();
    expect(recent()).toMatchObject({ maxMs: durationMs });
    clock.advance(100_000);
  }
  expect(recent()).toMatchObject({ count: 2, avgMs: 40 });
  clock.advance(100_000);
  expect(recent()).toMatchObject({ count: 1, avgMs: 50 });
  clock.advance(100_000);
  expect(recent()).toMatchObject({ count: 0, avgMs: null });
});

test("patterns that nobody asks for twice take no room for ever", () => {
  const { observer } = stand();
  const before = memoryTaken();
  for (let index = 0; index < 50_000; index += 1) observer.getAggregatedLatency({ pattern: `${index}`.padEnd(100) });
  expect(memoryTaken() - before).toBeLessThan(2_000_000);
  expect(observer.getAggregatedLatency({ pattern: "" })).toBeNull();
});
