import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RadioRhythm } from "../../../src/diagnosis/radio-rhythm.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 0, 5);

/** Reports at the given times after the start, each watched from the one before. */
function watch(rhythm: RadioRhythm, timesMs: Iterable<number>): number {
  let sinceMs = START_MS;
  for (const timeMs of timesMs) {
    rhythm.silenceEnded({ sinceMs, atMs: START_MS + timeMs });
    sinceMs = START_MS + timeMs;
  }
  return sinceMs;
}

function* every(intervalMs: number, untilMs: number): Generator<number> {
  for (let timeMs = intervalMs; timeMs <= untilMs; timeMs += intervalMs) yield timeMs;
}

/** Reports every ten minutes from 6 to 22 h, none at night. */
function* daytime(days: number): Generator<number> {
  for (let day = 0; day < days; day += 1) {
    for (let minutes = 6 * 60; minutes <= 22 * 60; minutes += 10) yield day * DAY_MS + minutes * MINUTE_MS;
  }
}

describe("RadioRhythm", () => {
  test("knows nothing at first and is patient for a day", () => {
    expect(new RadioRhythm().limitMs({ sinceMs: START_MS, atMs: START_MS + HOUR_MS })).toBe(DAY_MS);
  });

  test("devices on mains power are known after an hour: half an hour of silence is suspicious", () => {
    const rhythm = new RadioRhythm();
    const sinceMs = watch(rhythm, every(MINUTE_MS, HOUR_MS));
    expect(rhythm.limitMs({ sinceMs, atMs: sinceMs })).toBe(30 * MINUTE_MS);
  });

  test("a busy evening alone does not make a night suspicious", () => {
    const rhythm = new RadioRhythm();
    watch(rhythm, every(MINUTE_MS, HOUR_MS));
    rhythm.silenceEnded({ sinceMs: START_MS + HOUR_MS, atMs: START_MS + HOUR_MS + 6 * MINUTE_MS });
    const sinceMs = START_MS + HOUR_MS + 6 * MINUTE_MS;
    expect(rhythm.limitMs({ sinceMs, atMs: sinceMs })).toBe(DAY_MS);
  });

  test("learns quiet nights: the same silence is suspicious by day and usual by night", () => {
    const rhythm = new RadioRhythm();
    watch(rhythm, daytime(5));
    const noonMs = START_MS + 5 * DAY_MS + 12 * HOUR_MS;
    const nightMs = START_MS + 5 * DAY_MS + 22 * HOUR_MS;
    expect(rhythm.limitMs({ sinceMs: noonMs, atMs: noonMs + HOUR_MS })).toBe(30 * MINUTE_MS);
    expect(rhythm.limitMs({ sinceMs: nightMs, atMs: nightMs + 8 * HOUR_MS })).toBe(20 * HOUR_MS);
  });

  test("a suspicious silence does not make the next one usual", () => {
    const rhythm = new RadioRhythm();
    const lastMs = watch(rhythm, every(10 * MINUTE_MS, 4 * DAY_MS));
    rhythm.silenceEnded({ sinceMs: lastMs, atMs: lastMs + 13 * HOUR_MS });
    const sinceMs = lastMs + 13 * HOUR_MS;
    expect(rhythm.limitMs({ sinceMs, atMs: sinceMs })).toBeLessThanOrEqual(75 * MINUTE_MS);
  });

  test("goes on after a restart with what it remembered", () => {
    const rhythm = new RadioRhythm();
    const sinceMs = watch(rhythm, daytime(20));
    const again = new RadioRhythm(rhythm.remembered());
    const silence = { sinceMs, atMs: sinceMs + 8 * HOUR_MS };
    expect(again.limitMs(silence)).toBe(rhythm.limitMs(silence));
    expect(rhythm.remembered().length).toBe(14);
  });

  test("whatever happens, the limit stays between half an hour and a day and the memory at 14 days", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2 * DAY_MS, max: 3 * DAY_MS }), { maxLength: 300 }), (steps) => {
        const rhythm = new RadioRhythm();
        let nowMs = START_MS;
        for (const step of steps) {
          rhythm.silenceEnded({ sinceMs: nowMs, atMs: nowMs + step });
          nowMs += step;
          const limitMs = rhythm.limitMs({ sinceMs: nowMs, atMs: nowMs + Math.abs(step) });
          expect(limitMs).toBeGreaterThanOrEqual(30 * MINUTE_MS);
          expect(limitMs).toBeLessThanOrEqual(DAY_MS);
        }
        expect(rhythm.remembered().length).toBeLessThanOrEqual(14);
      }),
    );
  });
});
