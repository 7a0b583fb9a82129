import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { errorMessage, isHomematicError } from "../base/errors.ts";
import { listen } from "../base/listen.ts";
import { isLanguage } from "../base/local-text.ts";
import { type Logger, namedLogger } from "../base/logger.ts";
import type { SimulatedCcu } from "../simulator/ccu.ts";
import { NO_FAULTS } from "../simulator/faults.ts";
import { invalid, membersOf } from "../simulator/fields.ts";
import { readBody } from "../simulator/http-body.ts";
import { parseStep, type ScenarioStep, takeStep } from "../simulator/scenario.ts";
import { SCENARIOS } from "../simulator/scenarios.ts";
import { preferences } from "../web/negotiation.ts";
import { plainText, type Reply, respond } from "../web/respond.ts";
import { parseForm } from "./form.ts";
import { refusalOf } from "./guard.ts";
import { renderPage, STYLE } from "./page.ts";

const LOOPBACK = "127.0.0.1";
const MAX_CONNECTIONS = 50;
const REQUEST_TIMEOUT_MS = 10_000;
/** Forms may be sent, and must say where they come from. */
const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "referrer-policy": "same-origin",
} as const;

type Route = (request: IncomingMessage) => Reply | Promise<Reply>;

/** Lets scripts and people on this machine switch the faults of a simulated CCU while it runs. */
export class ControlServer implements AsyncDisposable {
  readonly #ccu: SimulatedCcu;
  readonly #productUrl: string | null;
  readonly #logger: Logger;
  readonly #server: Server;
  readonly #routes: ReadonlyMap<string, Route>;
  #scenario: { readonly name: string; readonly abort: AbortController } | null = null;
  #port = 0;

  constructor({ ccu, productUrl = null, logger }: { ccu: SimulatedCcu; productUrl?: string | null; logger: Logger }) {
    this.#ccu = ccu;
    this.#productUrl = productUrl;
    this.#logger = namedLogger(logger, "simulator control");
    this.#routes = new Map<string, Route>([
      ["GET /", (request) => this.#page(request)],
      ["GET /style.css", () => ({ type: "text/css; charset=utf-8", body: STYLE })],
      ["GET /api/state", () => this.#state()],
      ["POST /", (request) => this.#takeForm(request)],
      ["POST /api/step", (request) => this.#takeStep(request)],
      ["POST /api/scenario", (request) => this.#takeScenario(request)],
    ]);
    this.#server = createServer({ headersTimeout: REQUEST_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      void this.#answer(request, response);
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** 0 before the start. */
  get port(): number {
    return this.#port;
  }

  /** Takes the port, or any free one if it is taken or 0. */
  async start(port: number): Promise<void> {
    const bind = (wanted: number): ReturnType<typeof listen> => listen(this.#server, { host: LOOPBACK, port: wanted, option: "simulator" });
    const bound = await bind(port).catch((error: unknown) => {
      if (isHomematicError(error, "PORT_IN_USE")) return bind(0);
      throw error;
    });
    this.#port = bound.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#scenario?.abort.abort();
    if (!this.#server.listening) return;
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    respond(response, await this.#reply(request).catch(explained));
  }

  async #reply(request: IncomingMessage): Promise<Reply> {
    const refusal = refusalOf(request);
    if (refusal !== null) return plainText(403, refusal, { connection: "close" });
    const [path = ""] = (request.url ?? "").split("?", 1);
    const route = this.#routes.get(`${request.method === "HEAD" ? "GET" : request.method} ${path}`);
    return route === undefined ? plainText(404, "There is nothing here.", { connection: "close" }) : route(request);
  }

  #page(request: IncomingMessage): Reply {
    const languages = preferences(request.headers["accept-language"]).map((tag) => tag.split("-", 1)[0] ?? "");
    const body = renderPage({
      interfaces: this.#ccu.interfaces,
      scenario: this.#scenario?.name ?? null,
      productUrl: this.#productUrl,
      language: languages.find(isLanguage) ?? "en",
    });
    return { type: "text/html; charset=utf-8", body, headers: { ...PAGE_HEADERS, vary: "accept-language" } };
  }

  /** Without the addresses of the clients, which are secret. */
  #state(): Reply {
    const interfaces = this.#ccu.interfaces.map(({ name, port, faults, clients }) => ({
      name,
      port,
      set: faults,
      clients: clients.map(({ interfaceId, queued, dropped, failedBatches }) => ({ interfaceId, queued, dropped, failedBatches })),
    }));
    return json({ scenario: this.#scenario?.name ?? null, interfaces });
  }

  async #takeStep(request: IncomingMessage): Promise<Reply> {
    await takeStep(this.#ccu, parseStep(await readJson(request)));
    return this.#state();
  }

  /** `{ "name": ... }` plays one of the built-in scenarios, `{ "steps": [...] }` any other; `{}` ends the one that is played. */
  async #takeScenario(request: IncomingMessage): Promise<Reply> {
    const { name, steps } = Object.fromEntries(membersOf("scenario", await readJson(request)));
    if (steps !== undefined && !Array.isArray(steps)) throw invalid("steps: expected a list");
    if (steps !== undefined) this.#play("steps", steps.map(parseStep));
    else if (name !== undefined) this.#playNamed(String(name));
    else this.#scenario?.abort.abort();
    return this.#state();
  }

  async #takeForm(request: IncomingMessage): Promise<Reply> {
    if (mediaType(request) !== "application/x-www-form-urlencoded") throw invalid("expected a form");
    const form = parseForm((await readBody(request)).toString());
    if (form.kind === "scenario") this.#playNamed(form.name);
    else if (form.kind === "step") await takeStep(this.#ccu, parseStep(form.step));
    else await this.#heal();
    const place = form.kind === "step" ? `./#${String(form.step["interface"])}` : "./";
    return { status: 303, type: "text/plain; charset=utf-8", body: "", headers: { ...PAGE_HEADERS, location: place } };
  }

  async #heal(): Promise<void> {
    this.#scenario?.abort.abort();
    await takeStep(this.#ccu, { set: NO_FAULTS, action: (simulated) => simulated.acknowledge() });
  }

  #playNamed(name: string): void {
    const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name] : undefined;
    if (scenario === undefined) throw invalid(`name: expected one of ${Object.keys(SCENARIOS).join(", ")}`);
    this.#play(name, scenario.steps);
  }

  /** One at a time: a new one ends the one before, whose changes stay. */
  #play(name: string, steps: readonly ScenarioStep[]): void {
    this.#scenario?.abort.abort();
    const playing = { name, abort: new AbortController() };
    this.#scenario = playing;
    this.#logger.info(`plays ${name}`);
    const end = (words: string): void => {
      if (this.#scenario === playing) this.#scenario = null;
      this.#logger.info(`${name} ${words}`);
    };
    this.#ccu.play(steps, playing.abort.signal).then(
      () => end("is over"),
      (error: unknown) => end(`broke off: ${errorMessage(error)}`),
    );
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (mediaType(request) !== "application/json") throw invalid("expected JSON with the content type application/json");
  try {
    return JSON.parse((await readBody(request)).toString());
  } catch {
    throw invalid("expected JSON");
  }
}

function mediaType({ headers }: IncomingMessage): string {
  return (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function json(value: unknown): Reply {
  return { type: "application/json; charset=utf-8", body: JSON.stringify(value) };
}

function explained(error: unknown): Reply {
  return plainText(isHomematicError(error, "CONFIG_INVALID") ? 400 : 500, errorMessage(error), { connection: "close" });
}
