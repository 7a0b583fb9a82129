import type { Clock } from "../base/clock.ts";
import type { EventBus } from "../events/event-bus.ts";
import { emitLatency } from "../metrics/emitters.ts";
import { METRIC_NAMES } from "./metric-names.ts";

export type PongOutcome = "matched" | "expired" | "withdrawn";

export type PongResult =
  | { readonly kind: "matched"; readonly roundTripMs: number }
  | { readonly kind: "late" }
  | { readonly kind: "duplicate" }
  /** Our interface id, but a token of another instance: somebody uses the same id, or it is from before a restart. */
  | { readonly kind: "unknown" }
  | { readonly kind: "foreign"; readonly callerId: string };

export interface SentPing {
  readonly token: string;
  readonly settled: Promise<PongOutcome>;
}

/** The part of the observer that a tracker needs. */
export interface TimeoutRecorder {
  recordTimeout(timeout: { source: string; sourceId: string; operation: string; limitMs: number }): void;
}

interface PendingPing {
  readonly sentAtMs: number;
  readonly isExpected: boolean;
  readonly timer: Disposable;
  settle(outcome: PongOutcome): void;
}

const REMEMBERED_TOKENS = 64;
const { source: SOURCE, name: ROUND_TRIP } = METRIC_NAMES.roundTrip;

/** Matches PONG events to our pings and turns them into latency; a ping without PONG counts as a sample at the limit. */
export class PingPongTracker {
  readonly #interfaceId: string;
  readonly #sourceId: string;
  readonly #nonce: string;
  readonly #eventBus: EventBus;
  readonly #recorder: TimeoutRecorder;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #pending = new Map<string, PendingPing>();
  readonly #ended = new Map<string, "matched" | "expired">();
  #counter = 0;

  constructor({
    interfaceId,
    sourceId,
    nonce,
    eventBus,
    recorder,
    clock,
    timeoutMs,
  }: {
    interfaceId: string;
    sourceId: string;
    /** Differs between two runs of the program, so that no PONG of an earlier run can match. */
    nonce: string;
    eventBus: EventBus;
    recorder: TimeoutRecorder;
    clock: Clock;
    timeoutMs: number;
  }) {
    this.#interfaceId = interfaceId;
    this.#sourceId = sourceId;
    this.#nonce = nonce;
    this.#eventBus = eventBus;
    this.#recorder = recorder;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Registers a new token. Call it before the ping is sent: the PONG may arrive before the answer. A PONG that nobody expects is no timeout when it
   * stays away.
   */
  handleSendPing({ isExpected = true }: { isExpected?: boolean } = {}): SentPing {
    this.#counter += 1;
    const token = `${this.#interfaceId}#${this.#nonce}-${this.#counter}`;
    const { promise, resolve } = Promise.withResolvers<PongOutcome>();
    this.#pending.set(token, {
      sentAtMs: this.#clock.monotonicMs(),
      isExpected,
      timer: this.#clock.setTimer(() => this.#expire(token), this.#timeoutMs),
      settle: resolve,
    });
    return { token, settled: promise };
  }

  /** The ping could not be sent, so no PONG can be missed. */
  withdraw(token: string): void {
    this.#end(token, "withdrawn");
  }

  handleReceivedPong({ token, arrivedAtMs }: { token: string; arrivedAtMs: number }): PongResult {
    if (!token.startsWith(`${this.#interfaceId}#`)) return { kind: "foreign", callerId: token };
    const pending = this.#end(token, "matched");
    if (pending !== undefined) {
      const roundTripMs = Math.max(0, arrivedAtMs - pending.sentAtMs);
      emitLatency({
        eventBus: this.#eventBus,
        source: SOURCE,
        sourceId: this.#sourceId,
        operation: ROUND_TRIP,
        durationMs: roundTripMs,
      });
      return { kind: "matched", roundTripMs };
    }
    const ended = this.#ended.get(token);
    if (ended === undefined) return { kind: "unknown" };
    return { kind: ended === "matched" ? "duplicate" : "late" };
  }

  /** A probe of a link that is down timed out: the latency must rise instead of freezing at its last good average. */
  recordTimeout(): void {
    this.#recorder.recordTimeout({ source: SOURCE, sourceId: this.#sourceId, operation: ROUND_TRIP, limitMs: this.#timeoutMs });
  }

  [Symbol.dispose](): void {
    for (const token of [...this.#pending.keys()]) this.withdraw(token);
  }

  #expire(token: string): void {
    if (this.#end(token, "expired")?.isExpected) this.recordTimeout();
  }

  #end(token: string, outcome: PongOutcome): PendingPing | undefined {
    const pending = this.#pending.get(token);
    if (pending === undefined) return undefined;
    this.#pending.delete(token);
    pending.timer[Symbol.dispose]();
    if (outcome !== "withdrawn") this.#remember(token, outcome);
    pending.settle(outcome);
    return pending;
  }

  #remember(token: string, outcome: "matched" | "expired"): void {
    this.#ended.set(token, outcome);
    const oldest = this.#ended.keys().next();
    if (this.#ended.size > REMEMBERED_TOKENS && !oldest.done) this.#ended.delete(oldest.value);
  }
}
