import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AVAILABILITY_SPANS, AvailabilityRecord, type Span } from "../../../src/incidents/availability.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = 1_000 * HOUR_MS;
const span = (from: number, to: number): Span => ({ fromMs: NOW_MS + from * HOUR_MS, toMs: NOW_MS + to * HOUR_MS });
const ofDay = (watched: readonly Span[], outages: readonly Span[]) =>
  new AvailabilityRecord({ watched, outages, nowMs: NOW_MS }).over(AVAILABILITY_SPANS.day);

describe("availability", () => {
  test("nothing watched is nothing known", () => {
    expect(ofDay([], [span(-2, -1)])).toMatchObject({ ratio: null, watchedMs: 0, downMs: 0 });
  });

  test("a day with two outages of one hour", () => {
    expect(ofDay([span(-48, 0)], [span(-20, -19), span(-3, -2)])).toEqual({
      ratio: 22 / 24,
      watchedMs: 24 * HOUR_MS,
      downMs: 2 * HOUR_MS,
      failures: 2,
      meanTimeBetweenFailuresMs: 11 * HOUR_MS,
    });
  });

  test("an outage that lasts and one that began before the day count with their part only, and only new ones as failures", () => {
    expect(ofDay([span(-48, 0)], [span(-30, -23), span(-1, 0)])).toMatchObject({ downMs: 2 * HOUR_MS, failures: 1 });
  });

  test("time in which the program did not run counts neither way", () => {
    expect(ofDay([span(-24, -12), span(-2, 0)], [span(-13, -1)])).toMatchObject({ watchedMs: 14 * HOUR_MS, downMs: 2 * HOUR_MS });
  });

  test("interfaces that are lost together are one failure, and one that is lost this moment is one already", () => {
    expect(ofDay([span(-24, 0)], [span(-5, -3), span(-4, -2), span(0, 0)])).toMatchObject({
      downMs: 3 * HOUR_MS,
      failures: 2,
      meanTimeBetweenFailuresMs: 10.5 * HOUR_MS,
    });
  });

  test("overlapping outages and spans are never counted twice", () => {
    const spans = fc.array(
      fc.tuple(fc.integer({ min: -40, max: 0 }), fc.integer({ min: 0, max: 20 })).map(([from, length]) => span(from, from + length)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(spans, spans, (watched, outages) => {
        const { ratio, watchedMs, downMs } = ofDay(watched, outages);
        expect(watchedMs).toBeLessThanOrEqual(24 * HOUR_MS);
        expect(downMs).toBeLessThanOrEqual(watchedMs);
        expect(ratio === null).toBe(watchedMs === 0);
        expect(ofDay([...watched, ...watched], [...outages, ...outages])).toMatchObject({ watchedMs, downMs });
      }),
    );
  });
});
