import type { Clock } from "../base/clock.ts";
import { parseAction, type SimulatedAction } from "./actions.ts";
import type { SimulatedFaults } from "./faults.ts";
import { invalid, membersOf } from "./fields.ts";
import { isInterfaceName, type SimulatedInterfaceName } from "./flavours.ts";
import type { SimulatedInterface } from "./interface.ts";
import { parseSwitches } from "./switches.ts";
import { TimerSet } from "./timer-set.ts";

/** A week, because no timer runs for a month. */
const LONGEST_MS = 604_800_000;

/** What is done to a simulated CCU at one moment: first the switches, then the action. */
export interface ScenarioStep {
  /** After the scenario began; steps of the same moment follow each other as they are listed. */
  readonly atMs: number;
  /** Every one of the CCU unless named. */
  readonly interface?: SimulatedInterfaceName;
  readonly set?: Partial<SimulatedFaults>;
  readonly action?: SimulatedAction;
}

/** The part of a CCU that a scenario needs. */
export interface ScenarioStage {
  readonly interfaces: readonly SimulatedInterface[];
  interface(name: SimulatedInterfaceName): SimulatedInterface;
}

/** Plays the steps, each at its moment. Resolves after the last one or when the signal ends it; rejects if a step fails. */
export async function playScenario({
  stage,
  steps,
  clock,
  signal,
}: {
  stage: ScenarioStage;
  steps: readonly ScenarioStep[];
  clock: Clock;
  signal: AbortSignal;
}): Promise<void> {
  if (signal.aborted) return;
  using timers = new TimerSet(clock);
  const { promise: aborted, resolve: end } = Promise.withResolvers<void>();
  const onAbort = (): void => end();
  signal.addEventListener("abort", onAbort, { once: true });
  // All timers are set at once: a clock that jumps runs each step in its own moment.
  const taken = steps.map((step) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    timers.after(step.atMs, () => resolve(takeStep(stage, step)));
    return promise;
  });
  try {
    await Promise.race([Promise.all(taken), aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Resolves when ports are open or closed as the step wants them. Throws CONFIG_INVALID for an interface that is not there. */
export async function takeStep(stage: ScenarioStage, { interface: name, set, action }: Omit<ScenarioStep, "atMs">): Promise<void> {
  const concerned = name === undefined ? stage.interfaces : [stage.interface(name)];
  await Promise.all(
    concerned.map(async (simulated) => {
      if (set !== undefined) await simulated.set(set);
      await action?.(simulated);
    }),
  );
}

/**
 * Reads a step from JSON: `{ "atMs": 0, "interface": "HmIP-RF", "set": { ... }, "action": { "name": ..., ... } }`, each of it optional.
 * @throws HomematicError CONFIG_INVALID that names the field, what was given and what is expected.
 */
export function parseStep(input: unknown): ScenarioStep {
  const { atMs = 0, interface: name, set, action, ...others } = Object.fromEntries(membersOf("step", input));
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(`step: expected atMs, interface, set and action, not ${unknown}`);
  if (typeof atMs !== "number" || !(atMs >= 0 && atMs <= LONGEST_MS))
    throw invalid(`step.atMs: expected milliseconds from 0 to ${LONGEST_MS}`);
  if (name !== undefined && !isInterfaceName(name)) throw invalid("step.interface: expected the name of an interface");
  return {
    atMs,
    ...(name !== undefined && { interface: name }),
    ...(set !== undefined && { set: parseSwitches(set) }),
    ...(action !== undefined && { action: parseAction(action) }),
  };
}
