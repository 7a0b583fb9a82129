/** Upper limits of the buckets in ms, each included; the last takes what was given up after 10 s. Beyond it there is one more bucket. */
export const DURATION_LIMITS_MS: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** All durations since the start, by how long they were. */
export interface DurationHistogram {
  readonly count: number;
  readonly totalMs: number;
  readonly limitsMs: readonly number[];
  /** How many lie in each bucket alone; one more than there are limits. */
  readonly counts: readonly number[];
}

/** Counts durations in few fixed buckets that never move, so that readers can add them up over time and over many programs. */
export class DurationBuckets {
  readonly #counts = new Uint32Array(DURATION_LIMITS_MS.length + 1);

  add(durationMs: number): void {
    let bucket = 0;
    while (durationMs > (DURATION_LIMITS_MS[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  addTo(counts: number[]): void {
    for (let bucket = 0; bucket < this.#counts.length; bucket += 1) counts[bucket] = (counts[bucket] ?? 0) + (this.#counts[bucket] ?? 0);
  }
}
