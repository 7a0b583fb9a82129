import type { Clock } from "../base/clock.ts";

const SPACING_MS = 60_000;
const MAX_SAMPLES = 30;
const MIN_SAMPLES = 5;
const HOUR_MS = 3_600_000;
const LIMIT_PERCENT = 100;
/** What changes less is steady, and what takes longer nobody waits for. */
const STEADY_PER_HOUR = 1;
const FARTHEST_MS = 24 * HOUR_MS;

export interface Trend {
  readonly percentPerHour: number;
  /** Until the limit is reached if it goes on like this; `null` when it does not rise or takes longer than a day. */
  readonly minutesToLimit: number | null;
}

/** Where a level in percent is heading, by the last half hour. Bounded: 30 samples. */
export class LevelTrend {
  readonly #clock: Clock;
  readonly #samples: { readonly atMs: number; readonly percent: number }[] = [];

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  add(percent: number): void {
    const atMs = this.#clock.monotonicMs();
    const last = this.#samples.at(-1);
    if (last !== undefined && atMs - last.atMs < SPACING_MS) return;
    this.#samples.push({ atMs, percent });
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  /** `null` while too little is known. */
  get trend(): Trend | null {
    const oldestMs = this.#clock.monotonicMs() - MAX_SAMPLES * SPACING_MS;
    const recent = this.#samples.filter(({ atMs }) => atMs >= oldestMs);
    const last = recent.at(-1);
    if (recent.length < MIN_SAMPLES || last === undefined) return null;
    const percentPerHour = slope(recent) * HOUR_MS;
    const msToLimit = ((LIMIT_PERCENT - last.percent) / percentPerHour) * HOUR_MS;
    const isNear = percentPerHour >= STEADY_PER_HOUR && msToLimit <= FARTHEST_MS;
    return { percentPerHour, minutesToLimit: isNear ? Math.max(0, msToLimit / 60_000) : null };
  }
}

/** By least squares, in percent per ms. */
function slope(samples: readonly { atMs: number; percent: number }[]): number {
  const meanAtMs = samples.reduce((sum, { atMs }) => sum + atMs, 0) / samples.length;
  const meanPercent = samples.reduce((sum, { percent }) => sum + percent, 0) / samples.length;
  let covariance = 0;
  let variance = 0;
  for (const { atMs, percent } of samples) {
    covariance += (atMs - meanAtMs) * (percent - meanPercent);
    variance += (atMs - meanAtMs) ** 2;
  }
  return variance === 0 ? 0 : covariance / variance;
}
