import { DURATION_LIMITS_MS, DurationBuckets, type DurationHistogram } from "./duration-buckets.ts";
import { LatencyTracker } from "./latency-tracker.ts";
import { RecentSum } from "./recent-sum.ts";
import { RecentWindow } from "./recent-window.ts";

/** Takes the samples of one key. */
export class LatencySeries {
  readonly #window = new RecentWindow();
  readonly #buckets = new DurationBuckets();
  #count = 0;
  #totalMs = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;
  #tracker: LatencyTracker | null = null;
  /** The slot of now from which on it is another one. */
  #trackerEnd = 0;

  record(durationMs: number, slot: number, timedOut: boolean): void {
    this.#count += 1;
    this.#totalMs += durationMs;
    this.#minMs = Math.min(this.#minMs, durationMs);
    this.#maxMs = Math.max(this.#maxMs, durationMs);
    this.#buckets.add(durationMs);
    this.#window.record(durationMs, slot, timedOut);
    this.#tracker = null;
  }

  /** How many samples it has taken since the start. */
  get count(): number {
    return this.#count;
  }

  /** What was measured up to the time `slot`; the same object for as long as that is the same. */
  tracker(slot: number): LatencyTracker {
    if (this.#tracker === null || slot >= this.#trackerEnd) {
      this.#tracker = LatencySeries.merge([this], slot);
      this.#trackerEnd = this.sameUntil(slot);
    }
    return this.#tracker;
  }

  /** The slot from which on its window holds fewer samples than at `slot`, if no further ones come. */
  sameUntil(slot: number): number {
    return this.#window.sameUntil(slot);
  }

  static merge(all: readonly LatencySeries[], slot: number): LatencyTracker {
    const recent = new RecentSum();
    let count = 0;
    let totalMs = 0;
    let minMs = Number.POSITIVE_INFINITY;
    let maxMs = 0;
    for (const series of all) {
      count += series.#count;
      totalMs += series.#totalMs;
      minMs = Math.min(minMs, series.#minMs);
      maxMs = Math.max(maxMs, series.#maxMs);
      series.#window.addTo(recent, slot);
    }
    return new LatencyTracker({ count, totalMs, minMs, maxMs, recent: recent.figures() });
  }

  static histogram(all: readonly LatencySeries[]): DurationHistogram {
    const counts = new Array<number>(DURATION_LIMITS_MS.length + 1).fill(0);
    let count = 0;
    let totalMs = 0;
    for (const series of all) {
      count += series.#count;
      totalMs += series.#totalMs;
      series.#buckets.addTo(counts);
    }
    return { count, totalMs, limitsMs: DURATION_LIMITS_MS, counts };
  }
}
