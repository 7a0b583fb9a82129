import type { Clock } from "../base/clock.ts";

/** A CCU keeps so many events for a client and drops the oldest beyond; it also sends no more at once. */
const QUEUE_LIMIT = 200;
/** So long it waits for our answer; then it sends the batch once more. */
const ANSWER_LIMIT_MS = 10_000;
/** What comes after a shorter pause has waited together. */
const TOGETHER_MS = 1_000;

export interface Delivery {
  /** Batches that held all that the queue of the CCU can hold, so that older events may have been dropped. */
  readonly fullBatches: number;
  /** Batches that we answered too late for the CCU, which sends them once more. */
  readonly slowBatches: number;
  readonly longestHandlingMs: number;
  /** About so many events have been lost, by the usual rate of events. */
  readonly estimatedLost: number;
}

/** What came after a pause. */
interface Backlog {
  readonly pauseMs: number;
  received: number;
  /** The queue of the CCU was full, so that it may have dropped some. */
  overflowed: boolean;
}

/**
 * Estimates how many events a CCU had to drop: what usually comes in a pause, less what came after it, if its queue was full by then. A batch that
 * we answer late is not lost, since we have it; but the queue fills up meanwhile.
 */
export class DeliveryWatch {
  readonly #clock: Clock;
  readonly #eventsPerMinute: () => number | null;
  #fullBatches = 0;
  #slowBatches = 0;
  #longestHandlingMs = 0;
  #estimatedLost = 0;
  #lastMs: number | null = null;
  #backlog: Backlog = { pauseMs: 0, received: 0, overflowed: false };

  constructor({ clock, eventsPerMinute }: { clock: Clock; eventsPerMinute: () => number | null }) {
    this.#clock = clock;
    this.#eventsPerMinute = eventsPerMinute;
  }

  get delivery(): Delivery {
    return {
      fullBatches: this.#fullBatches,
      slowBatches: this.#slowBatches,
      longestHandlingMs: this.#longestHandlingMs,
      estimatedLost: Math.round(this.#estimatedLost),
    };
  }

  /** What came in one request, alone or with others, has been worked on and is about to be answered. */
  batchHandled({ size, arrivedAtMs }: { size: number; arrivedAtMs: number }): void {
    const handlingMs = this.#clock.monotonicMs() - arrivedAtMs;
    this.#longestHandlingMs = Math.max(this.#longestHandlingMs, handlingMs);
    if (handlingMs >= ANSWER_LIMIT_MS) this.#slowBatches += 1;
    if (size >= QUEUE_LIMIT) this.#fullBatches += 1;
    const pauseMs = arrivedAtMs - (this.#lastMs ?? arrivedAtMs);
    this.#lastMs = arrivedAtMs;
    if (pauseMs >= TOGETHER_MS) this.#begin(pauseMs);
    this.#backlog.received += size;
    if (size >= QUEUE_LIMIT) this.#backlog.overflowed = true;
    else if (this.#backlog.overflowed) this.#begin(0);
  }

  /** The queue of the CCU is empty again, so it is known what came of the pause. */
  #begin(pauseMs: number): void {
    const { pauseMs: lastPauseMs, received, overflowed } = this.#backlog;
    const perMinute = this.#eventsPerMinute();
    if (overflowed && perMinute !== null) this.#estimatedLost += Math.max(0, (perMinute * lastPauseMs) / 60_000 - received);
    this.#backlog = { pauseMs, received: 0, overflowed: false };
  }
}
