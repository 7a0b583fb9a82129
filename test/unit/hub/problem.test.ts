import { describe, expect, test } from "vitest";
import { ill, openHub, readings, WELL } from "./open-hub.ts";

const PERSISTENT_MS = 5_000;
const LOST = ill({ codes: ["connection_refused"], lost: true });

/** A well CCU with two interfaces, and what Home Assistant shows of it. */
function setUp() {
  const watched = { a: readings({ diagnosis: WELL }), b: readings({ diagnosis: WELL }) };
  const opened = openHub({ interfaces: watched, persistentMs: PERSISTENT_MS });
  opened.hub.start();
  const become = (name: "a" | "b", diagnosis: typeof watched.a.diagnosis): void => {
    watched[name].diagnosis = diagnosis;
    opened.hub.changed("diagnosis", name);
  };
  const shown = (key: string): readonly unknown[] =>
    opened.told
      .flatMap((entry) => [entry["NEQ1"] ?? (entry["device"] === "NEQ1" ? entry["values"] : undefined)])
      .flatMap((values) => (typeof values === "object" && values !== null && key in values ? [Reflect.get(values, key)] : []));
  return { ...opened, become, shown };
}

describe("Problem", () => {
  test("comes on when a loss has lasted, with the incident and not before it; Status is the truth at once", () => {
    const { become, clock, shown, told } = setUp();
    become("a", LOST);
    expect([shown("problem"), shown("status")]).toEqual([[false], ["ok", "critical"]]);
    clock.advance(PERSISTENT_MS - 1);
    expect(shown("problem")).toEqual([false]);
    clock.advance(1);
    expect(shown("problem")).toEqual([false, true]);
    expect(told.filter((entry) => "event" in entry)).toHaveLength(1);
  });

  test("is not shown for a loss that is over before, and nothing remembers it", () => {
    const { become, clock, shown } = setUp();
    become("a", LOST);
    clock.advance(PERSISTENT_MS - 1);
    become("a", WELL);
    clock.advance(60_000);
    expect(shown("problem")).toEqual([false]);
    expect(clock.pendingTimers).toBe(0);
  });

  test("stays on without a gap while one interface recovers and another one has just been lost", () => {
    const { become, clock, shown } = setUp();
    become("a", LOST);
    clock.advance(60_000);
    become("b", LOST);
    become("a", WELL);
    clock.advance(60_000);
    expect(shown("problem")).toEqual([false, true]);
    become("b", WELL);
    expect(shown("problem")).toEqual([false, true, false]);
  });

  test("comes on for what is degraded as well, once it has lasted", () => {
    const { become, clock, shown } = setUp();
    become("a", ill({ codes: ["duty_cycle_high"] }));
    expect(shown("problem")).toEqual([false]);
    clock.advance(PERSISTENT_MS);
    expect(shown("problem")).toEqual([false, true]);
  });
});
