import type { HealthState } from "./health-state.ts";
import type { LatencyTracker } from "./latency-tracker.ts";

export interface SnapshotParts {
  readonly latency: ReadonlyMap<string, LatencyTracker>;
  readonly counters: ReadonlyMap<string, number>;
  readonly gauges: ReadonlyMap<string, number>;
  readonly health: ReadonlyMap<string, HealthState>;
}

/** Everything the observer knew at one moment. Nothing in it ever changes or can be changed. */
export class ObserverSnapshot implements SnapshotParts {
  readonly latency: ReadonlyMap<string, LatencyTracker>;
  readonly counters: ReadonlyMap<string, number>;
  readonly gauges: ReadonlyMap<string, number>;
  readonly health: ReadonlyMap<string, HealthState>;
  readonly #takenAtMs: number;

  constructor({ latency, counters, gauges, health }: SnapshotParts, takenAtMs: number) {
    this.latency = latency;
    this.counters = counters;
    this.gauges = gauges;
    this.health = health;
    this.#takenAtMs = takenAtMs;
    Object.freeze(this);
  }

  /** Whether a snapshot of these parts would be the same. */
  consistsOf({ latency, counters, gauges, health }: SnapshotParts): boolean {
    return latency === this.latency && counters === this.counters && gauges === this.gauges && health === this.health;
  }

  /** When it was made; a copy with each reading. */
  get takenAt(): Date {
    return new Date(this.#takenAtMs);
  }

  /** The average over all time in milliseconds; null without samples. */
  getLatency({ key }: { key: string }): number | null {
    return this.latency.get(key)?.avgMs ?? null;
  }

  getCounter({ key }: { key: string }): number | null {
    return this.counters.get(key) ?? null;
  }

  getGauge({ key }: { key: string }): number | null {
    return this.gauges.get(key) ?? null;
  }

  /** How many percent of hits and misses are hits; null without either. */
  getRate({ hitKey, missKey }: { hitKey: string; missKey: string }): number | null {
    const hits = this.counters.get(hitKey) ?? 0;
    const all = hits + (this.counters.get(missKey) ?? 0);
    return all === 0 ? null : (hits / all) * 100;
  }
}
