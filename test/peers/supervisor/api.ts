import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { repositoryRoot } from "../paths.ts";
import type { InstalledAddOn } from "./add-on.ts";
import { CONTAINER_STATS, machineFacts } from "./machine.ts";
import { OptionsRefused, validateOptions } from "./options.ts";
import type { SupervisorState } from "./state.ts";

/** Who asks, by the token; "stranger" has one that is void. */
export type Caller = "core" | "add-on" | "stranger" | "nobody";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

interface Asked {
  readonly state: SupervisorState;
  readonly caller: Caller;
  readonly method: string;
  readonly path: string;
  /** What the pattern of the route held in brackets. */
  readonly part: string;
  readonly body: unknown;
}

type Route = readonly [method: string, path: RegExp, who: readonly Caller[], answer: (asked: Asked) => Promise<Answer> | Answer];

const json = (status: number, value: object): Answer => ({ status, type: "application/json", body: JSON.stringify(value) });
const ok = (data: object = {}): Answer => json(200, { result: "ok", data });
export const failure = (status: number, message: string): Answer => json(status, { result: "error", message });
const plain = (status: number, text: string): Answer => ({ status, type: "text/plain", body: text });

const ADD_ON: readonly Caller[] = ["add-on"];
const CORE: readonly Caller[] = ["core"];
const EVERYBODY: readonly Caller[] = ["core", "add-on", "stranger", "nobody"];
const BOTH: readonly Caller[] = ["core", "add-on"];
/** An add-on with the default role may ask for these and for all about itself. */
const DEFAULT_ROLE = /^\/(?:.+\/)?info$|^\/services|^\/discovery|^\/addons\/self\/(?!security|update|options\/validate)/;
/** The frontend shows pictures without a login. */
const PUBLIC = /^\/(?:store\/)?addons\/[^/]+\/(?:icon|logo)$/;

const SentDiscovery = z.object({ service: z.string(), config: z.unknown() });
const SentOptions = z.object({
  options: z.record(z.string(), z.unknown()).optional(),
  network: z.record(z.string(), z.int().nullable()).optional(),
});
const SentSession = z.object({ user_id: z.string() });
const SentValidation = z.object({ session: z.string() });

const ROUTES: readonly Route[] = [
  ["POST", /^\/discovery$/, ADD_ON, discover],
  ["GET", /^\/discovery$/, CORE, ({ state }) => ok({ discovery: state.startedDiscoveries() })],
  ["GET", /^\/discovery\/([0-9a-f-]+)$/, BOTH, discoveryOf],
  [
    "DELETE",
    /^\/discovery\/([0-9a-f-]+)$/,
    ADD_ON,
    async ({ state, part }) => ((await state.discovery.remove(part)) ? ok() : failure(404, "Not found")),
  ],
  ["GET", /^\/services\/(mqtt|mysql)$/, ADD_ON, service],
  ["GET", /^\/addons$/, CORE, ({ state }) => ok({ addons: state.installed ? [state.installed.summary()] : [] })],
  ["GET", /^\/addons\/([^/]+)\/info$/, BOTH, (asked) => withAddOn(asked, (addOn) => ok(addOn.info()))],
  ["GET", /^\/addons\/([^/]+)\/stats$/, BOTH, (asked) => withAddOn(asked, () => ok(CONTAINER_STATS))],
  ["POST", /^\/addons\/([^/]+)\/options$/, BOTH, (asked) => withAddOn(asked, (addOn) => setOptions(addOn, asked.body))],
  ["POST", /^\/addons\/([^/]+)\/options\/validate$/, CORE, (asked) => withAddOn(asked, (addOn) => ok(validate(addOn, asked.body)))],
  ["POST", /^\/addons\/([^/]+)\/(?:start|stop|restart)$/, CORE, (asked) => withAddOn(asked, (addOn) => move(addOn, asked.path))],
  ["GET", /^\/(?:store\/)?addons\/([^/]+)\/(?:icon|logo)$/, EVERYBODY, picture],
  [
    "GET",
    /^\/(?:store\/)?addons\/[^/]+\/documentation$/,
    CORE,
    async () => plain(200, await readFile(join(repositoryRoot, "addon", "DOCS.md"), "utf8")),
  ],
  [
    "GET",
    /^\/(?:store\/)?addons\/[^/]+\/changelog$/,
    CORE,
    async () => plain(200, await readFile(join(repositoryRoot, "addon", "CHANGELOG.md"), "utf8")),
  ],
  ["GET", /^\/addons\/([^/]+)\/logs.*$/, CORE, (asked) => withAddOn(asked, (addOn) => plain(200, `${addOn.process.output}\n`))],
  ["GET", /^\/store$/, CORE, store],
  ["GET", /^\/store\/addons\/([^/]+)$/, CORE, (asked) => withAddOn(asked, (addOn) => ok({ ...addOn.info(), installed: true }))],
  ["GET", /^\/ingress\/panels$/, CORE, () => ok({ panels: {} })],
  ["POST", /^\/ingress\/session$/, CORE, openSession],
  ["POST", /^\/ingress\/validate_session$/, CORE, validSession],
  ["POST", /^\/(?:supervisor|core)\/options$/, CORE, () => ok()],
  ["POST", /^\/reload_updates$/, CORE, () => ok()],
  ["POST", /^\/supervisor\/update$/, CORE, () => failure(400, "No supervisor update available")],
];

/** The Supervisor's REST API. */
export function createApi(state: SupervisorState): (caller: Caller, method: string, path: string, body: unknown) => Promise<Answer> {
  return async (caller, method, url, body) => {
    const [path = ""] = url.split("?", 1);
    if (/^\/core\/api(?:\/|$)/.test(path)) return await coreApi({ state, caller, method, path: url, part: "", body });
    const isPublic = PUBLIC.test(path);
    if (caller === "nobody" && !isPublic) return plain(401, "401: Unauthorized");
    const isForbidden = caller === "stranger" || (caller === "add-on" && !DEFAULT_ROLE.test(path));
    if (isForbidden && !isPublic) return plain(403, "403: Forbidden");
    for (const [routeMethod, pattern, who, answer] of ROUTES) {
      const match = pattern.exec(path);
      if (match === null || routeMethod !== method) continue;
      if (!who.includes(caller)) return plain(401, "401: Unauthorized");
      return await answer({ state, caller, method, path, part: match[1] ?? "", body });
    }
    const facts = method === "GET" ? machineFacts((await state.core.runningVersion()) ?? "2026.11.0")[path] : undefined;
    return facts === undefined ? plain(404, "404: Not Found") : ok(facts);
  };
}

/** `/core/api`: the REST API of Core for an add-on that may use it. */
async function coreApi({ state, caller, method, path, body }: Asked): Promise<Answer> {
  if (caller !== "add-on" || !state.addOn.manifest.homeassistant_api) return plain(401, "401: Unauthorized");
  if (!["GET", "POST", "DELETE"].includes(method)) return plain(405, "405: Method Not Allowed");
  if (path.includes("..")) return plain(400, "400: Bad Request");
  const target = path.slice("/core".length);
  if (/^\/api\/hassio[/_]/.test(target)) return plain(403, "403: Forbidden");
  if ((await state.core.runningVersion()) === null) return plain(502, "502: Bad Gateway");
  return await state.core.send(method, target, method === "POST" ? JSON.stringify(body) : undefined);
}

async function discover({ state, body }: Asked): Promise<Answer> {
  const { data: sent } = SentDiscovery.safeParse(body);
  if (sent === undefined) return failure(400, "required key not provided @ data['service']");
  const { slug, manifest } = state.addOn;
  if (!manifest.discovery.includes(sent.service)) return failure(403, `App ${slug} does not list ${sent.service} under discovery`);
  const { uuid } = await state.discovery.send(slug, sent.service, sent.config);
  return ok({ uuid });
}

function discoveryOf({ state, part }: Asked): Answer {
  const message = state.discovery.messages.find(({ uuid }) => uuid === part.replaceAll("-", ""));
  return message ? ok(message) : failure(404, "Discovery message not found");
}

/** No add-on here provides a service. */
function service({ state, part }: Asked): Answer {
  const declared = state.addOn.manifest.services.some((entry) => entry.startsWith(`${part}:`));
  return declared ? failure(400, "Service not enabled") : failure(403, `No access to ${part} service!`);
}

async function withAddOn({ state, part, caller }: Asked, answer: (addOn: InstalledAddOn) => Promise<Answer> | Answer): Promise<Answer> {
  const addOn = state.installed;
  const own = part === "self" && caller === "add-on";
  return addOn !== undefined && (own || (caller === "core" && part === addOn.slug)) ? answer(addOn) : failure(404, "App does not exist");
}

function setOptions(addOn: InstalledAddOn, body: unknown): Answer {
  const { data: sent, error } = SentOptions.safeParse(body);
  if (sent === undefined) return failure(400, z.prettifyError(error));
  try {
    if (sent.options !== undefined) addOn.setOptions(sent.options);
    if (sent.network !== undefined) addOn.setPorts(sent.network);
    return ok();
  } catch (problem) {
    if (problem instanceof OptionsRefused) return failure(400, `${problem.message} in ${addOn.manifest.name}`);
    throw problem;
  }
}

async function move(addOn: InstalledAddOn, path: string): Promise<Answer> {
  try {
    if (!path.endsWith("/start") && addOn.state === "started") await addOn.stop();
    if (!path.endsWith("/stop")) await addOn.start();
    return ok();
  } catch (problem) {
    return failure(400, problem instanceof Error ? problem.message : String(problem));
  }
}

/** Without a body the present options are meant, as before a start. */
function validate(addOn: InstalledAddOn, body: unknown): object {
  try {
    validateOptions(addOn.manifest.schema, isDeepStrictEqual(body, {}) ? addOn.options : body);
    return { message: "", valid: true, pwned: null };
  } catch (problem) {
    if (problem instanceof OptionsRefused) return { message: problem.message, valid: false, pwned: null };
    throw problem;
  }
}

async function picture({ path }: Asked): Promise<Answer> {
  const file = path.endsWith("logo") ? "logo.png" : "icon.png";
  return { status: 200, type: "image/png", body: await readFile(join(repositoryRoot, "addon", file)) };
}

function store({ state }: Asked): Answer {
  const { installed } = state;
  const repository = { slug: "a0d7b954", name: "Homematic Vitals", source: "", url: "", maintainer: "Homematic Vitals" };
  const addons = installed ? [{ ...installed.summary(), arch: installed.manifest.arch, documentation: true, installed: true }] : [];
  return ok({ addons, repositories: [repository] });
}

function openSession({ state, body }: Asked): Answer {
  const session = randomBytes(64).toString("hex");
  state.sessions.set(session, SentSession.safeParse(body).data?.user_id ?? "unknown");
  return ok({ session });
}

function validSession({ state, body }: Asked): Answer {
  return state.sessions.has(SentValidation.safeParse(body).data?.session ?? "") ? ok() : plain(401, "401: Unauthorized");
}
