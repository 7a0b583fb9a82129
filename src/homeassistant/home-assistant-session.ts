import { Connection, ERR_INVALID_AUTH, type HaWebSocket } from "home-assistant-js-websocket";
import WebSocket from "ws";
import { z } from "zod";
import { onAbort } from "../base/abort.ts";
import { type Clock, every } from "../base/clock.ts";
import { errorMessage, type HomematicError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { type Subscription, subscription } from "../base/subscription.ts";
import { type AuthenticatedSocket, openSocket } from "./home-assistant-socket.ts";
import { sessionProblem } from "./session-problems.ts";
import type { HomeAssistantTarget } from "./target.ts";

const PING_INTERVAL_MS = 30_000;
const ANSWER_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1_000;

export interface HomeAssistantCommand {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface CommandOptions {
  /** No answer in this time ends the session: nobody knows any more what Home Assistant has done. */
  readonly timeoutMs?: number;
  /** Gives up waiting for the answer; the command itself cannot be taken back. */
  readonly signal?: AbortSignal;
}

/** One authenticated connection to Home Assistant; it never comes back once it is over. */
export interface HomeAssistantSession {
  /** Version of Home Assistant Core. */
  readonly version: string;
  /** Aborted with a HomematicError when the session is over. */
  readonly signal: AbortSignal;
  /** Resolves with why the session is over; never rejects. */
  readonly closed: Promise<HomematicError>;
  /** Throws HOME_ASSISTANT_COMMAND_FAILED (`context.haCode` and `haMessage` are Home Assistant's own), _TIMEOUT or _CLOSED. */
  command(payload: HomeAssistantCommand, options?: CommandOptions): Promise<unknown>;
  /** Throws as `command` does. Ending the subscription asks Home Assistant to cancel it and does not wait. */
  subscribe(payload: HomeAssistantCommand, onEvent: (event: unknown) => void, options?: CommandOptions): Promise<Subscription>;
  /** Resolves when the socket is gone. */
  close(): Promise<void>;
}

/** Connects, logs in and waits for a first answer: only that proves that Home Assistant stands behind its proxy. */
export async function openSession({
  url,
  token,
  clock,
  logger,
  signal,
}: HomeAssistantTarget & { clock: Clock; logger: Logger; signal: AbortSignal }): Promise<HomeAssistantSession> {
  const { ws, version } = await openSocket({ url, token, clock, signal });
  const session = new LibrarySession({ ws, version, clock, logger });
  await session.start(signal);
  return session;
}

const refusal = z.object({ code: z.string(), message: z.string().default("") });

/** Keeps the library's `Connection` to what it does well: numbering commands and telling answers from events. */
class LibrarySession implements HomeAssistantSession {
  readonly version: string;
  readonly #ws: WebSocket;
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #ended = new AbortController();
  readonly #closed = Promise.withResolvers<HomematicError>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #timers = new DisposableStack();

  constructor({ ws, version, clock, logger }: AuthenticatedSocket & { clock: Clock; logger: Logger }) {
    this.version = version;
    this.#ws = ws;
    this.#clock = clock;
    this.#logger = logger;
    this.#connection = new Connection(librarySocket({ ws, version, onUnreadable: (error) => this.#break(unreadable(error)) }), {
      setupRetry: 0,
      // The library gives up for good on this answer, should it ever reconnect by itself.
      createSocket: () => Promise.reject(ERR_INVALID_AUTH),
    });
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  get closed(): Promise<HomematicError> {
    return this.#closed.promise;
  }

  async start(signal: AbortSignal): Promise<void> {
    // Before the library's own listener, which prepares to reconnect unless the connection counts as closed by then.
    this.#ws.prependOnceListener("close", (code) => {
      this.#end(closedByPeer(code));
      this.#gone.resolve();
    });
    this.#ws.send(JSON.stringify({ type: "supported_features", id: 1, features: { coalesce_messages: 1 } }));
    this.#timers.use(every({ clock: this.#clock, intervalMs: PING_INTERVAL_MS, callback: () => this.#ping() }));
    try {
      await this.command({ type: "ping" }, { signal });
    } catch (error) {
      this.#break(closedByUs());
      throw error;
    }
  }

  command(payload: HomeAssistantCommand, options: CommandOptions = {}): Promise<unknown> {
    return this.#answer(payload.type, () => this.#connection.sendMessagePromise({ ...payload }), options);
  }

  async subscribe(payload: HomeAssistantCommand, onEvent: (event: unknown) => void, options: CommandOptions = {}): Promise<Subscription> {
    let active = true;
    const deliver = (event: unknown): void => {
      if (!active) return;
      try {
        onEvent(event);
      } catch (error) {
        this.#logger.error(`the handler of ${payload.type} failed: ${errorMessage(error)}`);
      }
    };
    const send = (): Promise<() => Promise<void>> => this.#connection.subscribeMessage(deliver, { ...payload }, { resubscribe: false });
    const cancel = await this.#answer(payload.type, send, options);
    return subscription(() => {
      active = false;
      void cancel()
        .catch(() => {})
        .finally(() => this.#forget(deliver));
    });
  }

  async close(): Promise<void> {
    this.#end(closedByUs());
    using _limit = this.#clock.setTimer(() => this.#ws.terminate(), CLOSE_TIMEOUT_MS);
    await this.#gone.promise;
  }

  /** Settles with the answer, or as soon as the session is over, the caller gives up or the time is used up. */
  async #answer<T>(type: string, send: () => Promise<T>, { timeoutMs = ANSWER_TIMEOUT_MS, signal }: CommandOptions): Promise<T> {
    this.signal.throwIfAborted();
    signal?.throwIfAborted();
    using cleanup = new DisposableStack();
    const { promise: givenUp, reject } = Promise.withResolvers<never>();
    cleanup.use(onAbort(this.signal, reject));
    if (signal !== undefined) cleanup.use(onAbort(signal, reject));
    cleanup.use(this.#clock.setTimer(() => this.#break(unanswered(type, timeoutMs)), timeoutMs));
    try {
      return await Promise.race([send(), givenUp]);
    } catch (error) {
      throw commandError(type, error);
    }
  }

  /** No answer ends the session, so there is nothing left to do with the failure. */
  #ping(): void {
    this.command({ type: "ping" }).catch(() => {});
  }

  /** The library keeps a subscription for ever whose cancellation was refused. */
  #forget(deliver: (event: unknown) => void): void {
    for (const [id, entry] of this.#connection.commands) {
      if ("callback" in entry && entry.callback === deliver) this.#connection.commands.delete(id);
    }
  }

  #end(reason: HomematicError): void {
    if (this.signal.aborted) return;
    this.#ended.abort(reason);
    this.#closed.resolve(reason);
    this.#timers.dispose();
    this.#connection.close();
  }

  #break(reason: HomematicError): void {
    this.#end(reason);
    this.#ws.terminate();
  }
}

/** The members of a browser's socket that the library uses. */
function librarySocket({ ws, version, onUnreadable }: AuthenticatedSocket & { onUnreadable: (error: unknown) => void }): HaWebSocket {
  const socket = {
    haVersion: version,
    OPEN: WebSocket.OPEN,
    get readyState(): number {
      return ws.readyState;
    },
    send: (text: string): void => ws.send(text),
    close: (): void => ws.close(),
    addEventListener(type: "message" | "close", listener: (event: { data: string }) => void): void {
      ws.on(type, (data: unknown) => {
        try {
          listener({ data: String(data) });
        } catch (error) {
          onUnreadable(error);
        }
      });
    },
  };
  return socket as unknown as HaWebSocket;
}

function commandError(type: string, error: unknown): unknown {
  if (error instanceof Error) return error;
  const refused = refusal.safeParse(error).data;
  if (refused === undefined) return sessionProblem("closedByPeer");
  return sessionProblem("refused", {
    values: { command: type, reason: refused.message || refused.code },
    context: { command: type, haCode: refused.code, haMessage: refused.message },
  });
}

function unanswered(command: string, timeoutMs: number): HomematicError {
  return sessionProblem("unanswered", { context: { command, timeoutMs } });
}

function closedByPeer(closeCode: number): HomematicError {
  return sessionProblem("closedByPeer", { context: { closeCode } });
}

function closedByUs(): HomematicError {
  return sessionProblem("closedByUs");
}

function unreadable(cause: unknown): HomematicError {
  return sessionProblem("unreadable", { cause });
}
