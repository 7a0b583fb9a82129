import type { Clock } from "../base/clock.ts";

/** A CCU keeps so many events for a client and drops the oldest beyond; it also sends no more at once. */
const QUEUE_LIMIT = 200;
/** So long it waits for our answer; then it sends the batch once more, and at last drops it. */
const ANSWER_LIMIT_MS = 10_000;

export interface Delivery {
  /** Batches that held all that the queue of the CCU can hold, so that older events may have been dropped. */
  readonly fullBatches: number;
  /** Batches that we answered too late for the CCU. */
  readonly slowBatches: number;
  readonly longestHandlingMs: number;
  /** About so many events have been lost, by the usual rate of events. */
  readonly estimatedLost: number;
}

/** Estimates how many events a CCU had to drop, by the limits of its queue and our own handling time. */
export class DeliveryWatch {
  readonly #clock: Clock;
  readonly #eventsPerMinute: () => number | null;
  #fullBatches = 0;
  #slowBatches = 0;
  #longestHandlingMs = 0;
  #estimatedLost = 0;
  #lastBatchMs: number | null = null;

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

  /** A batch has been worked on and is about to be answered. */
  batchHandled({ size, arrivedAtMs }: { size: number; arrivedAtMs: number }): void {
    const handlingMs = this.#clock.monotonicMs() - arrivedAtMs;
    this.#longestHandlingMs = Math.max(this.#longestHandlingMs, handlingMs);
    if (size >= QUEUE_LIMIT) {
      this.#fullBatches += 1;
      this.#estimatedLost += this.#overflowSince(arrivedAtMs);
    }
    if (handlingMs >= ANSWER_LIMIT_MS) {
      this.#slowBatches += 1;
      this.#estimatedLost += size;
    }
    this.#lastBatchMs = arrivedAtMs;
  }

  /** What usually comes in the time since the last batch, as far as the queue could not hold it. */
  #overflowSince(arrivedAtMs: number): number {
    const perMinute = this.#eventsPerMinute();
    if (perMinute === null || this.#lastBatchMs === null) return 0;
    return Math.max(0, (perMinute * (arrivedAtMs - this.#lastBatchMs)) / 60_000 - QUEUE_LIMIT);
  }
}
