/** Median and 95th percentile of the latency in ms, and events per minute. */
export type Point = readonly [p50: number | null, p95: number | null, eventsPerMinute: number | null];

export interface HistoryAnswer {
  /** The interfaces, in the order of each row's points. */
  readonly keys: readonly string[];
  /** Oldest first; `at` in seconds since the epoch. */
  readonly rows: readonly { readonly at: number; readonly points: readonly (Point | null)[] }[];
}

export const SAMPLE_INTERVAL_MS = 30_000;

/** Twelve hours. */
export const MAX_POINTS = 1_440;
