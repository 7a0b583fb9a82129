import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { ContainerNetwork } from "./container-network.ts";
import type { Installation, InstalledAddOn } from "./supervisor/add-on.ts";
import { type Answer, type Caller, createApi, failure } from "./supervisor/api.ts";
import { Core, type CoreAddress } from "./supervisor/core.ts";
import { MAX_MESSAGE_BYTES, welcome } from "./supervisor/core-websocket.ts";
import type { DiscoveryStore } from "./supervisor/discovery.ts";
import { passOn } from "./supervisor/ingress.ts";
import { SupervisorState } from "./supervisor/state.ts";

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Stands in for the Supervisor in front of a real Home Assistant Core: what an add-on and Core can ask, and how they are refused. */
export class Supervisor implements AsyncDisposable {
  readonly #network: ContainerNetwork;
  readonly #state: SupervisorState;
  readonly #api: (caller: Caller, method: string, path: string, body: unknown) => Promise<Answer>;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });

  private constructor(network: ContainerNetwork, state: SupervisorState) {
    this.#network = network;
    this.#state = state;
    this.#api = createApi(state);
  }

  /** The environment with which Core finds its Supervisor; made before either of them is started. */
  static environment(): CoreEnvironment {
    return {
      SUPERVISOR: ContainerNetwork.SUPERVISOR,
      SUPERVISOR_TOKEN: randomBytes(28).toString("hex"),
      SUPERVISOR_CORE_API_SOCKET: join(tmpdir(), `core-${randomBytes(6).toString("hex")}.sock`),
    };
  }

  /** `core` is the environment that Core was or will be started with, or a Core that knows of no Supervisor. */
  static async start(core: CoreEnvironment | Exclude<CoreAddress, { socketPath: string }>): Promise<Supervisor> {
    const supervised = "SUPERVISOR_TOKEN" in core;
    const link = new Core(supervised ? { socketPath: core.SUPERVISOR_CORE_API_SOCKET } : core);
    const network = await ContainerNetwork.create();
    const state = new SupervisorState({ core: link, coreToken: supervised ? core.SUPERVISOR_TOKEN : null });
    const supervisor = new Supervisor(network, state);
    try {
      await supervisor.open();
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
    return supervisor;
  }

  get addOn(): InstalledAddOn {
    return this.#state.addOn;
  }

  get discovery(): DiscoveryStore {
    return this.#state.discovery;
  }

  /** Every request with the status it got, such as `GET /network/info 200`; a stranger's are those with a token that is void. */
  requestsOf(caller: Caller): readonly string[] {
    return this.#state.requestsOf(caller);
  }

  install(installation: Installation): InstalledAddOn {
    return this.#state.install(installation);
  }

  /** Removes the add-on and all that it told. */
  async uninstall(): Promise<void> {
    await this.#state.uninstall();
  }

  /** As the Supervisor does at an update of itself: nobody listens any more. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    for (const client of this.#sockets.clients) client.terminate();
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens again after `close`. */
  async open(): Promise<void> {
    if (this.#server.listenerCount("upgrade") === 0) {
      this.#server.on("upgrade", (request, socket, head) => void this.#upgrade(request, socket, head));
    }
    this.#server.listen({ host: ContainerNetwork.SUPERVISOR, port: 80 });
    await once(this.#server, "listening");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#state[Symbol.asyncDispose]();
    await this.close();
    await this.#network[Symbol.asyncDispose]();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = request;
    const ingress = /^\/ingress\/([^/]+)(\/.*)$/.exec(url);
    if (ingress !== null) {
      this.#ingress(request, response, ingress[2] ?? "/");
      return;
    }
    const caller = this.#state.callerOf(request.headers.authorization);
    const body = await bodyOf(request);
    const answer = body === null ? failure(413, "Request Entity Too Large") : await this.#api(caller, method, url, body);
    this.#state.noteRequest(caller, `${method} ${url} ${answer.status}`);
    response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
  }

  #ingress(incoming: IncomingMessage, outgoing: ServerResponse, path: string): void {
    const session = /(?:^|; )ingress_session=([0-9a-f]+)/.exec(incoming.headers.cookie ?? "")?.[1];
    const user = session && this.#state.sessions.get(session);
    if (user === undefined || user === "") outgoing.writeHead(401).end();
    else passOn({ incoming, outgoing, path, port: this.addOn.manifest.ingress_port, user });
  }

  /** 502 until Core runs. */
  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    const { core } = this.#state;
    const isCore = request.url === "/core/websocket" || request.url === "/core/api/websocket";
    const version = isCore ? await core.runningVersion() : null;
    if (version === null) {
      this.#state.noteRequest("nobody", `GET ${request.url} 502`);
      socket.end("HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n");
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) =>
      welcome({ client, core, version, isToken: (token) => this.#state.isAddOnToken(token) && this.addOn.manifest.homeassistant_api }),
    );
  }
}

/** What tells Core that it runs below a Supervisor. */
export interface CoreEnvironment {
  readonly SUPERVISOR: string;
  readonly SUPERVISOR_TOKEN: string;
  readonly SUPERVISOR_CORE_API_SOCKET: string;
}

/** The JSON of a request; null when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return null;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString()) ?? {};
  } catch {
    return {};
  }
}
