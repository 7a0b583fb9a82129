import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import {
  SimulatedCcu,
  type SimulatedCcuOptions,
  type SimulatedInterface,
  type SimulatedInterfaceName,
} from "../../../src/simulator/index.ts";
import { decodeMethodCall } from "../../../src/xmlrpc/decoder.ts";
import { encodeMethodResponse } from "../../../src/xmlrpc/encoder.ts";
import { isStruct, type MethodCall, type XmlRpcValue } from "../../../src/xmlrpc/values.ts";
import { ManualClock } from "../../support/manual-clock.ts";

interface LibraryClient {
  methodCall(method: string, params: readonly unknown[], callback: (error: unknown, value: unknown) => void): void;
}

// An implementation of XML-RPC that shares nothing with the simulator's.
const library: { createClient(options: object): LibraryClient } = createRequire(import.meta.url)("homematic-xmlrpc");

/** Calls an interface as a foreign program would. Rejects with a fault or with what broke. */
export function call(port: number, method: string, params: readonly unknown[] = [], options: object = {}): Promise<unknown> {
  const client = library.createClient({ host: "127.0.0.1", port, path: "/", responseEncoding: "latin1", ...options });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  client.methodCall(method, params, (error, value) => (error ? reject(error) : resolve(value)));
  return promise;
}

/** Resolves when the condition holds; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** One started interface with one client's server, on a clock that stands still. */
export async function startWorld(
  name: SimulatedInterfaceName,
  options: SimulatedCcuOptions = {},
): Promise<{ clock: ManualClock; ccu: SimulatedCcu; simulated: SimulatedInterface; listener: Listener } & AsyncDisposable> {
  const clock = new ManualClock();
  const ccu = new SimulatedCcu({ clock, interfaces: [{ name }], ...options });
  await ccu.start();
  const listener = await Listener.open();
  return {
    clock,
    ccu,
    simulated: ccu.interface(name),
    listener,
    async [Symbol.asyncDispose]() {
      await ccu.stop();
      await listener[Symbol.asyncDispose]();
    },
  };
}

export type Answer = (call: MethodCall, response: ServerResponse) => void;

export interface ReceivedEvent {
  readonly id: XmlRpcValue | undefined;
  readonly address: XmlRpcValue | undefined;
  readonly parameter: XmlRpcValue | undefined;
  readonly value: XmlRpcValue | undefined;
}

/** A client's server: plain HTTP that records what the interface sends. */
export class Listener implements AsyncDisposable {
  readonly requests: MethodCall[] = [];
  readonly bodies: Buffer[] = [];
  readonly headers: IncomingMessage["headers"][] = [];
  answer: Answer = politely;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on("request", (request, response) => void this.#receive(request, response));
  }

  static async open(): Promise<Listener> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Listener(server);
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/secret`;
  }

  get methods(): readonly string[] {
    return this.requests.map((request) => request.methodName);
  }

  /** All events in the order of arrival, whatever form they came in. */
  get events(): readonly ReceivedEvent[] {
    return this.requests.flatMap(eventsOf);
  }

  /** Values of the PONGs received so far. */
  get pongs(): readonly (XmlRpcValue | undefined)[] {
    return this.events.filter((event) => event.parameter === "PONG").map((event) => event.value);
  }

  get connections(): number {
    return this.#sockets.size;
  }

  received(method: string): Promise<void> {
    return until(() => this.methods.includes(method));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const received = decodeMethodCall(body);
    this.bodies.push(body);
    this.headers.push(request.headers);
    this.requests.push(received);
    this.answer(received, response);
  }
}

/** As a well-behaved monitor answers. */
export function politely({ methodName, params }: MethodCall, response: ServerResponse): void {
  if (methodName === "listDevices") reply(response, []);
  else if (methodName === "system.listMethods") reply(response, ["event", "system.multicall"]);
  else if (methodName === "system.multicall") reply(response, Array.isArray(params[0]) ? params[0].map(() => "") : "");
  else reply(response, "");
}

export function reply(response: ServerResponse, value: XmlRpcValue): void {
  const body = encodeMethodResponse(value);
  response.writeHead(200, { "Content-Type": "text/xml", "Content-Length": body.length }).end(body);
}

function eventsOf({ methodName, params }: MethodCall): ReceivedEvent[] {
  if (methodName === "event") {
    const [id, address, parameter, value] = params;
    return [{ id, address, parameter, value }];
  }
  const [calls] = params;
  if (methodName !== "system.multicall" || !Array.isArray(calls)) return [];
  return calls.filter(isStruct).flatMap(({ methodName: name, params: inner }) => {
    return typeof name === "string" && Array.isArray(inner) ? eventsOf({ methodName: name, params: inner }) : [];
  });
}
