import { middleOf } from "./buckets.ts";
import { Histogram } from "./histogram.ts";
import { NOTHING_RECENT, type RecentLatency } from "./latency-tracker.ts";

const PERCENTS = [50, 95, 99] as const;

/** Puts the slots of one or several windows together. */
export class RecentSum {
  // Sums are made one after the other, so they can share the memory.
  static readonly #histogram: Histogram = new Histogram();
  #count = 0;
  #totalMs = 0;
  #maxMs = 0;
  #timeouts = 0;

  constructor() {
    RecentSum.#histogram.clear();
  }

  addSlot({ count, totalMs, maxMs, timeouts }: { count: number; totalMs: number; maxMs: number; timeouts: number }): void {
    this.#count += count;
    this.#totalMs += totalMs;
    this.#maxMs = Math.max(this.#maxMs, maxMs);
    this.#timeouts += timeouts;
  }

  /** Where the samples of the slots lie. */
  addBucket(bucket: number, count: number): void {
    RecentSum.#histogram.add(bucket, count);
  }

  figures(): RecentLatency {
    if (this.#count === 0) return NOTHING_RECENT;
    const [p50Ms = null, p95Ms = null, p99Ms = null] = this.#percentiles();
    return {
      count: this.#count,
      avgMs: this.#totalMs / this.#count,
      p50Ms,
      p95Ms,
      p99Ms,
      maxMs: this.#maxMs,
      timeouts: this.#timeouts,
    };
  }

  #percentiles(): readonly number[] {
    const nearestRanks = PERCENTS.map((percent) => Math.ceil((percent * this.#count) / 100));
    return RecentSum.#histogram.bucketsAt(nearestRanks).map((bucket) => Math.min(middleOf(bucket), this.#maxMs));
  }
}
