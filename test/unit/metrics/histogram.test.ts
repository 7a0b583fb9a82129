import { expect, test } from "vitest";
import { emitLatency } from "../../../src/metrics/index.ts";
import { stand } from "../contract/support.ts";

const LIMITS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

function setUp() {
  const { eventBus, observer } = stand();
  const emit = (operation: string, durationMs: number): void =>
    emitLatency({ eventBus, source: "rpc", sourceId: "HmIP-RF", operation, durationMs });
  return { eventBus, observer, emit };
}

test("a duration counts in the first bucket whose limit it does not exceed, a longer one than all limits in the last", async () => {
  const { eventBus, observer, emit } = setUp();
  for (const durationMs of [0, 1, 1.01, 10_000, 10_000.1, 86_400_000]) emit("ping", durationMs);
  await eventBus.flush();
  const counts = [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2];
  expect(observer.getAggregatedHistogram({ pattern: "rpc:HmIP-RF" })).toEqual({
    count: 6,
    totalMs: 86_420_002.11,
    limitsMs: LIMITS,
    counts,
  });
});

test("all keys of a pattern add up, timeouts among them, and never fall out of a window", async () => {
  const { eventBus, observer, emit } = setUp();
  emit("ping", 3);
  emit("init", 700);
  observer.recordTimeout({ source: "rpc", sourceId: "HmIP-RF", operation: "ping", limitMs: 10_000 });
  await eventBus.flush();
  const histogram = observer.getAggregatedHistogram({ pattern: "rpc:HmIP-RF" });
  expect([histogram?.count, histogram?.totalMs]).toEqual([3, 10_703]);
  expect(LIMITS.filter((_, bucket) => (histogram?.counts[bucket] ?? 0) > 0)).toEqual([5, 1_000, 10_000]);
});

test("nothing measured is no histogram", () => {
  expect(setUp().observer.getAggregatedHistogram({ pattern: "rpc" })).toBeNull();
});
