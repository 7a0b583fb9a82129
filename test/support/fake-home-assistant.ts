import { EventEmitter, once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { FakeRegistry } from "./fake-registry.ts";

const command: z.ZodType<FakeCommand> = z.looseObject({ id: z.int(), type: z.string() });
const login = z.object({ type: z.literal("auth"), access_token: z.string() });

export interface FakeCommand {
  readonly id: number;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Thrown by a handler: Home Assistant answers with this code. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string = code) {
    super(message);
    this.code = code;
  }
}

/** Returned by a handler: no answer ever comes. */
export const SILENCE: unique symbol = Symbol("silence");

type Handler = (command: FakeCommand, peer: FakePeer) => unknown;

/** One client of the fake, as Home Assistant sees it. */
export class FakePeer {
  readonly ws: WebSocket;
  readonly subscriptions: Map<number, string> = new Map();
  readonly #home: FakeHomeAssistant;
  #outbox: object[] = [];

  constructor(home: FakeHomeAssistant, ws: WebSocket) {
    this.#home = home;
    this.ws = ws;
  }

  send(message: object): void {
    this.#outbox.push(message);
    if (this.#outbox.length === 1) queueMicrotask(() => this.#flush());
  }

  sendEvent(id: number, event: unknown): void {
    this.send({ id, type: "event", event });
  }

  #flush(): void {
    const messages = this.#outbox;
    this.#outbox = [];
    if (this.#home.frames === "arrays") this.ws.send(JSON.stringify(messages));
    else for (const message of messages) this.ws.send(JSON.stringify(message));
  }
}

/** Home Assistant's WebSocket API as far as the add-on meets it, on a real port, with the faults it is known for. */
export class FakeHomeAssistant implements AsyncDisposable {
  token = "a-very-secret-token";
  readonly received: FakeCommand[] = [];
  readonly peers: Set<FakePeer> = new Set();
  readonly commands: Map<string, Handler> = new Map<string, Handler>([
    ["supported_features", () => null],
    ["ping", ({ id }, peer) => this.#pong(id, peer)],
    ["get_config", () => ({ state: this.state, language: this.language })],
    ["subscribe_events", ({ id, event_type: type }, peer) => void peer.subscriptions.set(id, String(type))],
    ["unsubscribe_events", ({ subscription }, peer) => this.#unsubscribe(subscription, peer)],
    ["manifest/get", () => this.#manifest()],
    ["config_entries/get", ({ domain }) => this.entries.get(String(domain)) ?? []],
    ["call_service", (command) => this.#callService(command)],
  ]);
  /** `refuse`: HTTP 502 as from the Supervisor while Core starts; `stall`: the upgrade is never answered. */
  upgrade: "accept" | "refuse" | "stall" = "accept";
  /** `close`: auth_ok and then the end, as from the Supervisor when Core refuses it; `stall`: no greeting at all. */
  auth: "accept" | "close" | "stall" = "accept";
  frames: "single" | "arrays" = "single";
  state: "RUNNING" | "STARTING" = "RUNNING";
  language = "en";
  integrationInstalled = false;
  /** Config entries by domain. */
  readonly entries: Map<string, readonly { entry_id: string; state: string; disabled_by: string | null }[]> = new Map();
  /** By domain and name, such as `mqtt.publish`. */
  readonly services: Map<string, (data: unknown) => void> = new Map();
  readonly registry: FakeRegistry = new FakeRegistry();
  /** Upgrade requests so far. */
  attempts = 0;
  readonly #server: Server = createServer();
  readonly #webSockets = new WebSocketServer({ noServer: true });
  readonly #sockets = new Set<Duplex>();
  readonly #activity = new EventEmitter();

  static async start(): Promise<FakeHomeAssistant> {
    const home = new FakeHomeAssistant();
    for (const [type, handler] of home.registry.handlers) home.commands.set(type, handler);
    home.#server.on("connection", (socket) => home.#track(socket));
    home.#server.on("upgrade", (request, socket, head) => {
      home.attempts += 1;
      if (home.upgrade === "stall") socket.resume().on("end", () => socket.end());
      if (home.upgrade === "refuse") socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      if (home.upgrade === "accept") home.#webSockets.handleUpgrade(request, socket, head, (ws) => home.#greet(ws));
      home.#activity.emit("change");
    });
    home.#server.listen(0, "127.0.0.1");
    await once(home.#server, "listening");
    return home;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get target(): { url: string; token: string } {
    return { url: this.url, token: this.token };
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Resolves once `condition` holds; it is looked at whenever something happens on the wire. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.#activity, "change");
  }

  /** The `count`-th command of this type, when it has come. */
  async command(type: string, count = 1): Promise<FakeCommand> {
    const matching = (): FakeCommand | undefined => this.received.filter((message) => message.type === type)[count - 1];
    await this.until(() => matching() !== undefined);
    return matching() ?? { id: 0, type };
  }

  count(type: string): number {
    return this.received.filter((message) => message.type === type).length;
  }

  fire(eventType: string, data: unknown): void {
    for (const peer of this.peers) {
      for (const [id, subscribed] of peer.subscriptions) {
        if (subscribed === eventType) peer.sendEvent(id, { event_type: eventType, data, origin: "LOCAL" });
      }
    }
  }

  /** Closes every connection as a stopping Core does. */
  drop(code = 1000): void {
    for (const peer of this.peers) peer.ws.close(code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #track(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#sockets.delete(socket);
      this.#activity.emit("change");
    });
  }

  #greet(ws: WebSocket): void {
    ws.on("error", () => {});
    if (this.auth === "stall") return;
    ws.send(JSON.stringify({ type: "auth_required", ha_version: "2026.11.1" }));
    ws.once("message", (data) => {
      const token = login.safeParse(JSON.parse(String(data))).data?.access_token;
      if (token !== this.token) {
        ws.send(JSON.stringify({ type: "auth_invalid", message: "Invalid access token or password" }));
        ws.close();
        return;
      }
      ws.send(JSON.stringify({ type: "auth_ok", ha_version: "2026.11.1" }));
      if (this.auth === "close") ws.close(1000);
      else this.#admit(ws);
    });
  }

  #admit(ws: WebSocket): void {
    const peer = new FakePeer(this, ws);
    this.peers.add(peer);
    ws.on("close", () => this.peers.delete(peer));
    ws.on("message", (data) => {
      const message = command.parse(JSON.parse(String(data)));
      this.received.push(message);
      this.#answer(message, peer);
      this.#activity.emit("change");
    });
  }

  #answer(message: FakeCommand, peer: FakePeer): void {
    const { id, type } = message;
    const handler = this.commands.get(type);
    try {
      if (handler === undefined) throw new Refusal("unknown_command", "Unknown command.");
      const result = handler(message, peer);
      if (result !== SILENCE) peer.send({ id, type: "result", success: true, result: result ?? null });
    } catch (error) {
      const code = error instanceof Refusal ? error.code : "unknown_error";
      peer.send({ id, type: "result", success: false, error: { code, message: String(error) } });
    }
  }

  #pong(id: number, peer: FakePeer): typeof SILENCE {
    peer.send({ id, type: "pong" });
    return SILENCE;
  }

  #unsubscribe(subscription: unknown, peer: FakePeer): void {
    if (!peer.subscriptions.delete(Number(subscription))) throw new Refusal("not_found", "Subscription not found.");
  }

  #callService({ domain, service, service_data: data }: FakeCommand): void {
    const call = this.services.get(`${domain}.${service}`);
    if (call === undefined) throw new Refusal("not_found", `Service ${domain}.${service} not found.`);
    call(data);
  }

  #manifest(): object {
    if (!this.integrationInstalled) throw new Refusal("not_found", "Integration not found");
    return { domain: "homematic_vitals", version: "0.1.0" };
  }
}
