import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FlapRule } from "../../../src/hub/flap-rule.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A rule and what it shows, looked at when it asks for it as the hub does. */
class Shown {
  readonly clock = new ManualClock();
  readonly #rule: FlapRule<number>;
  rows = 0;
  value: number | undefined;
  #actual = 0;
  #reviewAtMs = Number.POSITIVE_INFINITY;

  constructor(alarm: { persistentMs?: number } = {}) {
    this.#rule = new FlapRule<number>({ clock: this.clock, badness: (value) => value, ...alarm });
  }

  set(actual: number): void {
    this.#actual = actual;
    const { publish, reviewInMs } = this.#rule.decide(actual);
    this.#reviewAtMs = reviewInMs === null ? Number.POSITIVE_INFINITY : this.clock.monotonicMs() + reviewInMs;
    if (!publish) return;
    this.rows += 1;
    this.value = actual;
  }

  pass(ms: number): void {
    const endMs = this.clock.monotonicMs() + ms;
    while (this.#reviewAtMs <= endMs) {
      this.clock.advance(Math.max(0, this.#reviewAtMs - this.clock.monotonicMs()));
      this.set(this.#actual);
    }
    this.clock.advance(Math.max(0, endMs - this.clock.monotonicMs()));
  }
}

describe("FlapRule", () => {
  test("the first flips are sent at once, each of them once", () => {
    const shown = new Shown();
    for (const value of [0, 0, 2, 0, 2, 2, 1, 0]) {
      shown.set(value);
      expect(shown.value).toBe(value);
      shown.pass(1_000);
    }
    expect(shown.rows).toBe(6);
  });

  test("a link that flaps shows as bad in between, and as good when it has been so for 5 min", () => {
    const shown = new Shown();
    for (let flap = 0; flap < 30; flap += 1) {
      shown.set(0);
      shown.pass(5_000);
      shown.set(1);
      shown.pass(5_000);
    }
    shown.set(0);
    expect(shown.value).toBe(1);
    shown.pass(299_000);
    expect(shown.value).toBe(1);
    shown.pass(1_000);
    expect(shown.value).toBe(0);
  });

  test("a bad state is never hidden, and the end is always told", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 900_000 })), { maxLength: 200 }), (flips) => {
        const shown = new Shown();
        for (const [value, ms] of flips) {
          shown.set(value);
          expect(shown.value).toBeGreaterThanOrEqual(value);
          shown.pass(ms);
          if (ms >= 300_000) expect(shown.value).toBe(value);
        }
      }),
    );
  });

  test.each([1_000, 20_000, 45_000, 150_000, 301_000, 600_000])(
    "a link that flips every %d ms all day writes at most 900 rows",
    (everyMs) => {
      const shown = new Shown();
      for (let passedMs = 0; passedMs < DAY_MS; passedMs += everyMs) {
        shown.set((passedMs / everyMs) % 2);
        shown.pass(everyMs);
      }
      expect(shown.rows).toBeLessThanOrEqual(900);
      expect(shown.rows).toBeGreaterThan(100);
    },
  );

  test("what is neither better nor worse counts as better: another list of the same length", () => {
    const clock = new ManualClock();
    const rule = new FlapRule<readonly string[]>({ clock, badness: ({ length }) => length });
    const names = Array.from({ length: 20 }, (_each, index) => [`device ${index}`]);
    expect(names.filter((list) => rule.decide(list).publish)).toHaveLength(11);
  });
});

describe("FlapRule of an alarm", () => {
  const PERSISTENT_MS = 5_000;
  const open = () => {
    const shown = new Shown({ persistentMs: PERSISTENT_MS });
    shown.set(0);
    return shown;
  };

  test("what is worse is sent when it has lasted, and its end at once", () => {
    const shown = open();
    shown.set(1);
    shown.pass(PERSISTENT_MS - 1);
    expect(shown.value).toBe(0);
    shown.pass(1);
    expect(shown.value).toBe(1);
    shown.set(0);
    expect(shown.value).toBe(0);
  });

  test("what gets worse meanwhile does not begin anew", () => {
    const shown = open();
    shown.set(1);
    shown.pass(PERSISTENT_MS - 1);
    shown.set(2);
    shown.pass(1);
    expect(shown.value).toBe(2);
  });

  test("what is over before is never sent, however long it is until the next one", () => {
    const shown = open();
    for (let hour = 0; hour < 48; hour += 1) {
      shown.set(1);
      shown.pass(PERSISTENT_MS - 1);
      shown.set(0);
      shown.pass(60 * MINUTE_MS);
    }
    expect([shown.value, shown.rows]).toEqual([0, 1]);
  });

  test("what comes and goes all the time is sent, although each time it is over before", () => {
    const shown = open();
    let flaps = 0;
    for (; shown.value === 0 && flaps < 100; flaps += 1) {
      shown.set(1);
      shown.pass(2_000);
      shown.set(0);
      shown.pass(16_000);
    }
    expect(flaps).toBe(11);
    for (let more = 0; more < 200; more += 1) {
      shown.set(1);
      expect(shown.value).toBe(1);
      shown.pass(2_000);
      shown.set(0);
      shown.pass(16_000);
    }
    expect(shown.rows).toBeLessThan(20);
    shown.pass(5 * MINUTE_MS);
    expect(shown.value).toBe(0);
  });

  test("a bad state that lasts is hidden no longer than that, whatever was before", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 1, max: 900_000 })), { maxLength: 200 }), (flips) => {
        const shown = open();
        for (const [value, ms] of flips) {
          shown.set(value);
          shown.pass(ms);
          if (ms >= PERSISTENT_MS) expect(shown.value).toBeGreaterThanOrEqual(value);
        }
      }),
    );
  });
});
