import { describe, expect, test } from "vitest";
import { AgeRule } from "../../../src/hub/age-rule.ts";
import { ImmediateRule, LatencyRule } from "../../../src/hub/publishing-rules.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe("ImmediateRule", () => {
  test("sends each change once, nothing known included", () => {
    const rule = new ImmediateRule();
    expect([null, null, 100, 100, 60, null].map((value) => rule.decide(value).publish)).toEqual([true, false, true, false, true, true]);
  });
});

describe("LatencyRule", () => {
  const ruleAfter = (published: number) => {
    const clock = new ManualClock();
    const rule = new LatencyRule({ clock });
    rule.decide(published);
    clock.advance(MINUTE_MS);
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

  test("a change within the minute is not lost but sent when the minute is over", () => {
    const clock = new ManualClock();
    const rule = new LatencyRule({ clock });
    rule.decide(10);
    clock.advance(20_000);
    const early = rule.decide(500);
    expect(early).toEqual({ publish: false, reviewInMs: 40_000 });
    clock.advance(40_000);
    expect(rule.decide(500).publish).toBe(true);
  });

  test("appearing and vanishing is told at once", () => {
    const clock = new ManualClock();
    const rule = new LatencyRule({ clock });
    expect([null, 10, null, 12].map((value) => rule.decide(value).publish)).toEqual([true, true, true, true]);
  });

  test("a known value is looked at again without any change, since its window empties by time", () => {
    expect(ruleAfter(10).rule.decide(10).reviewInMs).toBe(MINUTE_MS);
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
    "a quiet home that reports every %d ms stays within 320 rows a day",
    (reportEveryMs) => {
      const rows = simulate({ reportEveryMs, untilMs: DAY_MS });
      expect(rows.length).toBeGreaterThan(90);
      expect(rows.length).toBeLessThanOrEqual(320);
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
