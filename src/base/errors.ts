import type { LocalText } from "./local-text.ts";

/**
 * Every failure the product can name. The text is what happened in plain words; `docs/error-codes.md` holds the remedies.
 * A code never changes its meaning.
 */
export const ERROR_CODES = {
  CONFIG_INVALID: "The options are not valid",
  CONFIG_UNREADABLE: "The options file cannot be read",
  ABORTED: "The work was given up because the program stops",
  DNS_FAILED: "The name of the CCU cannot be resolved",
  NO_ROUTE: "There is no network path to the CCU",
  CONNECTION_REFUSED: "The CCU refuses the connection",
  CONNECTION_LOST: "The connection to the CCU broke",
  TIMEOUT: "The CCU did not answer in time",
  TLS_FAILED: "The encrypted connection to the CCU failed",
  UNAUTHORIZED: "The CCU rejects the user name or password",
  FORBIDDEN: "The firewall of the CCU rejects this machine",
  NOT_READY: "The CCU is still starting",
  PROCESS_DOWN: "The interface process behind the CCU's web server does not answer",
  HTTP_ERROR: "The CCU answered with an unexpected HTTP status",
  NOT_XML_RPC: "The CCU answered with something that is not XML-RPC",
  RPC_FAULT: "The CCU refused the call",
  CALL_REJECTED: "The call was not sent because the interface is known to be down",
  MALFORMED_REQUEST: "A callback could not be understood",
  LIMIT_EXCEEDED: "A callback was larger than allowed",
  PORT_IN_USE: "The port is already in use",
  PORT_FORBIDDEN: "The program may not use this port",
  ADDRESS_UNAVAILABLE: "The address does not belong to this machine",
  CALLBACK_ADDRESS_UNKNOWN: "No address was found under which the CCU can reach this machine",
  CALLBACK_ADDRESS_REFUSED: "The address that the CCU is to call cannot be ours",
  HOME_ASSISTANT_UNREACHABLE: "Home Assistant cannot be reached",
  HOME_ASSISTANT_STARTING: "Home Assistant is still starting",
  HOME_ASSISTANT_UNAUTHORIZED: "Home Assistant rejects the access token",
  HOME_ASSISTANT_CLOSED: "Home Assistant closed the connection",
  HOME_ASSISTANT_TIMEOUT: "Home Assistant did not answer in time",
  HOME_ASSISTANT_COMMAND_FAILED: "Home Assistant refused a command",
  SUPERVISOR_FAILED: "The Supervisor did not give what was asked for",
  COMPANION_MISSING: "The companion integration is not installed",
  COMPANION_NOT_LOADED: "The companion integration is installed but not added",
  COMPANION_PROTOCOL: "The companion integration and the app do not fit together",
  COMPANION_COPY_FAILED: "The companion integration could not be copied into Home Assistant",
  COMPANION_CONFLICT: "Another instance of the app already uses the companion integration",
  MQTT_MISSING: "Home Assistant has no MQTT integration",
  MQTT_FAILED: "The MQTT integration of Home Assistant does not pass on messages",
  STATE_UNWRITABLE: "The state file cannot be written",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

interface ErrorOptions {
  readonly code: ErrorCode;
  /**
   * What happened here, in words a user understands; defaults to the text of the code. Never holds a secret. In all languages where
   * the page shows it.
   */
  readonly message?: string | LocalText;
  readonly cause?: unknown;
  readonly context?: Readonly<Record<string, string | number | boolean | null>>;
}

/** The one error class; callers decide by `code`, never by text. */
export class HomematicError extends Error {
  override readonly name = "HomematicError";
  readonly code: ErrorCode;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
  /** The message in all languages; null where it is for the log only. */
  readonly text: LocalText | null;

  constructor({ code, message = ERROR_CODES[code], cause, context }: ErrorOptions) {
    super(typeof message === "string" ? message : message.en, cause === undefined ? undefined : { cause });
    this.code = code;
    this.text = typeof message === "string" ? null : message;
    this.context = context ?? {};
  }
}

export function isHomematicError(error: unknown, ...codes: readonly ErrorCode[]): error is HomematicError {
  return error instanceof HomematicError && (codes.length === 0 || codes.includes(error.code));
}

/** True for our own ABORTED and for the reason of an aborted signal. */
export function isAbort(error: unknown): boolean {
  return isHomematicError(error, "ABORTED") || (error instanceof Error && error.name === "AbortError");
}

/** The code of a HomematicError, or the class name of anything else; for logs and counters. */
export function errorCode(error: unknown): string {
  if (error instanceof HomematicError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

/** One sentence for a person; whatever was thrown, it never throws itself. */
export function errorMessage(error: unknown): string {
  if (error instanceof Error) return error.message;
  try {
    return String(error);
  } catch {
    return "something that has no text";
  }
}
