import { isIPv6 } from "node:net";
import { z } from "zod";
import { HomematicError } from "./base/errors.ts";

/** Names under which a CCU lists its interface processes; CUxD speaks BIN-RPC only and is therefore not among them. */
export const INTERFACE_NAMES = ["BidCos-RF", "BidCos-Wired", "HmIP-RF", "VirtualDevices"] as const;

export type InterfaceName = (typeof INTERFACE_NAMES)[number];

const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,62})?)*\.?$/;

const WINDOW_PATTERN = /^$|^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

const expected = (what: string): { error: string } => ({ error: what });

const isHost = (value: string): boolean => HOST_NAME.test(value) || (isIPv6(value) && !value.includes("%"));

const text = (what = "text") => z.string(expected(what));
const host = () =>
  text("a host name or an IP address such as 192.168.178.20, without http:// and without a port")
    .trim()
    .refine(isHost, expected("a host name or an IP address such as 192.168.178.20, without http:// and without a port"));
const hostOrEmpty = () => z.union([z.literal(""), host()], expected("a host name or an IP address, or nothing to find it automatically"));
const flag = () => z.boolean(expected("true or false"));
const port = (lowest: number) => {
  const error = expected(`a port number from ${lowest} to 65535`);
  return z.int(error).min(lowest, error).max(65_535, error);
};
const choice = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, expected(`one of ${values.join(", ")}`));

/** The form of the add-on can hold a list of texts, but no list of groups within a group: "HmIP-RF" or "HmIP-RF:2010". */
const interfaceSchema = z.preprocess(
  (given) => (typeof given === "string" ? interfaceOf(given) : given),
  z.strictObject(
    { name: choice(INTERFACE_NAMES), port: port(1).optional() },
    expected('an interface such as "HmIP-RF" or { "name": "HmIP-RF", "port": 2010 }'),
  ),
);

function interfaceOf(text: string): unknown {
  const [name, ...port] = text.trim().split(":");
  return port.length === 0 ? { name } : { name, port: Number(port.join(":") || Number.NaN) };
}

const ccuSchema = z.strictObject(
  {
    name: text().trim().max(64, expected("a name of at most 64 characters")).default(""),
    host: host(),
    username: text().default(""),
    password: text().default(""),
    tls: flag().default(false),
    verify_tls: flag().default(true),
    interfaces: z.array(interfaceSchema, expected("a list of interfaces, or an empty list to find them")).default([]),
  },
  expected('a CCU such as { "host": "192.168.178.20" }'),
);

const section = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, expected("a group of settings in { }"));

const optionsSchema = z.strictObject(
  {
    ccus: z
      .array(ccuSchema, expected('a list with at least one CCU such as [{ "host": "192.168.178.20" }]'))
      .min(1, expected('at least one CCU such as [{ "host": "192.168.178.20" }]')),
    callback: section({ host: hostOrEmpty().default(""), port: port(0).default(8095) }).prefault({}),
    web: section({ host: hostOrEmpty().default(""), port: port(0).default(8099) }).prefault({}),
    publish: choice(["auto", "integration", "mqtt"]).default("auto"),
    install_integration: flag().default(true),
    home_assistant: section({ url: text().trim().default(""), token: text().trim().default("") }).prefault({}),
    maintenance: text("a time of day such as 03:00-03:30, or nothing")
      .trim()
      .regex(WINDOW_PATTERN, expected("a time of day such as 03:00-03:30, or nothing"))
      .default(""),
    language: choice(["auto", "en", "de"]).default("auto"),
    log_level: choice(["debug", "info", "warn", "error"]).default("info"),
  },
  expected("the settings in { }"),
);

/** Longer than any work on a CCU; a forgotten announcement must not silence it for ever. */
export const LONGEST_MAINTENANCE_MINUTES = 1_440;

interface InterfaceOptions {
  readonly name: InterfaceName;
  readonly port?: number | undefined;
}

export interface CcuOptions {
  readonly name: string;
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly tls: boolean;
  readonly verify_tls: boolean;
  /** Empty: find them. */
  readonly interfaces: readonly InterfaceOptions[];
}

/** The options with all defaults filled in; names as in `/data/options.json`. */
export interface Options {
  readonly ccus: readonly CcuOptions[];
  readonly callback: { readonly host: string; readonly port: number };
  readonly web: { readonly host: string; readonly port: number };
  readonly publish: "auto" | "integration" | "mqtt";
  readonly install_integration: boolean;
  readonly home_assistant: { readonly url: string; readonly token: string };
  /** A daily time such as `03:00-03:30` in which nobody is alarmed; empty: none. */
  readonly maintenance: string;
  readonly language: "auto" | "en" | "de";
  readonly log_level: "debug" | "info" | "warn" | "error";
}

export interface ParsedOptions {
  readonly options: Options;
  /** One sentence for each unknown setting that was ignored. */
  readonly warnings: readonly string[];
}

/**
 * Checks the options and fills in defaults.
 * @throws HomematicError CONFIG_INVALID that names each wrong field, what was given and what is expected.
 */
export function parseOptions(input: unknown): ParsedOptions {
  const first = optionsSchema.safeParse(input);
  const unknownKeys = first.success ? [] : first.error.issues.filter((issue) => issue.code === "unrecognized_keys");
  const cleaned = unknownKeys.length === 0 ? input : withoutKeys(input, unknownKeys);
  const result = unknownKeys.length === 0 ? first : optionsSchema.safeParse(cleaned);
  const problems = result.success ? relationProblems(result.data) : result.error.issues.map((issue) => describeIssue(issue, cleaned));
  if (!result.success || problems.length > 0) {
    throw new HomematicError({
      code: "CONFIG_INVALID",
      message: `The options are not valid:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
    });
  }
  return {
    options: { ...result.data, ccus: result.data.ccus.map((ccu, index) => ({ ...ccu, name: ccu.name || defaultName(index) })) },
    warnings: [
      ...unknownKeys.flatMap((issue) =>
        issue.keys.map((key) => `${fieldName([...issue.path, key])} is not a known setting and is ignored`),
      ),
    ],
  };
}

function defaultName(index: number): string {
  return index === 0 ? "CCU" : `CCU ${index + 1}`;
}

function withoutKeys(
  input: unknown,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly keys: readonly string[] }[],
): unknown {
  const copy: unknown = structuredClone(input);
  for (const issue of issues) {
    const owner = valueAt(copy, issue.path);
    if (typeof owner !== "object" || owner === null) continue;
    for (const key of issue.keys) Reflect.deleteProperty(owner, key);
  }
  return copy;
}

/** What no single field can know: names, and interfaces that two entries would both register at. */
function relationProblems(options: Options): readonly string[] {
  const problems: string[] = [];
  const names = new Set<string>();
  const endpoints = new Set<string>();
  for (const [index, ccu] of options.ccus.entries()) {
    const name = ccu.name || defaultName(index);
    if (names.has(name)) problems.push(`ccus[${index}].name: given "${name}", expected a name that no other CCU has`);
    names.add(name);
    const ports = ccu.interfaces.length === 0 ? ["all interfaces"] : ccu.interfaces.map((entry) => String(entry.port ?? entry.name));
    for (const endpoint of ports.map((entry) => `${ccu.host} (${entry})`)) {
      if (endpoints.has(endpoint)) problems.push(`ccus[${index}]: ${endpoint} is listed twice, expected each interface of a CCU once`);
      endpoints.add(endpoint);
    }
    const interfaceNames = ccu.interfaces.map((entry) => entry.name);
    if (new Set(interfaceNames).size < interfaceNames.length) problems.push(`ccus[${index}].interfaces: expected each interface name once`);
  }
  return problems;
}

function describeIssue(issue: z.core.$ZodIssue, input: unknown): string {
  const given = valueAt(input, issue.path);
  return `${fieldName(issue.path)}: given ${describeValue(given, issue.path)}, expected ${issue.message}`;
}

function describeValue(value: unknown, path: readonly PropertyKey[]): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  const secret = path.some((part) => part === "password" || part === "token" || part === "username");
  if (secret || typeof value === "object") return `a value of type ${typeof value}`;
  return typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : `${String(value)} (${typeof value})`;
}

function fieldName(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "options";
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`)).join("");
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = input;
  for (const part of path) {
    // The text of an interface stands for all its fields.
    if (typeof value === "string") return value;
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}
