import type { Clock } from "../base/clock.ts";

/** The wall time of a monotonic time, ISO 8601 in UTC without milliseconds. */
export function isoTime(monotonicMs: number, clock: Clock): string {
  const wallMs = clock.wallMs() - (clock.monotonicMs() - monotonicMs);
  return new Date(wallMs).toISOString().replace(/\.\d+Z$/, "Z");
}
