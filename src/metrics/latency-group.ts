import type { DurationHistogram } from "./duration-buckets.ts";
import { LatencySeries } from "./latency-series.ts";
import type { LatencyTracker } from "./latency-tracker.ts";

/** The series of one pattern, together. */
export class LatencyGroup {
  readonly #series: readonly LatencySeries[];
  #tracker: LatencyTracker | null = null;
  /** The slot of now from which on it is another one. */
  #trackerEnd = 0;

  constructor(series: readonly LatencySeries[]) {
    this.#series = series;
  }

  /** What was measured up to the time `slot`; `null` without a series. */
  tracker(slot: number): LatencyTracker | null {
    const [only] = this.#series;
    if (only === undefined) return null;
    return this.#series.length === 1 ? only.tracker(slot) : this.#merged(slot);
  }

  /** Of all that was measured since the start; `null` without a series. */
  histogram(): DurationHistogram | null {
    return this.#series.length === 0 ? null : LatencySeries.histogram(this.#series);
  }

  #merged(slot: number): LatencyTracker {
    let count = 0;
    for (const series of this.#series) count += series.count;
    if (this.#tracker?.count !== count || slot >= this.#trackerEnd) {
      this.#tracker = LatencySeries.merge(this.#series, slot);
      this.#trackerEnd = Math.min(...this.#series.map((series) => series.sameUntil(slot)));
    }
    return this.#tracker;
  }
}
