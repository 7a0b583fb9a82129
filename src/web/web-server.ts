import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, BlockList, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "../base/clock.ts";
import { errorMessage } from "../base/errors.ts";
import { listen } from "../base/listen.ts";
import { type Logger, namedLogger } from "../base/logger.ts";
import type { Subscription } from "../base/subscription.ts";
import { CallbackTest, type CallbackTester } from "./callback-test.ts";
import { EventStream, type TakePage } from "./event-stream.ts";
import { GuardedForm } from "./guarded-form.ts";
import { History } from "./history.ts";
import { isLocalName } from "./local-name.ts";
import { type Maintainable, MaintenanceDesk } from "./maintenance.ts";
import { renderPage } from "./page/render-page.ts";
import { type LanguageChoice, type LanguageOf, languageChooser } from "./reader-language.ts";
import { REFUSALS, type Refusal, refuse } from "./refusals.ts";
import { brokenRequestAnswer } from "./respond.ts";
import { createRoutes, type Endpoint, type Route } from "./routes.ts";
import type { StatusSource } from "./status.ts";

export interface WebLimits {
  readonly connections: number;
  /** For a whole request, whether it is silent or slow. */
  readonly requestMs: number;
  /** Without a byte in either direction, such as a reader that stopped reading; longer than the pause of a stream of events. */
  readonly stalledMs: number;
}

const LIMITS: WebLimits = { connections: 200, requestMs: 10_000, stalledMs: 30_000 };
const MAX_HEADER_BYTES = 16_384;
/** Node looks only so often whether a request takes too long. */
const CHECKS = 10;
/** Longer than a proxy in front keeps its idle connections, so that none is closed under a request. */
const KEEP_ALIVE_MS = 65_000;
/** What whoever reaches the port may read, under any name: Prometheus does not come by way of Home Assistant. */
const OPEN_PATHS: ReadonlySet<string> = new Set(["/metrics"]);

/** Where the user's wish for the integration goes. */
export interface InstallTarget {
  accept(): void;
}

/** Serves the page, the state as JSON and as OpenMetrics, and the probes over HTTP; what can be asked for is the installation of the integration, a test of the callback and maintenance. */
export class WebServer implements AsyncDisposable {
  readonly #host: string;
  readonly #configuredPort: number;
  readonly #allowedPeers: BlockList | null;
  readonly #limits: WebLimits;
  readonly #source: StatusSource;
  readonly #logger: Logger;
  readonly #languageOf: LanguageOf;
  readonly #stream: EventStream;
  readonly #history: History;
  readonly #routes: ReadonlyMap<string, Endpoint>;
  #server: Server | undefined;
  #bound: AddressInfo | undefined;
  #changes: Subscription | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /** An empty host listens on every address of the machine; port 0 takes a free one. */
  constructor({
    host,
    port,
    language = "auto",
    allowedPeers = null,
    limits = LIMITS,
    source,
    install = null,
    callbackTester = null,
    maintained = [],
    options = null,
    clock,
    logger,
  }: {
    host: string;
    port: number;
    language?: LanguageChoice;
    /** The IPv4 addresses that may ask for more than /metrics; null: everybody. */
    allowedPeers?: readonly string[] | null;
    limits?: WebLimits;
    source: StatusSource;
    /** Null: the page offers no installation. */
    install?: InstallTarget | null;
    /** Null: the page offers no test. */
    callbackTester?: CallbackTester | null;
    /** The CCUs that maintenance can be announced for. */
    maintained?: readonly Maintainable[];
    /** For the support bundle, which leaves out what is nobody's business. */
    options?: unknown;
    clock: Clock;
    logger: Logger;
  }) {
    const installForm =
      install &&
      new GuardedForm({
        action: "install-integration",
        act: () => {
          install.accept();
          return null;
        },
      });
    const wallMs = (): number => clock.wallMs();
    const callbackTest = callbackTester && new CallbackTest({ tester: callbackTester, wallMs });
    const testForm =
      callbackTest &&
      new GuardedForm({ action: "test-callback", act: () => callbackTest.run().then(() => null), result: "#callback-test" });
    const desk = maintained.length === 0 ? null : new MaintenanceDesk({ maintained, source, clock });
    const maintenance = desk && new GuardedForm({ action: "maintenance", act: (fields) => desk.announceIn(fields) });
    const takePage: TakePage = () => {
      const status = source.status();
      const guides = { callbackTest: testForm && { form: testForm, last: callbackTest?.last ?? null } };
      return (pageLanguage) =>
        renderPage({ status, language: pageLanguage, nowMs: clock.wallMs(), install: installForm, maintenance, guides });
    };
    const languageOf = languageChooser(language);
    this.#host = host;
    this.#configuredPort = port;
    this.#allowedPeers = allowedPeers === null ? null : addressList(allowedPeers);
    this.#limits = limits;
    this.#source = source;
    this.#logger = namedLogger(logger, "web server");
    this.#languageOf = languageOf;
    this.#stream = new EventStream({ takePage, clock, logger: this.#logger });
    this.#history = new History({ source, clock });
    const forms = [installForm, testForm, maintenance].filter((form) => form !== null);
    this.#routes = createRoutes({
      source,
      takePage,
      stream: this.#stream,
      languageOf,
      history: this.#history,
      options,
      wallMs,
      forms,
      maintenance: desk,
    });
  }

  /** The port in use; before the start the configured one. */
  get port(): number {
    return this.#bound?.port ?? this.#configuredPort;
  }

  /** The address in use; before the start the configured host. */
  get address(): string {
    return this.#bound?.address ?? this.#host;
  }

  /** Throws PORT_IN_USE, PORT_FORBIDDEN or ADDRESS_UNAVAILABLE, each naming the option to change. */
  start(signal: AbortSignal): Promise<void> {
    this.#starting ??= this.#start(signal);
    return this.#starting;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { connections, requestMs, stalledMs } = this.#limits;
    const server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: requestMs / CHECKS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Node's own refusal lacks the security headers.
      requireHostHeader: false,
    });
    server.maxConnections = connections;
    server.timeout = stalledMs;
    server.on("request", (request, response) => this.#answer(request, response));
    server.on("checkExpectation", (request, response) => refuse(response, REFUSALS.expectation, this.#languageOf(request)));
    server.on("clientError", rejectBrokenRequest);
    this.#server = server;
    this.#bound = await listen(server, { host: this.#host, port: this.#configuredPort, option: "web" });
    signal.throwIfAborted();
    server.on("error", (error) => this.#logger.error({ error }, error.message));
    this.#history.start();
    this.#changes = this.#source.onChange(() => this.#stream.changed());
  }

  async #stop(): Promise<void> {
    await this.#starting?.catch(() => {});
    this.#changes?.();
    this.#history[Symbol.dispose]();
    this.#stream[Symbol.dispose]();
    const server = this.#server;
    if (server?.listening !== true) return;
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const endpoint = this.#routes.get(path);
    const refusal = OPEN_PATHS.has(path) ? null : this.#refusalOf(request);
    const language = this.#languageOf(request);
    if (refusal !== null) {
      refuse(response, refusal, language);
    } else if (endpoint === undefined) {
      refuse(response, REFUSALS.nothingHere, language);
    } else if (!endpoint.allow.split(", ").includes(request.method ?? "")) {
      refuse(response, endpoint.allow === "POST" ? REFUSALS.onlyForButtons : REFUSALS.onlyForReading, language, { allow: endpoint.allow });
    } else {
      void this.#serve(endpoint.route, request, response);
    }
  }

  /** As an add-on by who asks, elsewhere by the name that the browser asks for. */
  #refusalOf({ socket, headers: { host } }: IncomingMessage): Refusal | null {
    if (this.#allowedPeers !== null) return isAmong(this.#allowedPeers, socket) ? null : REFUSALS.notFromHomeAssistant;
    if (host === undefined) return REFUSALS.noHost;
    return isLocalName(host, this.#host) ? null : REFUSALS.foreignHost;
  }

  async #serve(route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await route(request, response);
    } catch (error) {
      this.#logger.error({ error }, `cannot answer a request: ${errorMessage(error)}`);
      refuse(response, REFUSALS.notShown, this.#languageOf(request));
    }
  }
}

/** What is no HTTP, too large or too slow. Whoever has had an answer on this connection may be in the middle of another one. */
function rejectBrokenRequest(error: Error, socket: Duplex): void {
  if (socket instanceof Socket && socket.writable && socket.bytesWritten === 0) socket.write(brokenRequestAnswer(error));
  socket.destroy();
}

function isAmong(peers: BlockList, { remoteAddress, remoteFamily }: Socket): boolean {
  // The family is there for IPv4 addresses in IPv6 clothing. No address: the peer is gone already.
  return remoteAddress !== undefined && peers.check(remoteAddress, remoteFamily === "IPv6" ? "ipv6" : "ipv4");
}

function addressList(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const address of addresses) list.addAddress(address);
  return list;
}
