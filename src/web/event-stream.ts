import type { ServerResponse } from "node:http";
import { type Clock, every } from "../base/clock.ts";
import { errorMessage } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { Language } from "./page/texts.ts";
import { REFUSALS, refuse } from "./refusals.ts";
import { writeHeaders } from "./respond.ts";

const MIN_GAP_MS = 250;
const HEARTBEAT_MS = 15_000;
const MAX_CLIENTS = 50;
const RETRY_AFTER_SECONDS = 30;

/** A comment for proxies, and an event because scripts cannot see comments: it tells them that silence means all is as it was. */
const HEARTBEAT = ": heartbeat\nevent: heartbeat\ndata: alive\n\n";

/** Renders the present state once for all clients of one sending; the returned function is called once per language. */
export type TakePage = () => (language: Language) => string;

interface Client {
  readonly response: ServerResponse;
  readonly language: Language;
  /** The page changed since the client got it. */
  stale: boolean;
  sentAtMs: number;
  blockedSinceMs: number | null;
}

/**
 * Server-sent events with the page as it is now. Nothing is queued for a client: one that is slow misses what is in between
 * and gets the newest state when it can take it, or is dropped when it takes nothing for the time of a heartbeat.
 */
export class EventStream implements Disposable {
  readonly #takePage: TakePage;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #clients = new Set<Client>();
  #sending: Disposable | undefined;
  #heartbeat: Disposable | undefined;

  constructor({ takePage, clock, logger }: { takePage: TakePage; clock: Clock; logger: Logger }) {
    this.#takePage = takePage;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Keeps the answer open and sends the page at once; answers 503 when too many clients are connected. */
  open(response: ServerResponse, language: Language): void {
    if (this.#clients.size >= MAX_CLIENTS) {
      refuse(response, REFUSALS.tooManyPages, language, { "retry-after": String(RETRY_AFTER_SECONDS) });
      return;
    }
    const page = this.#takePage()(language);
    writeHeaders(response, 200, { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" });
    if (response.req.method === "HEAD") {
      response.end();
      return;
    }
    const client: Client = { response, language, stale: false, sentAtMs: 0, blockedSinceMs: null };
    this.#clients.add(client);
    this.#heartbeat ??= every({ clock: this.#clock, intervalMs: HEARTBEAT_MS, callback: () => this.#beat() });
    response.on("close", () => this.#forget(client));
    response.on("drain", () => {
      client.blockedSinceMs = null;
      if (client.stale) this.#sendSoon();
    });
    this.#send(client, page);
  }

  /** The state changed; called as often as it likes. */
  changed(): void {
    for (const client of this.#clients) client.stale = true;
    if (this.#clients.size > 0) this.#sendSoon();
  }

  [Symbol.dispose](): void {
    this.#sending?.[Symbol.dispose]();
    for (const { response } of this.#clients) response.end();
  }

  #sendSoon(): void {
    this.#sending ??= this.#clock.setTimer(() => {
      this.#sending = undefined;
      try {
        this.#sendToStale();
      } catch (error) {
        this.#logger.error({ error }, `cannot show the state: ${errorMessage(error)}`);
      }
    }, MIN_GAP_MS);
  }

  #sendToStale(): void {
    const waiting = [...this.#clients].filter((client) => client.stale && client.blockedSinceMs === null);
    const due = waiting.filter((client) => this.#clock.monotonicMs() - client.sentAtMs >= MIN_GAP_MS);
    // Those who connected a moment ago have just had their first message.
    if (due.length < waiting.length) this.#sendSoon();
    if (due.length === 0) return;
    const pageIn = this.#takePage();
    for (const [language, clients] of Map.groupBy(due, (client) => client.language)) {
      const page = pageIn(language);
      for (const client of clients) this.#send(client, page);
    }
  }

  #send(client: Client, page: string): void {
    client.stale = false;
    client.sentAtMs = this.#clock.monotonicMs();
    // JSON keeps line breaks of any name out of the frame.
    this.#write(client, `event: page\ndata: ${JSON.stringify(page)}\n\n`);
  }

  #beat(): void {
    for (const client of this.#clients) {
      if (client.blockedSinceMs === null) this.#write(client, HEARTBEAT);
      else if (this.#clock.monotonicMs() - client.blockedSinceMs >= HEARTBEAT_MS) client.response.destroy();
    }
  }

  #write(client: Client, text: string): void {
    if (!client.response.write(text)) client.blockedSinceMs = this.#clock.monotonicMs();
  }

  #forget(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#heartbeat?.[Symbol.dispose]();
    this.#heartbeat = undefined;
  }
}
