/** The last minutes; null where they hold no sample. */
export interface RecentLatency {
  readonly count: number;
  readonly avgMs: number | null;
  /** Quantiles by nearest rank, within 1 %. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
  /** How many of the samples are timeouts, which count as long as their limit. */
  readonly timeouts: number;
}

export interface LatencyFigures {
  readonly count: number;
  readonly totalMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly recent: RecentLatency;
}

export const NOTHING_RECENT: RecentLatency = {
  count: 0,
  avgMs: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  maxMs: null,
  timeouts: 0,
};

const NOTHING: LatencyFigures = { count: 0, totalMs: 0, minMs: 0, maxMs: 0, recent: NOTHING_RECENT };

/** What was measured of one latency, or of several together, up to one moment: over all time and of late. Immutable. */
export class LatencyTracker {
  readonly count: number;
  readonly totalMs: number;
  /** Null, as the next two, before the first sample. */
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly avgMs: number | null;
  readonly recent: RecentLatency;

  constructor({ count, totalMs, minMs, maxMs, recent }: LatencyFigures = NOTHING) {
    const measured = count > 0;
    this.count = count;
    this.totalMs = totalMs;
    this.minMs = measured ? minMs : null;
    this.maxMs = measured ? maxMs : null;
    this.avgMs = measured ? totalMs / count : null;
    this.recent = Object.freeze({ ...recent });
    Object.freeze(this);
  }
}
