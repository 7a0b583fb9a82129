import { expect, test } from "vitest";
import { SOAK_FAULTS, type SoakFault } from "../../soak/soak-faults.ts";
import { episodes, restarts } from "../../soak/soak-plan.ts";

const harmless = (name: string): SoakFault => {
  const nothing = (): void => {};
  return { name, begin: nothing, end: nothing, cause: null, passing: [], detectedMs: 0, lateMs: 0, recoveredMs: 0 };
};
const FAULTS = ["a", "b", "c", "d"].map(harmless);

const first = (seed: number, count: number): readonly object[] =>
  episodes({ seed, faults: FAULTS })
    .take(count)
    .map(({ fault, ...times }) => ({ ...times, name: fault.name }))
    .toArray();

test("the same seed makes the same faults at the same times, another one others", () => {
  expect(first(7, 100)).toEqual(first(7, 100));
  expect(first(8, 100)).not.toEqual(first(7, 100));
  expect(restarts({ seed: 8, minutes: 30 })).not.toEqual(restarts({ seed: 7, minutes: 30 }));
});

test("the faults of a seed are these, in every run", () => {
  expect(first(7, 3)).toEqual([
    { pauseMs: 929, name: "a", lastsMs: 107_441 },
    { pauseMs: 7_822, name: "d", lastsMs: 6_969 },
    { pauseMs: 3_599, name: "b", lastsMs: 14_140 },
  ]);
  expect(restarts({ seed: 7, minutes: 30 })).toEqual([2_107, 191_152, 535_843]);
});

test("each kind of fault comes once before one comes again", () => {
  const names = episodes({ seed: 7, faults: SOAK_FAULTS })
    .take(2 * SOAK_FAULTS.length)
    .map(({ fault }) => fault.name)
    .toArray();
  const all = SOAK_FAULTS.map(({ name }) => name).toSorted();
  expect(names.slice(0, all.length).toSorted()).toEqual(all);
  expect(names.slice(all.length).toSorted()).toEqual(all);
});

test("a fault lasts from a second to more than any of them needs to be noticed", () => {
  const lasts = episodes({ seed: 7, faults: SOAK_FAULTS })
    .take(1_000)
    .map(({ lastsMs }) => lastsMs)
    .toArray();
  expect(Math.min(...lasts)).toBeGreaterThanOrEqual(1_000);
  expect(Math.min(...lasts)).toBeLessThan(2_000);
  expect(Math.max(...lasts)).toBeGreaterThan(Math.max(...SOAK_FAULTS.map(({ detectedMs }) => detectedMs)));
});

test("the program is started anew at least once, and never in the last part", () => {
  for (const minutes of [1, 30, 60]) {
    const times = restarts({ seed: 7, minutes });
    expect(times.length).toBeGreaterThanOrEqual(1);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(0.3 * minutes * 60_000);
  }
});
