import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HeavyHitters } from "../../../src/base/heavy-hitters.ts";

function counted(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

describe("HeavyHitters", () => {
  test("counts exactly while there are places, the most frequent first", () => {
    const hitters = new HeavyHitters({ capacity: 3 });
    for (const key of ["a", "b", "b", "c", "b", "c"]) hitters.add(key);
    expect(hitters.top(2)).toEqual([
      { key: "b", count: 3, excess: 0 },
      { key: "c", count: 2, excess: 0 },
    ]);
  });

  test("keeps every key above its share, never counts too low, and says how much too high it may be", () => {
    const keys = fc.array(fc.integer({ min: 0, max: 40 }).map(String), { minLength: 1, maxLength: 500 });
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 20 }), (stream, capacity) => {
        const hitters = new HeavyHitters({ capacity });
        for (const key of stream) hitters.add(key);
        const actual = counted(stream);
        const found = new Map(hitters.top(capacity).map((hitter) => [hitter.key, hitter]));
        expect(found.size).toBeLessThanOrEqual(capacity);
        for (const [key, count] of actual) if (count > stream.length / capacity) expect(found.has(key)).toBe(true);
        for (const { key, count, excess } of found.values()) {
          const exact = actual.get(key) ?? 0;
          expect(count).toBeGreaterThanOrEqual(exact);
          expect(count - excess).toBeLessThanOrEqual(exact);
        }
      }),
    );
  });
});
