import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { AppSettings } from "./app.ts";
import { errorMessage, HomematicError } from "./base/errors.ts";
import type { Secrets } from "./base/secrets.ts";
import { type Options, type ParsedOptions, parseOptions } from "./config.ts";
import { homeAssistantTarget } from "./homeassistant/target.ts";
import type { StateFile } from "./state-file.ts";

/** The environment variables the program knows. */
export interface Environment {
  /** Set by the Supervisor; tells that the program runs as an add-on. */
  readonly SUPERVISOR_TOKEN?: string | undefined;
  readonly HOME_ASSISTANT_URL?: string | undefined;
  readonly HOME_ASSISTANT_TOKEN?: string | undefined;
  /** Folder for what has to survive a restart. */
  readonly HOMEMATIC_VITALS_DATA?: string | undefined;
  readonly XDG_STATE_HOME?: string | undefined;
  /** Home Assistant's configuration folder, where it is within reach. */
  readonly HOMEMATIC_VITALS_CONFIG_FOLDER?: string | undefined;
}

const ADDON_DATA = "/data";
/** Where the Supervisor mounts Home Assistant's configuration; in a container of one's own it may be mounted there as well. */
const HOME_ASSISTANT_CONFIG = "/homeassistant";
const LOOPBACK = "127.0.0.1";
const EVERYWHERE = "0.0.0.0";
/** Of both families, since a CCU may be reached over IPv6. */
const EVERY_ADDRESS = "";

/**
 * The options of the add-on or of `--options FILE`; `null` when there are none, which means demo.
 * @throws HomematicError CONFIG_UNREADABLE or CONFIG_INVALID.
 */
export function loadOptions({ optionsPath, env }: { optionsPath: string | undefined; env: Environment }): ParsedOptions | null {
  const path = optionsPath ?? (env.SUPERVISOR_TOKEN ? join(ADDON_DATA, "options.json") : undefined);
  return path === undefined ? null : parseOptions(readJson(path));
}

export function appSettings({ options, demo, env }: { options: Options; demo: boolean; env: Environment }): AppSettings {
  return {
    options,
    demo,
    // The page of an add-on is reached through the Supervisor; elsewhere it stays on this machine unless told otherwise.
    bind: { callback: demo ? LOOPBACK : EVERY_ADDRESS, web: env.SUPERVISOR_TOKEN ? EVERYWHERE : LOOPBACK },
    homeAssistant: homeAssistantTarget({ ...options.home_assistant, env }),
    configFolder: configFolder(options, env),
    // Beside the bundled program.
    companionFolder: join(import.meta.dirname, "companion"),
    supervisor: env.SUPERVISOR_TOKEN ? { token: env.SUPERVISOR_TOKEN } : null,
  };
}

/** Where the program keeps what has to survive a restart; the demo keeps to itself. */
export function dataFiles({ demo, env }: { demo: boolean; env: Environment }): Readonly<Record<"state" | "rhythms" | "incidents", string>> {
  const file = (name: string): string => join(dataFolder(env), demo ? `demo-${name}` : name);
  return { state: file("state.json"), rhythms: file("rhythms.json"), incidents: file("incidents.log") };
}

/** Everything that must never be seen in a log or on a page. */
export function rememberSecrets(
  secrets: Secrets,
  { options, homeAssistant, supervisor }: AppSettings,
  { callbackSecret }: StateFile,
): void {
  secrets.add(callbackSecret);
  for (const { password } of options.ccus) secrets.add(password);
  secrets.add(homeAssistant?.token);
  secrets.add(supervisor?.token);
}

/** Null where it is not within reach, or belongs to another Home Assistant than the one that gets the sensors. */
function configFolder({ home_assistant: { url } }: Options, env: Environment): string | null {
  const elsewhere = env.SUPERVISOR_TOKEN !== undefined && url !== "";
  const folder = env.HOMEMATIC_VITALS_CONFIG_FOLDER || HOME_ASSISTANT_CONFIG;
  return elsewhere || !existsSync(folder) ? null : folder;
}

function dataFolder(env: Environment): string {
  if (env.HOMEMATIC_VITALS_DATA) return env.HOMEMATIC_VITALS_DATA;
  if (env.SUPERVISOR_TOKEN) return ADDON_DATA;
  return join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "homematic-vitals");
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const problem = cause instanceof SyntaxError ? `is not valid JSON${placeOf(cause)}` : `cannot be read: ${errorMessage(cause)}`;
    throw new HomematicError({ code: "CONFIG_UNREADABLE", message: `The options file ${path} ${problem}`, cause });
  }
}

/** Where the text breaks, if the parser says so; the rest of what it says quotes the file, passwords included. */
function placeOf({ message }: SyntaxError): string {
  const place = /line \d+ column \d+/.exec(message);
  return place === null ? "" : ` (${place[0]})`;
}
