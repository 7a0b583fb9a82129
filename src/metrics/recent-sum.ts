import { middleOf } from "./buckets.ts";
import { Histogram } from "./histogram.ts";
import { NOTHING_RECENT, type RecentLatency } from "./latency-tracker.ts";

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
    return {
      count: this.#count,
      avgMs: this.#totalMs / this.#count,
      p50Ms: this.#percentile(50),
      p95Ms: this.#percentile(95),
      p99Ms: this.#percentile(99),
      maxMs: this.#maxMs,
      timeouts: this.#timeouts,
    };
  }

  #percentile(percent: number): number {
    const nearestRank = Math.ceil((percent * this.#count) / 100);
    return Math.min(middleOf(RecentSum.#histogram.bucketAt(nearestRank)), this.#maxMs);
  }
}
