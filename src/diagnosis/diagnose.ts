import type { ErrorCode } from "../base/errors.ts";
import { CAUSE_CODES, type CauseCode } from "./cause-codes.ts";
import { CAUSES, type Severity } from "./causes.ts";
import type { Evidence } from "./evidence.ts";

/** As long as this a CCU may be starting; what still does not answer then is down. */
export const BOOT_LIMIT_MS = 600_000;

/** What the failure of a call says; any other code is no cause by itself. */
const CAUSE_OF_ERROR: Readonly<Partial<Record<ErrorCode, CauseCode>>> = {
  DNS_FAILED: "dns_failed",
  NO_ROUTE: "no_route",
  FORBIDDEN: "firewall_rejected",
  CONNECTION_REFUSED: "connection_refused",
  TLS_FAILED: "tls_failed",
  UNAUTHORIZED: "credentials_rejected",
  NOT_READY: "ccu_booting",
  PROCESS_DOWN: "process_down",
  NOT_XML_RPC: "not_xml_rpc",
  HTTP_ERROR: "http_error",
  TIMEOUT: "timeout",
  CONNECTION_LOST: "connection_lost",
};

/** What the look for our own address may find out about the way to the CCU. */
const CAUSE_OF_ADDRESS_ERROR: Readonly<Partial<Record<ErrorCode, CauseCode>>> = { DNS_FAILED: "dns_failed", NO_ROUTE: "no_route" };

const SEVERITIES: readonly Severity[] = ["critical", "degraded", "notice"];

/** All causes, most telling first: what cuts the connection before what merely needs a look. */
export const RANKED_CAUSES: readonly CauseCode[] = SEVERITIES.flatMap((severity) =>
  CAUSE_CODES.filter((code) => severityOf(code) === severity),
);

/** What else than the failure of a call shows each cause. */
const SIGNS: Readonly<Partial<Record<CauseCode, (evidence: Evidence) => boolean>>> = {
  init_rejected: ({ registrationRefused }) => registrationRefused,
  callback_unreachable: ({ callbacksMissing, paths }) => callbacksMissing && paths.event !== "ok",
  dropped_by_ccu: ({ missedPongs, eventsStopped, callbacksMissing, paths }) =>
    (missedPongs > 1 || eventsStopped) && !callbacksMissing && paths.event !== "ok",
  id_conflict: ({ idShared }) => idShared,
  pong_late: (evidence) => evidence.pongsLate || evidence.missingPongs > 0 || isMerelyLate(evidence),
  gateway_disconnected: ({ gatewayDisconnected }) => gatewayDisconnected,
  radio_silent: ({ paths }) => paths.radio === "failing",
  duty_cycle_high: ({ dutyCycleHigh }) => dutyCycleHigh,
  carrier_sense_high: ({ carrierSenseHigh }) => carrierSenseHigh,
  ping_unsupported: ({ pingUnsupported }) => pingUnsupported,
};

/** All that is wrong, most telling first; the first one is the primary cause. A path that fails is never without a cause. */
export function causesOf(evidence: Evidence): readonly CauseCode[] {
  const named = new Set([commandCause(evidence), addressCause(evidence)]);
  const isFound = (code: CauseCode): boolean => named.has(code) || SIGNS[code]?.(evidence) === true;
  const isExplained = !isFailing(evidence) || RANKED_CAUSES.some((code) => isFound(code) && explainsFailure(code, evidence));
  return RANKED_CAUSES.filter((code) => isFound(code) || (code === "other" && !isExplained));
}

/** The interface has to be connected anew; a single PONG that is late is no loss yet. */
export function isLost(evidence: Evidence): boolean {
  return isFailing(evidence) && !isMerelyLate(evidence);
}

/** The first PONG stays away of a CCU that was in time so far. */
export function isUndecided(evidence: Evidence): boolean {
  return evidence.missingPongs === 1 && !evidence.pongsLate && !isLost(evidence);
}

/** Calls are answered and events arrive; `null` while nobody can tell. */
export function isConnected({ paths: { command, event } }: Evidence): boolean | null {
  if (command === "failing" || event === "failing") return false;
  return command === "ok" && (event === "ok" || event === "unsupported") ? true : null;
}

export function severityOf(code: CauseCode): Severity {
  return CAUSES[code].severity;
}

function commandCause(evidence: Evidence): CauseCode | null {
  const { commandError, commandErrorForMs, everAnswered, siblingAnswers, callbacksMissing } = evidence;
  if (commandError === null) return null;
  const cause = CAUSE_OF_ERROR[commandError] ?? null;
  // A CCU that waits for a callback which never gets through answers nobody; the timeout only follows from it.
  if (cause === "timeout" && callbacksMissing) return null;
  const isLong = commandErrorForMs >= BOOT_LIMIT_MS;
  const looksAbsent = cause === "connection_refused" || cause === "ccu_booting" || cause === "process_down";
  if (looksAbsent && isLong && !everAnswered && siblingAnswers) return "interface_not_installed";
  return cause === "ccu_booting" && isLong ? "process_down" : cause;
}

function addressCause({ addressError }: Evidence): CauseCode | null {
  return addressError === null ? null : (CAUSE_OF_ADDRESS_ERROR[addressError] ?? "callback_address_unknown");
}

function isFailing({ paths: { command, event } }: Evidence): boolean {
  return command === "failing" || event === "failing";
}

/** The first missing PONG of a registration under which events came. */
function isMerelyLate({ missedPongs, eventsStopped, callbacksMissing, paths: { command, event } }: Evidence): boolean {
  return missedPongs === 1 && !eventsStopped && !callbacksMissing && command === "ok" && event === "failing";
}

function explainsFailure(code: CauseCode, evidence: Evidence): boolean {
  return severityOf(code) === "critical" || (code === "pong_late" && isMerelyLate(evidence));
}
