import fc from "fast-check";
import { expect, test } from "vitest";
import { emitLatency } from "../../../src/metrics/index.ts";
import { type Stand, stand } from "./support.ts";

const WINDOW_MS = 300_000;
const KEY = "ping_pong:HmIP-RF:round_trip";

async function sample({ eventBus }: Stand, durationMs: number): Promise<void> {
  emitLatency({ eventBus, source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", durationMs });
  await eventBus.flush();
}

test("five minutes unless told otherwise, moving in at least 20 slots", async () => {
  const at = stand();
  at.clock.advance(123_456);
  await sample(at, 10);
  const countAfter = (ageMs: number): number | undefined => {
    at.clock.advance(123_456 + ageMs - at.clock.monotonicMs());
    return at.observer.snapshot().latency.get(KEY)?.recent.count;
  };
  const slotMs = WINDOW_MS / 20;
  expect(countAfter(WINDOW_MS - slotMs)).toBe(1);
  expect(countAfter(WINDOW_MS + slotMs)).toBe(0);
});

test("a window of another length", async () => {
  const at = stand({ recentWindowMs: 1_000 });
  await sample(at, 10);
  at.clock.advance(950);
  expect(at.observer.snapshot().latency.get(KEY)?.recent.count).toBe(1);
  at.clock.advance(100);
  expect(at.observer.snapshot().latency.get(KEY)?.recent.count).toBe(0);
});

test("samples leave one slot after the other", async () => {
  const at = stand();
  for (let index = 0; index < 100; index += 1) {
    await sample(at, index);
    at.clock.advance(WINDOW_MS / 100);
  }
  const counts = new Set<number | undefined>();
  for (let index = 0; index <= 110; index += 1) {
    counts.add(at.observer.getAggregatedLatency({ pattern: "ping_pong" })?.recent.count);
    at.clock.advance(WINDOW_MS / 100);
  }
  expect(counts.size).toBeGreaterThanOrEqual(20);
  expect(Math.min(...[...counts].map((count) => count ?? Number.NaN))).toBe(0);
});

test("a snapshot taken after the window has passed shows it empty although no sample came", async () => {
  const at = stand();
  await sample(at, 10);
  at.observer.recordTimeout({ source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", limitMs: 30 });
  const before = at.observer.snapshot();
  at.clock.advance(10 * 86_400_000);
  const empty = { count: 0, avgMs: null, p50Ms: null, p95Ms: null, p99Ms: null, maxMs: null, timeouts: 0 };
  const lifetime = { count: 2, totalMs: 40, minMs: 10, maxMs: 30, avgMs: 20 };
  expect(at.observer.snapshot().latency.get(KEY)).toMatchObject({ ...lifetime, recent: empty });
  expect(at.observer.getAggregatedLatency({ pattern: "" })).toMatchObject({ ...lifetime, recent: empty });
  expect(before.latency.get(KEY)?.recent, "an old snapshot stays as it was").toMatchObject({ count: 2, timeouts: 1, maxMs: 30 });
});

test("a day at 20 ms does not hide five minutes at 5 s", async () => {
  const at = stand();
  for (let minute = 0; minute < 1_440; minute += 1) {
    await sample(at, 20);
    at.clock.advance(60_000);
  }
  for (let index = 0; index < 21; index += 1) {
    await sample(at, 5_000);
    at.clock.advance(15_000);
  }
  const tracker = at.observer.snapshot().latency.get(KEY);
  expect(tracker?.recent.avgMs).toBeCloseTo(5_000);
  expect(tracker?.avgMs).toBeLessThan(100);
});

test("average, maximum and quantiles follow the window", async () => {
  const at = stand();
  await sample(at, 900);
  at.clock.advance(200_000);
  await sample(at, 100);
  await sample(at, 300);
  expect(at.observer.snapshot().latency.get(KEY)?.recent).toMatchObject({ count: 3, maxMs: 900 });
  at.clock.advance(150_000);
  const recent = at.observer.snapshot().latency.get(KEY)?.recent;
  expect(recent).toMatchObject({ count: 2, maxMs: 300 });
  expect(recent?.avgMs).toBeCloseTo(200);
  expect(recent?.p99Ms).toBeGreaterThan(296);
  expect(recent?.p99Ms).toBeLessThan(304);
});

test("a timeout is a sample at the limit and counted as timeout, so that a dying link rises", async () => {
  const at = stand();
  await sample(at, 20);
  at.observer.recordTimeout({ source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", limitMs: 10_000 });
  const tracker = at.observer.snapshot().latency.get(KEY);
  expect(tracker).toMatchObject({ count: 2, totalMs: 10_020, minMs: 20, maxMs: 10_000, avgMs: 5_010 });
  expect(tracker?.recent).toMatchObject({ count: 2, avgMs: 5_010, maxMs: 10_000, timeouts: 1 });
  expect(at.observer.getAggregatedLatency({ pattern: "ping_pong" })?.recent.timeouts).toBe(1);
});

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])("a timeout with a limit of %d is refused and counted", async (limitMs) => {
  const at = stand();
  at.observer.recordTimeout({ source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", limitMs });
  expect(at.observer.snapshot().latency.size).toBe(0);
  expect(at.observer.snapshot().getCounter({ key: "metrics::invalid_sample" })).toBe(1);
});

test("whatever happened, the window holds the samples of its length, give or take one slot", async () => {
  const step = fc.record({
    pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 700_000 })),
    durations: fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }),
    sourceId: fc.constantFrom("a", "b"),
    retire: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { clock, eventBus, observer } = stand();
      let samples: { sourceId: string; atMs: number; durationMs: number }[] = [];
      for (const { pauseMs, durations, sourceId, retire } of steps) {
        clock.advance(pauseMs);
        if (retire && pauseMs % 7 === 0) {
          observer.retire({ pattern: `s:${sourceId}` });
          samples = samples.filter((known) => known.sourceId !== sourceId);
        }
        for (const durationMs of durations) {
          emitLatency({ eventBus, source: "s", sourceId, operation: "o", durationMs });
          samples.push({ sourceId, atMs: clock.monotonicMs(), durationMs });
        }
        await eventBus.flush();
        const youngerThan = (limitMs: number): number[] =>
          samples.filter(({ atMs }) => clock.monotonicMs() - atMs < limitMs).map(({ durationMs }) => durationMs);
        const [inside, perhaps] = [youngerThan(WINDOW_MS - WINDOW_MS / 20), youngerThan(WINDOW_MS + WINDOW_MS / 20)];
        const latency = observer.getAggregatedLatency({ pattern: "s" });
        expect(latency?.count ?? 0).toBe(samples.length);
        expect(latency?.recent.count ?? 0).toBeGreaterThanOrEqual(inside.length);
        expect(latency?.recent.count ?? 0).toBeLessThanOrEqual(perhaps.length);
        if (inside.length !== perhaps.length || latency === null || inside.length === 0) continue;
        const sorted = inside.sort((a, b) => a - b);
        const median = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
        expect(latency.recent.maxMs).toBe(sorted.at(-1));
        expect(latency.recent.avgMs).toBeCloseTo(sorted.reduce((total, value) => total + value, 0) / sorted.length, 6);
        expect(Math.abs((latency.recent.p50Ms ?? Number.NaN) - median)).toBeLessThanOrEqual(median * 0.01);
      }
    }),
  );
});
