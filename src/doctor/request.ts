import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { errorMessage, HomematicError } from "../base/errors.ts";
import { isLanguage, type Language } from "../base/local-text.ts";
import { type CcuOptions, parseOptions } from "../config.ts";
import { VERSION } from "../version.ts";
import { USAGE } from "./texts.ts";

/** Every option of `doctor`; `docs/doctor.md` describes them. */
export const DOCTOR_OPTIONS = {
  host: { type: "string" },
  interface: { type: "string", multiple: true },
  username: { type: "string" },
  "password-file": { type: "string" },
  tls: { type: "boolean" },
  "no-verify-tls": { type: "boolean" },
  "callback-host": { type: "string" },
  "port-callback": { type: "string" },
  seconds: { type: "string" },
  language: { type: "string" },
  json: { type: "boolean" },
  version: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** The environment variables that `doctor` knows. */
export interface DoctorEnvironment {
  readonly HOMEMATIC_VITALS_PASSWORD?: string | undefined;
  readonly LC_ALL?: string | undefined;
  readonly LC_MESSAGES?: string | undefined;
  readonly LANG?: string | undefined;
}

export interface DoctorRequest {
  readonly ccu: CcuOptions;
  /** A port of `null`: the usual one, or any other where that one is in use. */
  readonly callback: { readonly host: string; readonly port: number | null };
  readonly seconds: number;
  readonly language: Language;
  readonly json: boolean;
}

const DEFAULT_SECONDS = 60;
/** A CCU that hangs is known as such only after its calls have timed out. */
const LEAST_SECONDS = 15;
const MOST_SECONDS = 3_600;

/** The options of the program that stand behind those of the command line. */
const SETTINGS: readonly (readonly [setting: RegExp, option: string])[] = [
  [/^The options are not valid:$/gm, "This cannot be done:"],
  [/ccus\[0\]\.interfaces(\[\d+\](\.\w+)?)?/g, "--interface"],
  [/ccus\[0\]\./g, "--"],
  [/ccus\[0\]: /g, ""],
  [/callback\.port/g, "--port-callback"],
  [/callback\.host/g, "--callback-host"],
];

/** What is wanted instead of a look at a CCU. */
export interface PrintRequest {
  readonly print: string;
}

/**
 * Reads the command line.
 * @throws HomematicError CONFIG_INVALID or CONFIG_UNREADABLE, or the error of `parseArgs`.
 */
export function parseRequest(args: readonly string[], env: DoctorEnvironment): DoctorRequest | PrintRequest {
  const { values } = parseArgs({ args: [...args], options: DOCTOR_OPTIONS });
  const language = languageOf(values.language, env);
  if (values.help) return { print: USAGE[language] };
  if (values.version) return { print: `${VERSION}\n` };
  if (values.host === undefined) throw invalid("--host: given nothing, expected the name or the IP address of the CCU");
  const callbackPort = values["port-callback"];
  const { ccus, callback } = parseOptions({
    ccus: [
      {
        host: values.host,
        username: values.username,
        password: passwordOf(values["password-file"], env),
        tls: values.tls,
        verify_tls: values["no-verify-tls"] !== true,
        interfaces: values.interface,
      },
    ],
    callback: { host: values["callback-host"], port: callbackPort === undefined ? undefined : numberOf(callbackPort) },
  }).options;
  const [ccu] = ccus;
  if (ccu === undefined) throw invalid("--host: expected a CCU");
  return {
    ccu,
    callback: { host: callback.host, port: callbackPort === undefined ? null : callback.port },
    seconds: secondsOf(values.seconds),
    language,
    json: values.json === true,
  };
}

/** What `doctor` says in the words of the options file, in those of the command line. */
export function inOptionsOfDoctor(message: string): string {
  return SETTINGS.reduce((text, [setting, option]) => text.replaceAll(setting, option), message);
}

function passwordOf(file: string | undefined, env: DoctorEnvironment): string | undefined {
  if (file === undefined) return env.HOMEMATIC_VITALS_PASSWORD;
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    throw new HomematicError({
      code: "CONFIG_UNREADABLE",
      message: `--password-file: ${file} cannot be read: ${errorMessage(cause)}`,
      cause,
    });
  }
}

function secondsOf(given: string | undefined): number {
  if (given === undefined) return DEFAULT_SECONDS;
  const seconds = numberOf(given);
  if (!(seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS))
    throw invalid(`--seconds: given ${JSON.stringify(given)}, expected a number from ${LEAST_SECONDS} to ${MOST_SECONDS}`);
  return seconds;
}

/** The given one, else that of the terminal. */
function languageOf(given: string | undefined, { LC_ALL, LC_MESSAGES, LANG }: DoctorEnvironment): Language {
  if (given === undefined) return /^de(?![a-z])/i.test(LC_ALL || LC_MESSAGES || LANG || "") ? "de" : "en";
  if (!isLanguage(given)) throw invalid(`--language: given ${JSON.stringify(given)}, expected en or de`);
  return given;
}

function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

function invalid(message: string): HomematicError {
  return new HomematicError({ code: "CONFIG_INVALID", message });
}
