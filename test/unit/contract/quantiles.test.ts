import fc from "fast-check";
import { expect, test } from "vitest";
import { emitLatency } from "../../../src/metrics/index.ts";
import { stand } from "./support.ts";

/** The sample that at least `share` of all samples do not exceed. */
function nearestRank(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

function expectWithinOnePercent(actual: number | null | undefined, expected: number): void {
  expect(actual).not.toBeNull();
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(expected * 0.01);
}

/** From a microsecond to a day, evenly on the logarithm. */
const durations = fc.double({ min: -3, max: 7.9, noNaN: true }).map((exponent) => 10 ** exponent);

test("quantiles are the nearest rank within 1 %, of one key and of several", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), durations), { minLength: 1, maxLength: 200 }), async (samples) => {
      const { eventBus, observer } = stand();
      for (const [sourceId, durationMs] of samples) emitLatency({ eventBus, source: "s", sourceId, operation: "o", durationMs });
      await eventBus.flush();
      for (const pattern of ["s", "s:a", "s:b", "s:c"]) {
        const expected = samples.filter(([sourceId]) => pattern === "s" || pattern === `s:${sourceId}`).map(([, durationMs]) => durationMs);
        const actual = observer.getAggregatedLatency({ pattern });
        if (expected.length === 0) {
          expect(actual).toBeNull();
          continue;
        }
        expectWithinOnePercent(actual?.recent.p50Ms, nearestRank(expected, 0.5));
        expectWithinOnePercent(actual?.recent.p95Ms, nearestRank(expected, 0.95));
        expectWithinOnePercent(actual?.recent.p99Ms, nearestRank(expected, 0.99));
        expect(actual?.recent.maxMs).toBe(Math.max(...expected));
      }
    }),
  );
});

test.each([1, 2, 3, 10, 19, 20, 21, 99, 100, 101, 1_000])("nearest rank of %i samples that lie 3 % apart", async (count) => {
  const { eventBus, observer } = stand();
  const samples = Array.from({ length: count }, (_, index) => 1_000 * 1.03 ** index).map((value) => Math.min(value, 1e15));
  for (const durationMs of samples) emitLatency({ eventBus, source: "s", operation: "o", durationMs });
  await eventBus.flush();
  const recent = observer.snapshot().latency.get("s::o")?.recent;
  expectWithinOnePercent(recent?.p50Ms, nearestRank(samples, 0.5));
  expectWithinOnePercent(recent?.p95Ms, nearestRank(samples, 0.95));
  expectWithinOnePercent(recent?.p99Ms, nearestRank(samples, 0.99));
});

test("quantiles of equal samples are that sample, and never above the maximum", async () => {
  const { eventBus, observer } = stand();
  for (const durationMs of [42.5, 42.5, 42.5]) emitLatency({ eventBus, source: "s", operation: "o", durationMs });
  await eventBus.flush();
  const recent = observer.snapshot().latency.get("s::o")?.recent;
  for (const quantile of [recent?.p50Ms, recent?.p95Ms, recent?.p99Ms]) expectWithinOnePercent(quantile, 42.5);
  expect(recent?.p99Ms).toBeLessThanOrEqual(recent?.maxMs ?? 0);
});
