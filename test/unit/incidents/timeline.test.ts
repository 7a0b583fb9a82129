import { describe, expect, test } from "vitest";
import { Timeline } from "../../../src/incidents/timeline.ts";

const fill = (timeline: Timeline, from: number, to: number): void => {
  for (let n = from; n < to; n += 1) timeline.add({ atMs: n, kind: "call", text: `${n}` });
};
const times = ({ entries }: Timeline): readonly number[] => entries.map(({ atMs }) => atMs);
const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, n) => from + n);

describe("Timeline", () => {
  test("remembers the last 20 entries while all is well", () => {
    const timeline = new Timeline();
    fill(timeline, 0, 100);
    expect(times(timeline)).toEqual(range(80, 100));
  });

  test("of an incident it keeps what led to it, how it began and how it ended, 60 entries in all", () => {
    const timeline = new Timeline();
    fill(timeline, 0, 100);
    timeline.begin();
    fill(timeline, 100, 1_000);
    expect(times(timeline)).toEqual([...range(80, 120), ...range(980, 1_000)]);
    timeline.end();
    expect(times(timeline)).toEqual(range(980, 1_000));
    fill(timeline, 1_000, 1_005);
    expect(times(timeline)).toEqual(range(985, 1_005));
  });
});
