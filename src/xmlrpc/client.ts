import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { type Clock, systemClock } from "../base/clock.ts";
import { HomematicError, isHomematicError } from "../base/errors.ts";
import { lookupOfConnections } from "../base/name-lookup.ts";
import { decodeMethodResponse, type MethodResponse, WIRE_LIMITS } from "./decoder.ts";
import { encodeMethodCall } from "./encoder.ts";
import { type Peer, peerError, statusError, transportError } from "./transport-errors.ts";
import type { XmlRpcValue } from "./values.ts";

const LONGEST_FAULT_TEXT = 200;

interface CallOptions {
  readonly signal?: AbortSignal;
  /** From the look-up of the name to the last byte of the answer. */
  readonly timeoutMs?: number;
}

interface Attempt {
  readonly signal: AbortSignal;
  /** The name is being looked up. */
  resolving: boolean;
  /** The machine at the other end has taken the connection. */
  connected: boolean;
}

/**
 * Calls one interface process. Every failure is a HomematicError that names its cause; nothing is tried twice.
 * Each call has a connection of its own: the name is looked up anew, and no connection that the CCU has closed meanwhile is used.
 */
export class XmlRpcClient implements Disposable {
  readonly #peer: Peer;
  readonly #requestOptions: RequestOptions & { rejectUnauthorized: boolean };
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #running = new Set<AbortController>();
  #disposed = false;

  constructor({
    host,
    port,
    path = "/",
    tls = false,
    verifyTls = true,
    username = "",
    password = "",
    timeoutMs = 10_000,
    clock = systemClock,
  }: {
    host: string;
    port: number;
    path?: string;
    tls?: boolean;
    /** False takes any certificate; a CCU usually has one that it signed itself. */
    verifyTls?: boolean;
    username?: string;
    password?: string;
    timeoutMs?: number;
    clock?: Clock;
  }) {
    this.#peer = { host, port, tls };
    this.#requestOptions = {
      host,
      port,
      path,
      method: "POST",
      agent: false,
      rejectUnauthorized: verifyTls,
      auth: username === "" ? null : `${username}:${password}`,
    };
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  async call(methodName: string, params: readonly XmlRpcValue[], options: CallOptions = {}): Promise<XmlRpcValue> {
    const response = await this.#bounded(options, (attempt) => this.#exchange(encodeMethodCall(methodName, params), attempt));
    if (response.kind === "value") return response.value;
    const faultString = response.message.slice(0, LONGEST_FAULT_TEXT);
    throw new HomematicError({
      code: "RPC_FAULT",
      message: `The CCU refused ${methodName}: ${faultString} (${response.code})`,
      context: { methodName, faultCode: response.code, faultString },
    });
  }

  /** Gives up what is running; further calls are refused. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const abort of this.#running) abort.abort(new HomematicError({ code: "ABORTED" }));
  }

  /** Runs `work` until it ends, the time is up, the caller gives up or the client is disposed, whichever comes first. */
  async #bounded<T>({ signal, timeoutMs = this.#timeoutMs }: CallOptions, work: (attempt: Attempt) => Promise<T>): Promise<T> {
    if (this.#disposed || signal?.aborted) throw new HomematicError({ code: "ABORTED", cause: signal?.reason });
    const abort = new AbortController();
    const giveUp = (): void => abort.abort(new HomematicError({ code: "ABORTED", cause: signal?.reason }));
    const attempt: Attempt = { signal: abort.signal, resolving: false, connected: false };
    const timeUp = (): void => {
      const { resolving, connected } = attempt;
      abort.abort(peerError({ code: resolving ? "DNS_FAILED" : "TIMEOUT", peer: this.#peer, context: { timeoutMs, connected } }));
    };
    using _ = this.#clock.setTimer(timeUp, timeoutMs);
    signal?.addEventListener("abort", giveUp, { once: true });
    this.#running.add(abort);
    try {
      return await work(attempt);
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : transportError(error, this.#peer);
    } finally {
      this.#running.delete(abort);
      signal?.removeEventListener("abort", giveUp);
    }
  }

  async #exchange(body: Buffer, attempt: Attempt): Promise<MethodResponse> {
    const response = await this.#send(body, attempt);
    const failure = statusError(response.statusCode ?? 0, this.#peer);
    if (failure !== undefined) {
      response.destroy();
      throw failure;
    }
    const answer = await readBody(response);
    try {
      return decodeMethodResponse(answer);
    } catch (error) {
      if (isHomematicError(error, "MALFORMED_REQUEST")) throw peerError({ code: "NOT_XML_RPC", peer: this.#peer, cause: error });
      throw error;
    }
  }

  #send(body: Buffer, attempt: Attempt): Promise<IncomingMessage> {
    const request = this.#peer.tls ? httpsRequest : httpRequest;
    const headers = { "Content-Type": "text/xml", "Content-Length": body.length };
    const lookup: LookupFunction = (name, options, done) => {
      attempt.resolving = true;
      lookupOfConnections(name, options, (...found) => {
        attempt.resolving = false;
        done(...found);
      });
    };
    return new Promise((resolve, reject) => {
      request({ ...this.#requestOptions, headers, lookup, signal: attempt.signal }, resolve)
        .on("socket", (socket) => {
          socket.once("connect", () => {
            attempt.connected = true;
          });
        })
        .on("error", reject)
        .end(body);
    });
  }
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    // Leaving the loop destroys the connection.
    if (size > WIRE_LIMITS.maxBytes) throw new HomematicError({ code: "LIMIT_EXCEEDED", message: "The answer of the CCU is too large" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
