import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { InterfaceName } from "../../src/config.ts";
import { CALL_FAULTS, EVENT_FAULTS, type Fault, REGISTRATION_FAULTS } from "./faults.ts";
import { type Outcome, play, type Scenario } from "./play.ts";

const KINDS: readonly InterfaceName[] = ["HmIP-RF", "BidCos-RF", "VirtualDevices"];
const LASTING = [...CALL_FAULTS, ...EVENT_FAULTS];
const ALL = [...LASTING, ...REGISTRATION_FAULTS];

function named(name: string): Fault {
  const found = ALL.find((fault) => fault.name === name);
  if (found === undefined) throw new Error(`no fault ${name}`);
  return found;
}

/** The first one hides the second one while both last. */
const PAIRS: readonly (readonly [hiding: string, hidden: string])[] = [
  ["refuse", "initRejected"],
  ["unauthorized", "pingWithoutPong"],
  ["forbidden", "callbacksRefused"],
  ["boot", "initWithoutEvents"],
  ["hang", "garbage"],
  ["html", "halfOpen"],
];

/** The second one comes the moment the first one ends. */
const RELAPSES: readonly (readonly [first: string, second: string])[] = [
  ["refuse", "boot"],
  ["boot", "processDown"],
  ["hang", "unauthorized"],
  ["processDown", "initRejected"],
  ["unauthorized", "refuse"],
  ["garbage", "callbacksRefused"],
  ["callbacksRefused", "refuse"],
  ["pingWithoutPong", "forbidden"],
];

const SCENARIOS: readonly Scenario[] = [
  ...LASTING.flatMap((fault) => KINDS.map((kind) => ({ timing: "steady" as const, kind, fault }))),
  ...ALL.map((fault) => ({ timing: "start" as const, kind: "HmIP-RF" as const, fault })),
  ...REGISTRATION_FAULTS.map((fault) => ({ timing: "start" as const, kind: "BidCos-RF" as const, fault })),
  ...RELAPSES.map(([first, next]) => ({ timing: "recovery" as const, kind: "HmIP-RF" as const, fault: named(first), next: named(next) })),
  ...PAIRS.map(([first, next]) => ({ timing: "pair" as const, kind: "BidCos-RF" as const, fault: named(first), next: named(next) })),
  ...LASTING.map((fault) => ({ timing: "stop" as const, kind: "HmIP-RF" as const, fault })),
];

const rows: string[] = [];
const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);
beforeAll(() => void process.on("unhandledRejection", onRejection));
afterEach(() => expect(rejections).toEqual([]));

afterAll(() => {
  process.off("unhandledRejection", onRejection);
  const head = row("when", "interface", "fault", "causes", ["named", "back", "stopped", "events lost"]);
  process.stdout.write(`\n${[head, ...rows, `${rows.length} scenarios`].join("\n")}\n`);
});

test("there are at least 60 scenarios, none of them twice", () => {
  expect(SCENARIOS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(SCENARIOS.map(titleOf)).size).toBe(SCENARIOS.length);
});

describe("each fault is named in time and rightly, is over by itself, and leaves nothing behind", () => {
  test.each(SCENARIOS.map((scenario) => [titleOf(scenario), scenario] as const))("%s", async (_title, scenario) => {
    const outcome = await play(scenario);
    rows.push(rowOf(scenario, outcome));
    expect(outcome).toMatchObject({ wrongCauses: [], lost: 0, timersLeft: 0, socketsLeft: 0 });
    // One that does not answer cannot be told that we are gone.
    if (scenario.timing !== "stop") expect(outcome.clientsLeft).toBe(0);
  });
});

function titleOf({ timing, kind, fault, next }: Scenario): string {
  return `${timing}: ${kind}: ${faultsOf(fault, next)}`;
}

function faultsOf(fault: Fault, next: Fault | undefined): string {
  return next === undefined ? fault.name : `${fault.name}, ${next.name}`;
}

function rowOf({ timing, kind, fault, next }: Scenario, outcome: Outcome): string {
  const seconds = (ms: number | null): string => (ms === null ? "" : `${(ms / 1_000).toFixed(1)} s`);
  const { detectedMs, recoveredMs, stoppedMs, lost, delivered } = outcome;
  const figures = [seconds(detectedMs), seconds(recoveredMs), seconds(stoppedMs), `${lost} of ${delivered}`];
  return row(timing, kind, faultsOf(fault, next), outcome.causes.join(", "), figures);
}

function row(when: string, kind: string, fault: string, causes: string, figures: readonly string[]): string {
  return `${when.padEnd(9)} ${kind.padEnd(15)} ${fault.padEnd(33)} ${causes.padEnd(60)} ${figures.map((each) => each.padStart(11)).join("")}`;
}
