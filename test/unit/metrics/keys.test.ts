import fc from "fast-check";
import { expect, test } from "vitest";
import { keyMatcher, metricKey, sourceIdOf } from "../../../src/metrics/keys.ts";

const segment = fc.oneof(fc.constantFrom("", "a", "ab", "a:b", "a%3Ab"), fc.string());
const segments = fc.tuple(segment, segment, segment);

test("different segments make different keys, equal ones the same, and the sourceId can be read back", () => {
  fc.assert(
    fc.property(segments, segments, (one, other) => {
      expect(metricKey(...one) === metricKey(...other)).toBe(one.every((text, index) => text === other[index]));
      expect(metricKey(...one).split(":")).toHaveLength(3);
      expect(sourceIdOf(metricKey(...one))).toBe(one[1]);
    }),
  );
});

test("a pattern matches the keys that begin with its segments, and no others", () => {
  fc.assert(
    fc.property(segments, segments, fc.integer({ min: 1, max: 3 }), (one, other, length) => {
      const pattern = metricKey(...one)
        .split(":")
        .slice(0, length)
        .join(":");
      const begins = pattern === "" || one.slice(0, length).every((text, index) => text === other[index]);
      expect(keyMatcher(pattern)(metricKey(...other))).toBe(begins);
    }),
  );
});

test("more keys than are remembered are still the right ones", () => {
  const name = (index: number): string => `name ${index % 3}`;
  for (let index = 0; index < 120_000; index += 1) metricKey("many", String(index), name(index));
  for (let index = 0; index < 120_000; index += 997) {
    expect(metricKey("many", String(index), name(index))).toBe(`many:${index}:${name(index)}`);
  }
});
