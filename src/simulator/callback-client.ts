import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { type Clock, sleep } from "../base/clock.ts";
import { errorMessage } from "../base/errors.ts";
import { decodeMethodResponse } from "../xmlrpc/decoder.ts";
import { encodeMethodCall } from "../xmlrpc/encoder.ts";
import type { MethodCall, XmlRpcValue } from "../xmlrpc/values.ts";
import type { SimulatedCallbacks } from "./faults.ts";
import { readBody } from "./http-body.ts";

/** So long Linux tries to open a connection to an address from which nothing comes back. */
const CONNECT_LIMIT_MS = 127_000;

export type CallbackOutcome =
  | { readonly kind: "value"; readonly value: XmlRpcValue }
  | { readonly kind: "fault"; readonly code: number; readonly message: string }
  | { readonly kind: "failed"; readonly reason: string };

/** Calls the server of a client, over one connection that stays open or over a new one each time. */
export class CallbackClient implements Disposable {
  readonly #url: string;
  readonly #needsContentLength: boolean;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #reach: () => SimulatedCallbacks;
  readonly #agent: Agent | false;

  constructor({
    url,
    needsContentLength,
    keepsConnection,
    clock,
    signal,
    reach,
  }: {
    url: string;
    needsContentLength: boolean;
    keepsConnection: boolean;
    clock: Clock;
    /** Breaks off all calls. */
    signal: AbortSignal;
    reach: () => SimulatedCallbacks;
  }) {
    this.#url = url;
    this.#needsContentLength = needsContentLength;
    this.#clock = clock;
    this.#signal = signal;
    this.#reach = reach;
    this.#agent = keepsConnection ? new Agent({ keepAlive: true, maxSockets: 1 }) : false;
  }

  /** Never rejects. Without a limit it waits as long as the connection stands. */
  async call({ methodName, params }: MethodCall, timeoutMs?: number): Promise<CallbackOutcome> {
    try {
      await this.#connect(timeoutMs);
      return this.#interpret(await this.#exchange(encodeMethodCall(methodName, params), timeoutMs));
    } catch (error) {
      return { kind: "failed", reason: errorMessage(error) };
    }
  }

  [Symbol.dispose](): void {
    if (this.#agent !== false) this.#agent.destroy();
  }

  /** The way to the client; rejects where there is none. */
  async #connect(timeoutMs: number = CONNECT_LIMIT_MS): Promise<void> {
    const reach = this.#reach();
    if (reach === "arrive") return;
    if (reach === "stall") await sleep({ clock: this.#clock, delayMs: Math.min(timeoutMs, CONNECT_LIMIT_MS), signal: this.#signal });
    throw new Error("the client cannot be reached");
  }

  #exchange(body: Buffer, timeoutMs: number | undefined): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const request = httpRequest(this.#url, {
      method: "POST",
      agent: this.#agent,
      signal: this.#signal,
      headers: { "Content-Type": "text/xml; charset=iso-8859-1", "Content-Length": body.length },
    });
    const timer =
      timeoutMs === undefined ? undefined : this.#clock.setTimer(() => request.destroy(new Error("no answer in time")), timeoutMs);
    request.on("error", reject);
    request.on("response", (response) => {
      readBody(response).then((answer) => resolve({ response, body: answer }), reject);
    });
    request.end(body);
    return promise.finally(() => timer?.[Symbol.dispose]());
  }

  #interpret({ response, body }: Answer): CallbackOutcome {
    if (this.#needsContentLength && response.headers["content-length"] === undefined) {
      return { kind: "failed", reason: "the answer has no Content-Length" };
    }
    return decodeMethodResponse(body);
  }
}

interface Answer {
  readonly response: IncomingMessage;
  readonly body: Buffer;
}
