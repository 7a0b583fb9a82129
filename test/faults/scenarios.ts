import { INTERFACE_NAMES } from "../../src/config.ts";
import type { Fault } from "./fault.ts";
import { CALL_FAULTS, EVENT_FAULTS, HARMLESS, LOSSES, REGISTRATION_FAULTS, SIGNALS, TLS_FAULTS } from "./faults.ts";
import type { Scenario, Timing } from "./play.ts";

type Trouble = Pick<Scenario, "fault" | "next" | "tls">;

const LASTING = [...CALL_FAULTS, ...TLS_FAULTS, ...EVENT_FAULTS];
const ALL: readonly Fault[] = [...LASTING, ...LOSSES, ...REGISTRATION_FAULTS, ...SIGNALS, ...HARMLESS];

/** The first one hides the second one while both last. */
const PAIRS: readonly (readonly [hiding: string, hidden: string])[] = [
  ["refuse", "initRejected"],
  ["unauthorized", "pingWithoutPong"],
  ["forbidden", "callbacksRefused"],
  ["boot", "initWithoutEvents"],
  ["hang", "garbage"],
  ["html", "halfOpen"],
  ["unknownName", "unauthorized"],
  ["silentName", "callbacksRefused"],
  ["staleName", "boot"],
  ["noRoute", "pingWithoutPong"],
  ["unknownName", "newCertificate"],
  ["outdated", "unauthorized"],
  ["refuse", "dutyCycle"],
];

/** The second one comes the moment the first one ends; beside these, each one comes while a CCU recovers from a closed port. */
const RELAPSES: readonly (readonly [first: string, second: string])[] = [
  ["refuse", "initRejected"],
  ["boot", "processDown"],
  ["hang", "unauthorized"],
  ["processDown", "initRejected"],
  ["garbage", "callbacksRefused"],
  ["callbacksRefused", "refuse"],
  ["pingWithoutPong", "forbidden"],
  ["unknownName", "refuse"],
  ["silentName", "boot"],
  ["boot", "silentName"],
  ["unknownName", "silentName"],
  ["silentName", "staleName"],
  ["newCertificate", "unknownName"],
  ["outdated", "newCertificate"],
];

export const SCENARIOS: readonly Scenario[] = [
  ...onEachKind("steady", [...LASTING, ...LOSSES, ...SIGNALS, ...HARMLESS].map(alone)),
  ...CALL_FAULTS.map((fault) => ({ timing: "steady" as const, kind: "HmIP-RF" as const, fault, tls: true })),
  ...onEachKind("start", [...LASTING, ...REGISTRATION_FAULTS, ...HARMLESS].map(alone)),
  ...onEachKind(
    "recovery",
    LASTING.filter(({ name }) => name !== "refuse").map((fault) => both(["refuse", fault.name])),
  ),
  ...onEachKind("recovery", RELAPSES.map(both)),
  ...onEachKind("pair", PAIRS.map(both)),
  ...onEachKind("stop", [...LASTING, ...LOSSES, ...SIGNALS].filter(({ slowStepMs }) => slowStepMs === undefined).map(alone)),
];

export function titleOf({ timing, kind, fault, next, tls }: Scenario): string {
  return `${timing}: ${kind}${tls === true ? " with TLS" : ""}: ${faultsOf(fault, next)}`;
}

export function faultsOf(fault: Fault, next: Fault | undefined): string {
  return next === undefined ? fault.name : `${fault.name}, ${next.name}`;
}

function onEachKind(timing: Timing, troubles: readonly Trouble[]): Scenario[] {
  return INTERFACE_NAMES.flatMap((kind) =>
    troubles
      .filter(({ fault, next }) => [fault, next].every((each) => each?.kinds?.includes(kind) ?? true))
      .map((trouble) => ({ timing, kind, ...trouble })),
  );
}

function alone(fault: Fault): Trouble {
  return { fault };
}

function both([first, second]: readonly [first: string, second: string]): Trouble {
  const [fault, next] = [named(first), named(second)];
  return { fault, next, ...((fault.tls || next.tls) && { tls: true }) };
}

function named(name: string): Fault {
  const found = ALL.find((fault) => fault.name === name);
  if (found === undefined) throw new Error(`no fault ${name}`);
  return found;
}
