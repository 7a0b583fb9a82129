import type { LocalText } from "../base/local-text.ts";
import { INTERFACE_KINDS } from "../ccu/interface-kinds.ts";
import type { CentralUnit } from "../central/central-unit.ts";
import type { InterfaceLink } from "../central/interface-link.ts";
import { RECOVERY_STEPS } from "../central/recovery-progress.ts";
import { INTERFACE_NAMES, type InterfaceName } from "../config.ts";
import type { CauseCode } from "../diagnosis/cause-codes.ts";
import { CAUSES, type CauseFacts, causeMessage, type Severity } from "../diagnosis/causes.ts";
import { causesOf } from "../diagnosis/diagnose.ts";
import { NOTHING_KNOWN } from "../diagnosis/evidence.ts";
import type { PathName, PathState } from "../events/product-events.ts";
import type { CallWitness, Failure } from "./call-witness.ts";
import type { Progress } from "./progress.ts";
import { remedyOf } from "./remedies.ts";

export type Verdict = "ok" | "degraded" | "critical";

export interface FoundCause {
  readonly code: CauseCode;
  readonly severity: Severity;
  readonly message: LocalText;
  readonly remedy: LocalText;
}

/** What is known about one interface after the examination; `null`: it did not tell. */
export interface InterfaceFindings {
  readonly name: InterfaceName;
  readonly port: number;
  readonly verdict: Verdict;
  /** Everything was proved or named; otherwise the time was too short. */
  readonly finished: boolean;
  readonly cause: FoundCause | null;
  /** Why it was lost last, in the words of the log; empty when it was not. */
  readonly detail: string;
  readonly paths: Readonly<Record<PathName, PathState>>;
  /** Our own PONG came back, or what this interface has instead. */
  readonly proved: boolean;
  readonly deviceReported: boolean;
  readonly version: string | null;
  readonly devices: number;
  readonly roundTripMs: number | null;
  readonly dutyCyclePercent: number | null;
}

/** An interface that did not answer while others did, and why. */
interface NotFound {
  readonly name: InterfaceName;
  readonly code: CauseCode;
}

export interface Findings {
  readonly host: string;
  readonly verdict: Verdict;
  /** Where the CCU was told to call; `null` when it was not told. */
  readonly callback: string | null;
  /** Why no interface was found. */
  readonly cause: FoundCause | null;
  readonly interfaces: readonly InterfaceFindings[];
  /** What this CCU may well not have. */
  readonly notFound: readonly NotFound[];
  /** What speaks against the address in `callback`, where events do not arrive. */
  readonly notes: readonly LocalText[];
  /** Where the registration could not be taken back. */
  readonly stillRegistered: readonly InterfaceName[];
}

const VERDICTS: Readonly<Record<Severity, Verdict>> = { critical: "critical", degraded: "degraded", notice: "ok" };
const FAILED_PATHS = { command: "failing", event: "unknown", radio: "unknown" } as const;
const NOTHING_HEARD = { command: { state: "unknown" }, event: { state: "unknown" }, radio: { state: "unknown" } } as const;

export function findingsOf({
  central,
  witness,
  progress,
  versionOf,
  notesOn,
}: {
  central: CentralUnit;
  witness: CallWitness;
  progress: Progress;
  versionOf: (name: string) => string | null;
  /** What speaks against the address that the CCU was told. */
  notesOn: (told: string) => readonly LocalText[];
}): Findings {
  const { links, readings } = central;
  const watched = links.map((link) => interfaceFindings({ link, central, progress, version: versionOf(link.name) }));
  const silent = watched.length === 0 ? [] : failures({ links, witness });
  const interfaces = [...watched, ...silent.filter(({ exists }) => exists).map(failedFindings)];
  const cause = interfaces.length > 0 ? null : foundCause(readings.cause);
  const callback = witness.toldHost;
  const isUnheard = watched.some(({ name, proved }) => !proved && witness.wasTold(name));
  return {
    host: central.host,
    verdict: interfaces.length > 0 ? worst(interfaces.map(({ verdict }) => verdict)) : VERDICTS[cause?.severity ?? "degraded"],
    callback,
    cause,
    interfaces,
    notFound: silent.flatMap(({ name, code, exists }) => (exists ? [] : { name, code })),
    notes: callback !== null && isUnheard ? notesOn(callback) : [],
    stillRegistered: [],
  };
}

/** Calls are answered and our own ping came back as an event. */
function hasProvedItself({ progress, diagnosis }: InterfaceLink): boolean {
  return diagnosis.current.connected === true && RECOVERY_STEPS.indexOf(progress.step) > RECOVERY_STEPS.indexOf("first_pong");
}

/** It is proved, and a device was heard where there is any radio. */
export function isComplete(link: InterfaceLink): boolean {
  const isHeard = link.readings.lastEventMs !== null || !INTERFACE_KINDS[link.name].hasRadio;
  return link.progress.step === "done" && hasProvedItself(link) && isHeard;
}

function interfaceFindings({
  link,
  central,
  progress,
  version,
}: {
  link: InterfaceLink;
  central: CentralUnit;
  progress: Pick<Progress, "lastCause">;
  version: string | null;
}): InterfaceFindings {
  const { name, port, readings } = link;
  const { command, event, radio } = central.healthTracker.health(name)?.paths ?? NOTHING_HEARD;
  const proved = hasProvedItself(link);
  // A new attempt that has just begun says nothing against what was in the way of the last one.
  const cause = foundCause(readings.diagnosis.causes[0] ?? (proved ? null : progress.lastCause(name)));
  return {
    name,
    port,
    verdict: cause === null && !proved ? "degraded" : VERDICTS[cause?.severity ?? "notice"],
    finished: proved || cause !== null,
    cause,
    detail: link.client.reason,
    paths: { command: command.state, event: event.state, radio: radio.state },
    proved,
    deviceReported: readings.lastEventMs !== null,
    version,
    devices: link.deviceCount,
    roundTripMs: proved ? readings.latency.avgMs : null,
    dutyCyclePercent: readings.dutyCycle?.value ?? null,
  };
}

function foundCause(cause: { readonly code: CauseCode; readonly facts: CauseFacts } | null): FoundCause | null {
  if (cause === null) return null;
  const { code, facts } = cause;
  return { code, severity: CAUSES[code].severity, message: causeMessage(code, facts), remedy: remedyOf(code) };
}

interface SilentInterface {
  readonly name: InterfaceName;
  readonly port: number;
  readonly code: CauseCode;
  /** Something is there that should answer. */
  readonly exists: boolean;
}

/** The interfaces that were looked for and did not answer. */
function failures({ links, witness }: { links: readonly InterfaceLink[]; witness: CallWitness }): readonly SilentInterface[] {
  return INTERFACE_NAMES.filter((name) => links.every((link) => link.name !== name)).flatMap((name) => {
    const failure = witness.failureOf(name);
    return failure === undefined ? [] : { name, port: failure.port, code: causeOf(failure), exists: exists(failure) };
  });
}

function causeOf({ error }: Failure): CauseCode {
  const [code = "other"] = causesOf({ ...NOTHING_KNOWN, paths: FAILED_PATHS, commandError: error.code });
  return code;
}

/** A closed port, or the CCU's web server with nothing behind it, is as good as no interface; and something else may use the port. */
function exists({ error: { code, context } }: Failure): boolean {
  return code === "UNAUTHORIZED" || code === "FORBIDDEN" || (code === "TIMEOUT" && context["connected"] === true);
}

function failedFindings({ name, port, code }: SilentInterface): InterfaceFindings {
  return {
    name,
    port,
    verdict: VERDICTS[CAUSES[code].severity],
    finished: true,
    cause: foundCause({ code, facts: {} }),
    detail: "",
    paths: FAILED_PATHS,
    proved: false,
    deviceReported: false,
    version: null,
    devices: 0,
    roundTripMs: null,
    dutyCyclePercent: null,
  };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  const ranked: readonly Verdict[] = ["critical", "degraded"];
  return ranked.find((verdict) => verdicts.includes(verdict)) ?? "ok";
}
