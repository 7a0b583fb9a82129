import { pino } from "pino";
import type { Logger } from "./base/logger.ts";
import type { Secrets } from "./base/secrets.ts";

interface LogRecord {
  readonly level: string;
  readonly time: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string; readonly message?: string };
  readonly [detail: string]: unknown;
}

/** Writes one readable line a message, with every secret taken out. */
export function createLogger({ level, secrets, write }: { level: string; secrets: Secrets; write: (line: string) => void }): Logger {
  const destination = { write: (json: string) => write(secrets.redact(formatRecord(JSON.parse(json)))) };
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    destination,
  );
}

/** What a peer sent must not look like a line of our own, nor steer a terminal. */
const CONTROL_CHARACTERS = /\p{Cc}+/gu;

/** The time of the home (TZ), as in Home Assistant's own log; Swedes write it so that it can be sorted. */
const LOCAL_TIME = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium" });

function formatRecord({ level, time, msg = "", err, ...details }: LogRecord): string {
  const stack = err === undefined ? "" : `\n${err.stack ?? err.message ?? ""}`;
  const extra = Object.keys(details).length === 0 ? "" : ` ${JSON.stringify(details)}`;
  return `${LOCAL_TIME.format(new Date(time))} ${level.toUpperCase().padEnd(5)} ${msg.replace(CONTROL_CHARACTERS, " ")}${extra}${stack}\n`;
}
