import { isIP } from "node:net";
import { unescape as decoded } from "node:querystring";
import type { AppStatus } from "./status.ts";

/** Options that hold something nobody else may see. */
const SECRET = /pass|token|secret|user/i;
/** Options and figures that name a machine. */
const HOST = /^(host|url|address|urls)$/i;

/** Shorter secrets are taken out as words only: elsewhere they would tear the text apart. */
const MAX_WORD = 3;

const PATTERNS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ["address", /\b(?:\d{1,3}\.){3}\d{1,3}\b/g],
  ["address", /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:.])/gi],
  // SGTINs and addresses of HmIP devices, of BidCos devices, and of groups.
  ["serial", /\b[0-9A-F]{24}\b|\b[0-9A-F]{14}\b|\b[A-Z]{3}\d{7}\b|\bINT\d{7}\b|\b[A-Z0-9]{2}[0-9A-F]{8}\b/g],
];

/** Everything that helps to find out what is wrong, as JSON, without anything that says who or where it is. */
export function supportBundle({ status, options, takenAt }: { status: AppStatus; options: unknown; takenAt: string }): string {
  const redact = new Redaction(namesIn(status, options));
  return JSON.stringify({ about: "Homematic Vitals support bundle", takenAt, ...redact.all({ status, options }) }, null, 2);
}

/** Words that no pattern finds, because the user chose them. */
function namesIn({ app, ccus }: AppStatus, options: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const note = (kind: string, name: string): void => {
    if (name !== "" && !names.has(name)) names.set(name, kind);
  };
  for (const { id, name, host, interfaces } of ccus) {
    note("ccu", name);
    note("host", host);
    note("serial", id);
    for (const { traffic, radioModules } of interfaces) {
      for (const client of traffic.foreignClients) note("client", client.id);
      for (const module of radioModules) {
        note("gateway", module.name ?? "");
        note("serial", module.address);
      }
    }
  }
  note("host", app.callback.host);
  visit(options, (key, text) => {
    if (SECRET.test(key)) note("secret", text);
    else if (HOST.test(key)) noteAddress(text, note);
  });
  return names;
}

/** An address may hold a login and a query, and messages name its host alone. */
function noteAddress(text: string, note: (kind: string, name: string) => void): void {
  note("host", text);
  const url = URL.parse(text);
  if (url === null) return;
  note("host", url.hostname);
  for (const secret of [decoded(url.username), decoded(url.password), ...url.searchParams.values()]) note("secret", secret);
}

function visit(value: unknown, found: (key: string, text: string) => void, at = ""): void {
  if (typeof value === "string") found(at, value);
  else if (Array.isArray(value)) for (const entry of value) visit(entry, found, at);
  else if (typeof value === "object" && value !== null) for (const [key, inner] of Object.entries(value)) visit(inner, found, key);
}

/** Puts the same stand-in for the same word everywhere, so that what belongs together can still be seen. */
class Redaction {
  readonly #standIns = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #names: readonly (readonly [name: string, pattern: RegExp])[];

  constructor(names: ReadonlyMap<string, string>) {
    for (const [name, kind] of names) this.#standInFor(name, kind);
    const longestFirst = [...names].sort(([a], [b]) => b.length - a.length);
    this.#names = longestFirst.map(([name, kind]) => [name, patternOf(name, kind)]);
  }

  all(value: object): object {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [this.#key(key), this.#value(inner, key)]));
  }

  #value(value: unknown, key: string): unknown {
    if (typeof value === "string") return SECRET.test(key) && value !== "" ? "<secret>" : this.#text(value);
    if (Array.isArray(value)) return value.map((entry) => this.#value(entry, key));
    return typeof value === "object" && value !== null ? this.all(value) : value;
  }

  /** The name of a field stays, even if somebody calls a CCU like it. */
  #key(key: string): string {
    return /^\w+$/.test(key) ? this.#patterns(key) : this.#text(key);
  }

  #text(text: string): string {
    let clean = text;
    for (const [name, pattern] of this.#names) clean = clean.replace(pattern, this.#standInFor(name, ""));
    return this.#patterns(clean);
  }

  #patterns(text: string): string {
    let clean = text;
    for (const [kind, pattern] of PATTERNS) {
      clean = clean.replace(pattern, (word) => (kind === "address" && isIP(word) === 0 ? word : this.#standInFor(word, kind)));
    }
    return clean;
  }

  #standInFor(word: string, kind: string): string {
    const known = this.#standIns.get(word);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const standIn = `<${kind}-${count}>`;
    this.#standIns.set(word, standIn);
    return standIn;
  }
}

function patternOf(name: string, kind: string): RegExp {
  const text = RegExp.escape(name);
  if (kind === "secret" && name.length > MAX_WORD) return new RegExp(`${text}|${RegExp.escape(encodeURIComponent(name))}`, "gu");
  return new RegExp(`(?<![\\p{L}\\p{N}])${text}(?![\\p{L}\\p{N}])`, kind === "host" ? "giu" : "gu");
}
