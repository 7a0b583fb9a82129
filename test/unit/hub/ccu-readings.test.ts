import { describe, expect, test } from "vitest";
import { CcuReadings } from "../../../src/hub/ccu-readings.ts";
import { ill, type Readings, readings, WELL } from "./open-hub.ts";

function ccuOf(interfaces: Readonly<Record<string, Partial<Readings>>>): CcuReadings {
  return new CcuReadings(() => Object.entries(interfaces).map(([name, changes]) => ({ name, readings: readings(changes) })));
}

describe("the status of a CCU", () => {
  test.each<[string, Readonly<Record<string, Partial<Readings>>>, string | null]>([
    ["nothing known", { a: {} }, null],
    ["no interface", {}, null],
    ["one known and well", { a: { diagnosis: WELL }, b: {} }, "ok"],
    ["a notice", { a: { diagnosis: ill({ codes: ["ping_unsupported"] }) } }, "ok"],
    ["a lesser cause", { a: { diagnosis: ill({ codes: ["duty_cycle_high"] }) }, b: { diagnosis: WELL } }, "degraded"],
    [
      "a lesser cause behind a notice of the same interface",
      { a: { diagnosis: ill({ codes: ["id_conflict", "ping_unsupported"] }) } },
      "degraded",
    ],
    ["health below 100 without any cause", { a: { diagnosis: { ...WELL, score: 0.8 } } }, "degraded"],
    ["one that is lost among others", { a: { diagnosis: WELL }, b: { diagnosis: ill({ codes: ["timeout"], lost: true }) } }, "critical"],
    ["a path that fails for a lesser cause", { a: { diagnosis: ill({ codes: ["pong_late"], lost: true }) } }, "critical"],
  ])("%s", (_name, interfaces, expected) => {
    expect(ccuOf(interfaces).status).toBe(expected);
  });
});

describe("the problem of a CCU", () => {
  const undecided = { ...ill({ codes: ["pong_late"], lost: true }), lostSinceMs: null, undecided: true };
  const causes = [...ill({ codes: ["pong_late", "duty_cycle_high"] }).causes];

  test.each<[string, Readonly<Record<string, Partial<Readings>>>, boolean | null]>([
    ["nothing known", { a: {} }, null],
    ["one known and well", { a: { diagnosis: WELL }, b: {} }, false],
    ["a notice", { a: { diagnosis: ill({ codes: ["ping_unsupported"] }) } }, false],
    ["a lesser cause", { a: { diagnosis: ill({ codes: ["duty_cycle_high"] }) }, b: { diagnosis: WELL } }, true],
    ["health below 100 without any cause", { a: { diagnosis: { ...WELL, score: 0.8 } } }, true],
    ["one that is lost", { a: { diagnosis: ill({ codes: ["timeout"], lost: true }) } }, true],
    ["PONGs that are late", { a: { diagnosis: ill({ codes: ["pong_late"] }) } }, true],
    ["a first PONG that stays away", { a: { diagnosis: undecided } }, false],
    [
      "a first PONG that stays away beside another interface that is lost",
      { a: { diagnosis: undecided }, b: { diagnosis: ill({ codes: ["timeout"], lost: true }) } },
      true,
    ],
    ["a first PONG that stays away while the duty cycle is high", { a: { diagnosis: { ...undecided, causes } } }, true],
  ])("%s", (_name, interfaces, expected) => {
    expect(ccuOf(interfaces).problem).toBe(expected);
  });

  test("none while it is quiet, and unknown stays unknown", () => {
    const lost = readings({ diagnosis: ill({ codes: ["timeout"], lost: true }) });
    const quiet = (each: Readings) =>
      new CcuReadings(
        () => [{ name: "a", readings: each }],
        () => true,
      );
    expect([quiet(lost).problem, quiet(lost).status, quiet(readings()).problem]).toEqual([false, "critical", null]);
  });
});

describe("the connection of a CCU", () => {
  test.each<[string, readonly (boolean | null)[], boolean | null]>([
    ["all", [true, true], true],
    ["one is not", [true, false, null], false],
    ["one unknown", [true, null], null],
    ["no interface", [], null],
  ])("%s", (_name, states, expected) => {
    const interfaces = Object.fromEntries(states.map((connected, index) => [String(index), { diagnosis: { ...WELL, connected } }]));
    expect(ccuOf(interfaces).connected).toBe(expected);
  });
});

describe("the cause of a CCU", () => {
  test("is the most telling of its interfaces', with the name of the interface", () => {
    const ccu = ccuOf({
      a: { diagnosis: ill({ codes: ["radio_silent"], sinceMs: 1 }) },
      b: { diagnosis: ill({ codes: ["dropped_by_ccu", "duty_cycle_high"], sinceMs: 5 }) },
    });
    expect(ccu.cause).toEqual({ code: "dropped_by_ccu", sinceMs: 5, facts: {}, interfaceName: "b" });
  });

  test("of two alike the one that lasts longer", () => {
    const ccu = ccuOf({
      a: { diagnosis: ill({ codes: ["timeout"], sinceMs: 9 }) },
      b: { diagnosis: ill({ codes: ["timeout"], sinceMs: 3 }) },
    });
    expect(ccu.cause?.interfaceName).toBe("b");
  });

  test("none", () => {
    expect(ccuOf({ a: { diagnosis: WELL } }).cause).toBeNull();
  });
});

describe("the signals of a CCU", () => {
  test("levels are the highest, counts the sum, lists joined, of the interfaces that have them", () => {
    const ccu = ccuOf({
      a: {
        dutyCycle: { value: 12, list: ["x: 12 %"] },
        serviceMessages: { value: 2, list: ["m", "n"] },
        eventsPerMinute: 1.5,
        lastEventMs: 7,
      },
      b: { dutyCycle: { value: 40, list: ["y: 40 %"] }, serviceMessages: { value: 1, list: ["o"] }, eventsPerMinute: 2, lastEventMs: 9 },
      c: {},
    });
    expect(ccu.dutyCycle).toEqual({ value: 40, list: ["x: 12 %", "y: 40 %"] });
    expect(ccu.serviceMessages).toEqual({ value: 3, list: ["m", "n", "o"] });
    expect([ccu.eventsPerMinute, ccu.lastEventMs]).toEqual([3.5, 9]);
    expect([ccu.carrierSense, ccu.lowBatteries, ccu.unreachableDevices]).toEqual([undefined, undefined, undefined]);
  });

  test("unknown everywhere is unknown, not 0", () => {
    const ccu = ccuOf({ a: { serviceMessages: { value: null, list: [] }, dutyCycle: { value: null, list: [] } } });
    expect([ccu.serviceMessages?.value, ccu.dutyCycle?.value, ccu.eventsPerMinute]).toEqual([null, null, null]);
  });
});
