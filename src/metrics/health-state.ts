/** How a component fares, as it said last. */
export interface HealthState {
  readonly healthy: boolean;
  /** 0..1. */
  readonly score: number;
  readonly reason: string | null;
  /** When `healthy` became what it is; a copy with each reading. */
  readonly lastChange: Date;
}

/** The state after a message, given the one before. */
export function nextHealthState(
  previous: HealthState | undefined,
  { healthy, score, reason, timestamp }: { healthy: boolean; score: number; reason: string | null; timestamp: number },
): HealthState {
  const sinceMs = previous?.healthy === healthy ? previous.lastChange.getTime() : timestamp;
  return Object.freeze({
    healthy,
    score,
    reason,
    get lastChange(): Date {
      return new Date(sinceMs);
    },
  });
}
