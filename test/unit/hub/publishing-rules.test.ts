import { describe, expect, test } from "vitest";
import { AgeRule } from "../../../src/hub/age-rule.ts";
import type { HubMetricValue } from "../../../src/hub/hub-sensor-sink.ts";
import { LastEventRule } from "../../../src/hub/last-event-rule.ts";
import { latencyRule, levelRule, type PublishingRule, rateRule } from "../../../src/hub/publishing-rules.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Lets a day pass in steps; returns how often the rule let a value through. */
function rowsOfADay({
  rule,
  clock,
  stepMs,
  valueAt,
}: {
  rule: PublishingRule;
  clock: ManualClock;
  stepMs: number;
  valueAt: (nowMs: number) => HubMetricValue;
}) {
  let rows = 0;
  for (const endMs = clock.monotonicMs() + DAY_MS; clock.monotonicMs() < endMs; clock.advance(stepMs)) {
    if (rule.decide(valueAt(clock.monotonicMs())).publish) rows += 1;
  }
  return rows;
}

describe("latencyRule", () => {
  const ruleAfter = (published: number) => {
    const clock = new ManualClock();
    const rule = latencyRule({ clock });
    rule.decide(published);
    clock.advance(5 * MINUTE_MS);
    return { clock, rule };
  };

  test.each([
    [10, 14.9, false],
    [10, 15, true],
    [10, 5, true],
    [100, 109, false],
    [100, 110, true],
    [1_000, 1_099, false],
  ])("from %d to %d ms: worth a row %s", (from, to, expected) => {
    expect(ruleAfter(from).rule.decide(to).publish).toBe(expected);
  });

  test("a change within 5 min is not lost but sent when they are over", () => {
    const clock = new ManualClock();
    const rule = latencyRule({ clock });
    rule.decide(10);
    clock.advance(20_000);
    const early = rule.decide(500);
    expect(early).toEqual({ publish: false, reviewInMs: 280_000 });
    clock.advance(280_000);
    expect(rule.decide(500).publish).toBe(true);
  });

  test("appearing and vanishing is told at once", () => {
    const clock = new ManualClock();
    const rule = latencyRule({ clock });
    expect([null, 10, null, 12].map((value) => rule.decide(value).publish)).toEqual([true, true, true, true]);
  });

  test("a known value is looked at again without any change, since its window empties by time", () => {
    expect(ruleAfter(10).rule.decide(10).reviewInMs).toBe(MINUTE_MS);
  });

  test("however restless, a latency writes no more than 260 rows a day, and the last value gets through", () => {
    const clock = new ManualClock();
    const rule = latencyRule({ clock });
    expect(rowsOfADay({ rule, clock, stepMs: 15_000, valueAt: (nowMs) => ((nowMs / 15_000) % 7) * 10 })).toBeLessThanOrEqual(261);
    rule.decide(500);
    clock.advance(MINUTE_MS);
    const decision = (): boolean => {
      const { publish, reviewInMs } = rule.decide(900);
      clock.advance(reviewInMs ?? 0);
      return publish;
    };
    // It waits for the interval and then for the budget.
    expect(decision()).toBe(false);
    expect([decision(), decision()]).toContain(true);
  });
});

describe("rateRule", () => {
  test.each([
    [2, 2.9, false],
    [2, 3, true],
    [100, 119, false],
    [100, 80, true],
    [0, 0.9, false],
  ])("from %d to %d events a minute: worth a row %s", (from, to, expected) => {
    const clock = new ManualClock();
    const rule = rateRule({ clock });
    rule.decide(from);
    clock.advance(5 * MINUTE_MS);
    expect(rule.decide(to).publish).toBe(expected);
  });

  test("not before 5 min are over, an unknown rate included; the first one at once", () => {
    const clock = new ManualClock();
    const rule = rateRule({ clock });
    expect([null, 300].map((value) => rule.decide(value).publish)).toEqual([true, false]);
    clock.advance(5 * MINUTE_MS);
    expect(rule.decide(300).publish).toBe(true);
    expect(rule.decide(null)).toEqual({ publish: false, reviewInMs: 5 * MINUTE_MS });
    clock.advance(5 * MINUTE_MS);
    expect(rule.decide(null).publish).toBe(true);
  });
});

describe("levelRule", () => {
  const published = (levels: readonly number[], everyMs: number) => {
    const clock = new ManualClock();
    const rule = levelRule({ clock });
    return levels.filter((level) => {
      const { publish } = rule.decide({ value: level, details: { modules: [] } });
      clock.advance(everyMs);
      return publish;
    });
  };

  test("steps of 2 points, every 5 min at most", () => {
    expect(published([4, 6, 8, 10, 12, 20], MINUTE_MS)).toEqual([4, 20]);
  });

  test("rising above 80, 90 and 98 % is told at once", () => {
    expect(published([79, 80, 85, 90, 97, 98, 99], 1_000)).toEqual([79, 80, 90, 98]);
  });

  test("falling below a limit counts as a step", () => {
    expect(published([80, 79], 6 * MINUTE_MS)).toEqual([80, 79]);
  });

  test("at the edge of a limit all day it stays within 300 ups and as many downs", () => {
    const clock = new ManualClock();
    const rule = levelRule({ clock });
    expect(
      rowsOfADay({ rule, clock, stepMs: MINUTE_MS, valueAt: (nowMs) => ((nowMs / MINUTE_MS) % 2 === 0 ? 79 : 80) }),
    ).toBeLessThanOrEqual(600);
  });

  test("a restless one writes no more than 300 rows a day", () => {
    const clock = new ManualClock();
    const rule = levelRule({ clock });
    expect(rowsOfADay({ rule, clock, stepMs: MINUTE_MS, valueAt: (nowMs) => ((nowMs / MINUTE_MS) * 3) % 20 })).toBeLessThanOrEqual(300);
  });
});

describe("LastEventRule", () => {
  const at = (minutes: number): string => `${new Date(Date.UTC(2026, 10, 23, 12, minutes)).toISOString().slice(0, 19)}Z`;

  test("with events all the time it sends one every 15 min", () => {
    const clock = new ManualClock();
    const rule = new LastEventRule({ clock });
    const rows = rowsOfADay({ rule, clock, stepMs: 12_000, valueAt: (nowMs) => new Date(nowMs).toISOString() });
    expect(rows).toBe(96);
  });

  test("the time of the last event before a silence gets through, and the first one after 15 min of it at once", () => {
    const clock = new ManualClock();
    const rule = new LastEventRule({ clock });
    const tell = (minutes: number) => rule.decide(at(minutes)).publish;
    expect([tell(0), tell(1)]).toEqual([true, false]);
    clock.advance(14 * MINUTE_MS);
    expect(rule.decide(at(14))).toEqual({ publish: false, reviewInMs: MINUTE_MS });
    clock.advance(MINUTE_MS);
    expect(tell(14)).toBe(true);
    clock.advance(14 * MINUTE_MS);
    expect(tell(29)).toBe(true);
    expect(tell(30)).toBe(false);
  });

  test("the first event is told at once", () => {
    const rule = new LastEventRule({ clock: new ManualClock() });
    expect([null, null, at(0)].map((value) => rule.decide(value).publish)).toEqual([true, false, true]);
  });
});

describe("AgeRule", () => {
  /** Lets time pass as the hub does: looks when the rule asks for it and when a device reports. */
  function simulate({
    reportEveryMs,
    untilMs,
    silentAfterMs = Number.POSITIVE_INFINITY,
  }: {
    reportEveryMs: number;
    untilMs: number;
    silentAfterMs?: number;
  }) {
    const clock = new ManualClock();
    const rule = new AgeRule({ clock });
    const rows: { readonly atS: number; readonly value: number }[] = [];
    let lastEventMs = 0;
    let reviewAtMs = 0;
    let nextReportMs = 0;
    while (clock.monotonicMs() <= untilMs) {
      const nowMs = clock.monotonicMs();
      if (nowMs === nextReportMs) {
        lastEventMs = nowMs;
        nextReportMs = nowMs + reportEveryMs > silentAfterMs ? Number.POSITIVE_INFINITY : nowMs + reportEveryMs;
      }
      const value = Math.round((nowMs - lastEventMs) / 100) / 10;
      const { publish, reviewInMs } = rule.decide(value);
      if (publish) rows.push({ atS: nowMs / 1_000, value });
      reviewAtMs = nowMs + (reviewInMs ?? Number.POSITIVE_INFINITY);
      clock.advance(Math.min(reviewAtMs, nextReportMs) - nowMs);
    }
    return rows;
  }

  test("with five events a second an age writes a row each 15 minutes", () => {
    expect(simulate({ reportEveryMs: 200, untilMs: DAY_MS / 4 }).length).toBeLessThanOrEqual(26);
  });

  test.each([90_000, 150_000, 6 * MINUTE_MS, 16 * MINUTE_MS, 40 * MINUTE_MS])(
    "a quiet home that reports every %d ms stays within 300 rows a day",
    (reportEveryMs) => {
      const rows = simulate({ reportEveryMs, untilMs: DAY_MS });
      expect(rows.length).toBeGreaterThan(90);
      expect(rows.length).toBeLessThanOrEqual(300);
    },
  );

  test("each threshold is told within a second of being crossed", () => {
    const rows = simulate({ reportEveryMs: 1_000, untilMs: DAY_MS + 60_000, silentAfterMs: 0 });
    for (const threshold of [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400]) {
      const told = rows.find((row) => row.value >= threshold);
      expect(told?.atS).toBeLessThanOrEqual(threshold + 1);
    }
  });

  test("resumed events are told at once after a long silence, with the budget used up too", () => {
    const clock = new ManualClock();
    const rule = new AgeRule({ clock });
    for (let turn = 0; turn < 100; turn += 1) rule.decide(turn % 2 === 0 ? 0 : 61);
    expect(rule.decide(61).publish).toBe(false);
    expect(rule.decide(16 * 60).publish).toBe(true);
    expect(rule.decide(0).publish).toBe(true);
  });

  test("nothing known is told once, the first event at once", () => {
    const rule = new AgeRule({ clock: new ManualClock() });
    expect([null, null, 0.2, 0.4].map((value) => rule.decide(value).publish)).toEqual([true, false, true, false]);
  });
});
