import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../base/clock.ts";
import { errorMessage, isHomematicError } from "../base/errors.ts";
import { listen } from "../base/listen.ts";
import type { Logger } from "../base/logger.ts";
import { type Subscription, subscription } from "../base/subscription.ts";
import { type DecoderLimits, decodeMethodCall, WIRE_LIMITS } from "../xmlrpc/decoder.ts";
import { answerText } from "./callback-answers.ts";
import { readBody } from "./callback-body.ts";
import { CallbackComplaints } from "./callback-complaints.ts";
import type { CallbackEndpoint } from "./callback-methods.ts";
import type { CallbackCounter } from "./metric-names.ts";

type Complaint = Exclude<CallbackCounter, "requests">;

export interface CallbackLimits extends DecoderLimits {
  /** From the first byte of a request, or the start of its connection, to the last. */
  readonly requestTimeoutMs: number;
}

export const CALLBACK_LIMITS: CallbackLimits = { ...WIRE_LIMITS, requestTimeoutMs: 90_000 };
/** How often a request is checked for its time being up, in parts of that time. */
const CHECKS = 6;
/** Longer than a CCU keeps an idle connection (HMIPServer 600 s): when both sides close at once, a batch is lost. */
const KEEP_ALIVE_MS = 660_000;
/** How long the rest of a body that is too large is dropped, so that the peer gets to read the answer. */
const LINGER_MS = 1_000;

/** The open port on which CCUs call back. Knows paths and limits, but not what the calls mean. */
export class CallbackServer implements AsyncDisposable {
  readonly #host: string;
  readonly #wantedPort: number;
  readonly #clock: Clock;
  readonly #limits: CallbackLimits;
  readonly #complaints: CallbackComplaints<Complaint>;
  /** Null where a registration has ended: what a CCU was about to say there is no trouble. */
  readonly #endpoints = new Map<string, CallbackEndpoint | null>();
  #server: Server | undefined;
  #requests = 0;
  #started: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor({
    host = "",
    port,
    clock,
    logger,
    limits = CALLBACK_LIMITS,
  }: {
    /** Empty for all addresses of the machine. */
    host?: string;
    /** 0 for any that is free. */
    port: number;
    clock: Clock;
    logger: Logger;
    limits?: CallbackLimits;
  }) {
    this.#host = host;
    this.#wantedPort = port;
    this.#clock = clock;
    this.#limits = limits;
    this.#complaints = new CallbackComplaints({ clock, logger });
  }

  /** Throws PORT_IN_USE, PORT_FORBIDDEN or ADDRESS_UNAVAILABLE, each naming the option to change. */
  start(signal: AbortSignal): Promise<void> {
    this.#started ??= this.#listen(signal);
    return this.#started;
  }

  /** Where it listens; before that, where it is meant to. */
  get port(): number {
    const address = this.#server?.address();
    return typeof address === "object" && address !== null ? address.port : this.#wantedPort;
  }

  /** Hands the calls on exactly this path to `endpoint`, until disposed. */
  register(path: string, endpoint: CallbackEndpoint): Subscription {
    this.#endpoints.set(path, endpoint);
    return subscription(() => {
      if (this.#endpoints.get(path) === endpoint) this.#endpoints.set(path, null);
    });
  }

  /** Requests, and how often each kind of trouble happened. */
  statistics(): Readonly<Record<string, number>> {
    return { requests: this.#requests, ...this.#complaints.counts() };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const { requestTimeoutMs } = this.#limits;
    const server = createServer({
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: requestTimeoutMs / CHECKS,
    });
    server.on("request", (request, response) => this.#receive(request, response));
    server.on("clientError", (error, socket) => this.#rejectBrokenHttp(error, socket));
    server.on("error", (error) => {
      if (server.listening) this.#complaints.add("accept_failed", `a connection could not be accepted: ${error.message}`);
    });
    await listen(server, { host: this.#host, port: this.#wantedPort, option: "callback" });
    this.#server = server;
    if (signal.aborted) await this.#stopListening();
    signal.throwIfAborted();
  }

  async #close(): Promise<void> {
    await this.#started?.catch(() => {});
    await this.#stopListening();
  }

  async #stopListening(): Promise<void> {
    const server = this.#server;
    if (!server?.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const arrivedAtMs = this.#clock.monotonicMs();
    this.#requests += 1;
    const endpoint = this.#endpoints.get(request.url ?? "");
    if (endpoint === undefined) this.#complaints.add("unknown_path", "a request to a path that belongs to no interface was refused");
    if (!endpoint) {
      send(response, 404);
    } else if (request.method !== "POST") {
      this.#complaints.add("wrong_method", "a request that is not a POST was refused");
      send(response.setHeader("Allow", "POST"), 405);
    } else {
      readBody({
        request,
        maxBytes: this.#limits.maxBytes,
        onBody: (body) => this.#answer({ endpoint, body, arrivedAtMs, response }),
        onTooLarge: () => this.#refuseTooLarge(request, response),
      });
    }
  }

  #answer({
    endpoint,
    body,
    arrivedAtMs,
    response,
  }: {
    endpoint: CallbackEndpoint;
    body: Buffer;
    arrivedAtMs: number;
    response: ServerResponse;
  }): void {
    try {
      const call = decodeMethodCall(body, this.#limits);
      send(response, 200, answerText(endpoint.handle(call, arrivedAtMs)));
    } catch (error) {
      this.#refuse(response, error);
    }
  }

  /** By HTTP status, not by fault: for a CCU a fault is an answer, and it would never learn that the batch was lost. */
  #refuse(response: ServerResponse, error: unknown): void {
    const { complaint, status } = refusal(error);
    this.#complaints.add(complaint, `a callback was refused: ${errorMessage(error)}`);
    send(response, status);
  }

  #refuseTooLarge(request: IncomingMessage, response: ServerResponse): void {
    this.#complaints.add("limit_exceeded", `a callback of more than ${this.#limits.maxBytes} bytes was refused`);
    // Closing with unread data would reset the connection before the peer has read the answer.
    const linger = this.#clock.setTimer(() => request.destroy(), LINGER_MS);
    request.once("close", () => linger[Symbol.dispose]());
    request.once("end", () => response.end());
    response.writeHead(413, { Connection: "close", "Content-Length": 0 }).flushHeaders();
    request.resume();
  }

  #rejectBrokenHttp(error: Error, socket: Duplex): void {
    // A CCU that restarts resets its idle connections; it has sent nothing wrong.
    if (!("code" in error && error.code === "ECONNRESET")) {
      this.#complaints.add("broken_http", `a connection was closed because of what it sent: ${error.message}`);
      if (socket.writable) socket.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    socket.destroy();
  }
}

function refusal(error: unknown): { complaint: Complaint; status: number } {
  if (isHomematicError(error, "MALFORMED_REQUEST")) return { complaint: "malformed", status: 400 };
  if (isHomematicError(error, "LIMIT_EXCEEDED")) return { complaint: "limit_exceeded", status: 413 };
  return { complaint: "endpoint_failed", status: 500 };
}

/** Always with a length: rfd cannot read anything else. As a string the body leaves together with the headers, in one system call. */
function send(response: ServerResponse, status: number, body = ""): void {
  response.writeHead(status, { "Content-Type": "text/xml; charset=iso-8859-1", "Content-Length": body.length }).end(body, "latin1");
}
