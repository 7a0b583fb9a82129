import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NO_FAULTS, SCENARIOS, type ScenarioStep, SimulatedCcu } from "../../../src/simulator/index.ts";
import { parseStep, takeStep } from "../../../src/simulator/scenario.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { until } from "./support.ts";

let clock: ManualClock;
let ccu: SimulatedCcu;

beforeEach(async () => {
  clock = new ManualClock();
  ccu = new SimulatedCcu({ clock });
  await ccu.start();
});
afterEach(() => ccu.stop());

const modes = (): readonly string[] => ccu.interfaces.map(({ faults }) => faults.mode);

function isOver(playing: Promise<void>): Promise<boolean> {
  return Promise.race([playing.then(() => true), turn(false)]);
}

describe("a scenario", () => {
  const steps: readonly ScenarioStep[] = [
    { atMs: 2_000, set: { mode: "normal" } },
    { atMs: 1_000, set: { mode: "hang" } },
    { atMs: 1_500, interface: "HmIP-RF", set: { mode: "boot", radioSilence: true } },
  ];

  it("does each step at its moment to the interfaces it names", async () => {
    const playing = ccu.play(steps);
    expect(modes()).toEqual(["normal", "normal"]);
    clock.advance(1_000);
    expect(modes()).toEqual(["hang", "hang"]);
    clock.advance(500);
    expect(modes()).toEqual(["hang", "boot"]);
    expect(await isOver(playing)).toBe(false);
    clock.advance(500);
    expect(modes()).toEqual(["normal", "normal"]);
    await playing;
    expect(ccu.interface("HmIP-RF").faults).toEqual({ ...NO_FAULTS, radioSilence: true });
    expect(clock.pendingTimers).toBe(0);
  });

  it("does each step in its own moment also when the clock jumps", async () => {
    const at: number[] = [];
    const note = { action: (): void => void at.push(clock.monotonicMs()) };
    const playing = ccu.play([5, 50, 500].map((atMs) => ({ atMs, interface: "HmIP-RF" as const, ...note })));
    clock.advance(10_000);
    await playing;
    expect(at).toEqual([5, 50, 500]);
  });

  it.each(["the signal", "the CCU"])("is ended by %s and leaves no timer", async (who) => {
    const abort = new AbortController();
    const playing = ccu.play(steps, abort.signal);
    clock.advance(1_000);
    if (who === "the CCU") await ccu.stop();
    else abort.abort();
    await playing;
    expect(clock.pendingTimers).toBe(0);
    expect(modes()).toEqual(["hang", "hang"]);
  });

  it("does nothing for a signal that has ended already", async () => {
    await ccu.play(steps, AbortSignal.abort());
    expect(clock.pendingTimers).toBe(0);
  });

  it("rejects when a step cannot be done, and does no further ones", async () => {
    const playing = ccu.play([
      { atMs: 1, interface: "CUxD", set: { mode: "hang" } },
      { atMs: 2, set: { mode: "hang" } },
    ]);
    clock.advance(1);
    await expect(playing).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    clock.advance(1);
    expect(modes()).toEqual(["normal", "normal"]);
  });

  it.each(Object.keys(SCENARIOS))("%s ends with a healthy CCU", async (name) => {
    const playing = ccu.play(SCENARIOS[name]?.steps ?? []);
    while (!(await isOver(playing))) clock.advance(1_000);
    expect(ccu.interfaces.map(({ faults }) => faults)).toEqual([NO_FAULTS, NO_FAULTS]);
  });
});

describe("a step in JSON", () => {
  it("is what it says", async () => {
    const step = parseStep({ atMs: 7, interface: "HmIP-RF", set: { mode: "hang", dutyCycle: 99 }, action: { name: "dropClients" } });
    expect(step).toMatchObject({ atMs: 7, interface: "HmIP-RF", set: { mode: "hang", dutyCycle: 99 } });
    await takeStep(ccu, step);
    expect(modes()).toEqual(["normal", "hang"]);
  });

  it("can restart a process on another port", async () => {
    const { port } = ccu.interface("HmIP-RF");
    await takeStep(ccu, parseStep({ interface: "HmIP-RF", action: { name: "restart", port: 0, remembersClients: false } }));
    expect(ccu.interface("HmIP-RF").port).not.toBe(port);
    await takeStep(ccu, parseStep({ interface: "HmIP-RF", action: { name: "restart" } }));
    await until(() => ccu.interface("HmIP-RF").port > 0);
  });

  it.each<[unknown, RegExp]>([
    [[], /step: expected an object/],
    [null, /step: expected an object/],
    [{ at: 1 }, /not at$/],
    [{ atMs: -1 }, /atMs/],
    [{ atMs: 1e9 }, /atMs: expected milliseconds from 0 to 604800000/],
    [{ atMs: "1" }, /atMs/],
    [{ interface: "toString" }, /interface/],
    [{ set: [] }, /set: expected an object/],
    [{ set: { nonsense: true } }, /nonsense is no switch/],
    [{ set: { constructor: true } }, /constructor is no switch/],
    [{ set: { mode: "toString" } }, /mode: given "toString", expected one of normal, hang/],
    [{ set: { halfOpen: 1 } }, /halfOpen: given 1, expected true or false/],
    [{ set: { latePongMs: -1 } }, /latePongMs: given -1, expected a whole number from 0 to 600000/],
    [{ set: { latePongMs: 0.5 } }, /latePongMs: given 0.5/],
    [{ set: { latePongMs: null } }, /latePongMs: given null/],
    [{ set: { dutyCycle: 101 } }, /dutyCycle: given 101, expected null or a whole number from 0 to 100/],
    [{ action: { name: "explode" } }, /action.name: expected one of sendEvent, burst/],
    [{ action: { name: "constructor" } }, /action.name/],
    [{ action: { name: "burst", count: 0 } }, /count: given 0, expected a whole number from 1 to 10000/],
    [{ action: { name: "burst", many: 1 } }, /many is no parameter/],
    [{ action: { name: "sendEvent", value: {} } }, /value: given \{\}, expected a text, a number, true or false/],
  ])("%j is refused with the reason", (input, message) => {
    expect(() => parseStep(input)).toThrow(message);
  });
});
