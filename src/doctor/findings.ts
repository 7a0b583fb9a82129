import type { LocalText } from "../base/local-text.ts";
import type { CentralUnit } from "../central/central-unit.ts";
import type { InterfaceLink } from "../central/interface-link.ts";
import { RECOVERY_STEPS } from "../central/recovery-progress.ts";
import { INTERFACE_NAMES, type InterfaceName } from "../config.ts";
import type { CauseCode } from "../diagnosis/cause-codes.ts";
import { CAUSES, causeMessage, type Severity } from "../diagnosis/causes.ts";
import type { ActiveCause } from "../diagnosis/diagnosis.ts";
import type { PathName, PathState } from "../events/product-events.ts";

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

export interface Findings {
  readonly host: string;
  readonly verdict: Verdict;
  /** Where the CCU was told to call; `null` when it was not told. */
  readonly callback: string | null;
  /** Why no interface was found. */
  readonly cause: FoundCause | null;
  readonly interfaces: readonly InterfaceFindings[];
  /** Did not answer while others did. */
  readonly notFound: readonly InterfaceName[];
}

const VERDICTS: Readonly<Record<Severity, Verdict>> = { critical: "critical", degraded: "degraded", notice: "ok" };
const NOTHING_HEARD = { command: { state: "unknown" }, event: { state: "unknown" }, radio: { state: "unknown" } } as const;

export function findingsOf({
  central,
  searched,
  callback: { host, port },
  versionOf,
}: {
  central: CentralUnit;
  /** The interfaces were looked for, not named. */
  searched: boolean;
  callback: { readonly host: string; readonly port: number };
  versionOf: (name: string) => string | null;
}): Findings {
  const interfaces = central.links.map((link) => interfaceFindings({ link, central, version: versionOf(link.name) }));
  const cause = interfaces.length > 0 ? null : foundCause(central.readings.cause ?? undefined);
  return {
    host: central.host,
    verdict: interfaces.length > 0 ? worst(interfaces.map(({ verdict }) => verdict)) : VERDICTS[cause?.severity ?? "degraded"],
    callback: host === "" ? null : `${host.includes(":") ? `[${host}]` : host}:${port}`,
    cause,
    interfaces,
    notFound: searched && interfaces.length > 0 ? missing(central) : [],
  };
}

/** Calls are answered and our own ping came back as an event. */
export function hasProvedItself({ progress, diagnosis }: InterfaceLink): boolean {
  return diagnosis.current.connected === true && RECOVERY_STEPS.indexOf(progress.step) > RECOVERY_STEPS.indexOf("first_pong");
}

function interfaceFindings({
  link,
  central,
  version,
}: {
  link: InterfaceLink;
  central: CentralUnit;
  version: string | null;
}): InterfaceFindings {
  const { name, port, readings } = link;
  const { command, event, radio } = central.healthTracker.health(name)?.paths ?? NOTHING_HEARD;
  const cause = foundCause(readings.diagnosis.causes[0]);
  const proved = hasProvedItself(link);
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

function foundCause(cause: ActiveCause | undefined): FoundCause | null {
  if (cause === undefined) return null;
  const { code, facts } = cause;
  const { severity, remedy } = CAUSES[code];
  return { code, severity, message: causeMessage(code, facts), remedy };
}

function missing({ links }: CentralUnit): readonly InterfaceName[] {
  return INTERFACE_NAMES.filter((name) => links.every((link) => link.name !== name));
}

function worst(verdicts: readonly Verdict[]): Verdict {
  const ranked: readonly Verdict[] = ["critical", "degraded"];
  return ranked.find((verdict) => verdicts.includes(verdict)) ?? "ok";
}
