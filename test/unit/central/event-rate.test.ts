import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventRate } from "../../../src/central/event-rate.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const MINUTE_MS = 60_000;

function setUp() {
  const clock = new ManualClock();
  const rate = new EventRate({ clock });
  const pass = (ms: number, everyMs: number): void => {
    for (let passed = 0; passed < ms; passed += everyMs) {
      clock.advance(everyMs);
      rate.add();
    }
  };
  return { clock, rate, pass };
}

describe("EventRate", () => {
  test("counts all events since the start, whether they can be rated or not", () => {
    const { rate, pass } = setUp();
    pass(3 * MINUTE_MS, MINUTE_MS);
    rate.start();
    pass(60 * MINUTE_MS, MINUTE_MS);
    rate.stop();
    expect(rate.total).toBe(63);
  });

  test("is unknown until a minute was watched, and without any event 0 then", () => {
    const { clock, rate } = setUp();
    expect(rate.perMinute()).toBeNull();
    rate.start();
    clock.advance(MINUTE_MS - 1);
    expect(rate.perMinute()).toBeNull();
    clock.advance(1);
    expect(rate.perMinute()).toBe(0);
  });

  test("a steady stream has its rate from the first minute on", () => {
    const { rate, pass } = setUp();
    rate.start();
    pass(MINUTE_MS, 200);
    expect(rate.perMinute()).toBe(300);
    pass(20 * MINUTE_MS, 200);
    expect(rate.perMinute()).toBeCloseTo(300, 0);
  });

  test("is an average over 15 min, and nothing of what was before", () => {
    const { clock, rate, pass } = setUp();
    rate.start();
    pass(MINUTE_MS, 100);
    clock.advance(13 * MINUTE_MS);
    expect(rate.perMinute()).toBeCloseTo(600 / 14, 1);
    clock.advance(2 * MINUTE_MS);
    expect(rate.perMinute()).toBe(0);
    clock.advance(365 * 24 * 60 * MINUTE_MS);
    expect(rate.perMinute()).toBe(0);
  });

  test("is unknown while events may get lost, and starts anew afterwards", () => {
    const { clock, rate, pass } = setUp();
    rate.start();
    pass(10 * MINUTE_MS, 1_000);
    rate.stop();
    expect(rate.perMinute()).toBeNull();
    clock.advance(MINUTE_MS);
    rate.start();
    rate.start();
    expect(rate.perMinute()).toBeNull();
    pass(2 * MINUTE_MS, 30_000);
    expect(rate.perMinute()).toBe(2);
  });

  test("never counts more than there were, whenever it is asked", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 * MINUTE_MS }), { maxLength: 100 }), (gaps) => {
        const { clock, rate } = setUp();
        rate.start();
        const times: number[] = [];
        for (const gapMs of gaps) {
          clock.advance(gapMs);
          rate.add();
          times.push(clock.monotonicMs());
          const perMinute = rate.perMinute();
          const nowMs = clock.monotonicMs();
          if (perMinute === null) {
            expect(nowMs).toBeLessThan(MINUTE_MS);
            continue;
          }
          const recent = times.filter((time) => nowMs - time < 15 * MINUTE_MS).length;
          const surelyRecent = times.filter((time) => nowMs - time < 14 * MINUTE_MS).length;
          const watchedMinutes = Math.min(nowMs / MINUTE_MS, 15);
          expect(perMinute).toBeLessThanOrEqual(recent / Math.min(watchedMinutes, 14) + 1e-9);
          expect(perMinute).toBeGreaterThanOrEqual(surelyRecent / watchedMinutes - 1e-9);
        }
      }),
    );
  });
});
