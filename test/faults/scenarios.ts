import { INTERFACE_NAMES } from "../../src/config.ts";
import type { Fault } from "./fault.ts";
import { CALL_FAULTS, EVENT_FAULTS, HARMLESS, LOSSES, REGISTRATION_FAULTS, SIGNALS, TLS_FAULTS } from "./faults.ts";
import type { Scenario, Timing } from "./play.ts";

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
  ...onEachKind("steady", [...LASTING, ...LOSSES, ...SIGNALS, ...HARMLESS]),
  ...CALL_FAULTS.map((fault) => ({ timing: "steady" as const, kind: "HmIP-RF" as const, fault, tls: true })),
  ...onEachKind("start", [...LASTING, ...REGISTRATION_FAULTS, ...HARMLESS]),
  ...LASTING.filter(({ name }) => name !== "refuse").map((fault) => relapse("refuse", fault.name)),
  ...RELAPSES.map(([first, second]) => relapse(first, second)),
  ...PAIRS.map(([first, second]) => ({ ...relapse(first, second), timing: "pair" as const, kind: "BidCos-RF" as const })),
  ...onEachKind(
    "stop",
    [...LASTING, ...LOSSES, ...SIGNALS].filter(({ slowStepMs }) => slowStepMs === undefined),
  ),
];

export function titleOf({ timing, kind, fault, next, tls }: Scenario): string {
  return `${timing}: ${kind}${tls === true ? " with TLS" : ""}: ${faultsOf(fault, next)}`;
}

export function faultsOf(fault: Fault, next: Fault | undefined): string {
  return next === undefined ? fault.name : `${fault.name}, ${next.name}`;
}

function onEachKind(timing: Timing, faults: readonly Fault[]): Scenario[] {
  return INTERFACE_NAMES.flatMap((kind) =>
    faults.filter(({ kinds = INTERFACE_NAMES }) => kinds.includes(kind)).map((fault) => ({ timing, kind, fault })),
  );
}

function relapse(first: string, second: string): Scenario {
  const [fault, next] = [named(first), named(second)];
  return { timing: "recovery", kind: "HmIP-RF", fault, next, ...((fault.tls || next.tls) && { tls: true }) };
}

function named(name: string): Fault {
  const found = ALL.find((fault) => fault.name === name);
  if (found === undefined) throw new Error(`no fault ${name}`);
  return found;
}
