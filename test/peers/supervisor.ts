import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { z } from "zod";

const Auth = z.object({ type: z.literal("auth"), access_token: z.string() });
const Command = z.looseObject({ id: z.int(), type: z.string() });
const CoreConfig = z.object({ state: z.string(), version: z.string() });

interface Core {
  readonly url: string;
  readonly token: string;
}

/** Stands in for the Supervisor in front of a real Home Assistant Core: what an add-on can ask, and how it is refused. */
export class Supervisor implements AsyncDisposable {
  /** Free of other servers, so that port 80 can be had. */
  static readonly ADDRESS: string = "127.80.95.1";
  /** What `/network/info` tells; any address of the loopback will do. */
  static readonly LAN_ADDRESS: string = "127.80.95.2";
  readonly #core: Core;
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 4 * 1024 * 1024 });
  #token = "";

  private constructor(core: Core) {
    this.#core = core;
  }

  static async start(core: Core): Promise<Supervisor> {
    const supervisor = new Supervisor(core);
    supervisor.#server.on("upgrade", (request, socket, head) => void supervisor.#upgrade(request, socket, head));
    supervisor.#server.listen({ host: Supervisor.ADDRESS, port: 80 });
    await once(supervisor.#server, "listening");
    return supervisor;
  }

  /** Each start of an add-on brings a new token; the old one is void. */
  newToken(): string {
    this.#token = randomBytes(28).toString("hex");
    return this.#token;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer({ url, headers }: IncomingMessage, response: ServerResponse): void {
    if (headers.authorization !== `Bearer ${this.#token}`) {
      response.writeHead(401).end();
      return;
    }
    if (url !== "/network/info") {
      response.writeHead(403).end();
      return;
    }
    const ipv4 = { method: "auto", address: [`${Supervisor.LAN_ADDRESS}/8`], nameservers: [], gateway: null, ready: true };
    const end0 = { interface: "end0", type: "ethernet", enabled: true, connected: true, primary: true, ipv4, ipv6: null };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ result: "ok", data: { interfaces: [end0], host_internet: true, supervisor_internet: true } }));
  }

  /** 502 until Core runs. */
  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const version = request.url === "/core/websocket" ? await this.#runningVersion() : null;
    if (version === null) socket.end("HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n");
    else this.#sockets.handleUpgrade(request, socket, head, (client) => this.#welcome(client, version));
  }

  async #runningVersion(): Promise<string | null> {
    try {
      const response = await fetch(`${this.#core.url}/api/config`, { headers: { authorization: `Bearer ${this.#core.token}` } });
      const { state, version } = CoreConfig.parse(await response.json());
      return state === "RUNNING" ? version : null;
    } catch {
      return null;
    }
  }

  #welcome(client: WebSocket, version: string): void {
    client.on("error", () => client.terminate());
    client.once("message", (data) => {
      const auth = Auth.safeParse(JSON.parse(String(data)));
      if (auth.data?.access_token === this.#token) {
        client.send(JSON.stringify({ type: "auth_ok", ha_version: version }));
        this.#relay(client);
      } else {
        client.send(JSON.stringify({ type: "auth_invalid", message: "Invalid access" }));
        client.close();
      }
    });
    client.send(JSON.stringify({ type: "auth_required", ha_version: version }));
  }

  /** The add-on has its auth_ok before Core is asked; when that fails or ends, the socket closes with 1000. */
  #relay(client: WebSocket): void {
    const core = new WebSocket(`${this.#core.url.replace("http", "ws")}/api/websocket`);
    const waiting: string[] = [];
    let ready = false;
    core.on("error", () => core.terminate());
    core.on("close", () => client.close(1000));
    client.on("close", () => core.close());
    core.on("message", (data) => {
      const text = String(data);
      if (ready) client.send(text);
      else if (text.includes('"auth_required"')) core.send(JSON.stringify({ type: "auth", access_token: this.#core.token }));
      else if (text.includes('"auth_ok"')) {
        ready = true;
        for (const message of waiting) core.send(message);
      } else core.close();
    });
    client.on("message", (data) => {
      const text = String(data);
      const { data: command } = Command.safeParse(JSON.parse(text));
      if (/^(hassio|supervisor)\//.test(command?.type ?? "")) {
        const error = { code: "unauthorized", message: "Unauthorized" };
        client.send(JSON.stringify({ id: command?.id, type: "result", success: false, error }));
      } else if (ready) core.send(text);
      else waiting.push(text);
    });
  }
}
