import type { Clock } from "../base/clock.ts";
import type { Counted } from "../hub/readings.ts";
import { LevelTrend, type Trend } from "./level-trend.ts";

/** What was not confirmed for so long is no longer known. */
export const FRESH_MS = 900_000;

/** OpenCCU warns from 80 % on; what is below 70 % is normal again. */
const HIGH_PERCENT = 80;
const NORMAL_PERCENT = 70;
/** How many modules are kept. */
export const MAX_SOURCES = 64;

interface Reading {
  readonly percent: number;
  readonly atMs: number;
  readonly trend: LevelTrend;
}

/** One kind of level, such as the duty cycle, by the radio module that has it. */
export class RadioLevel {
  readonly #clock: Clock;
  readonly #readings = new Map<string, Reading>();
  #isHigh = false;
  #wasRead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of the module that reaches the limit first, or of the highest when none does. */
  get trend(): Trend | null {
    const trends = this.#fresh()
      .toSorted(([, a], [, b]) => b.percent - a.percent)
      .flatMap(([, { trend }]) => trend.trend ?? []);
    const rising = trends.filter(({ minutesToLimit }) => minutesToLimit !== null);
    return rising.sort((a, b) => Number(a.minutesToLimit) - Number(b.minutesToLimit))[0] ?? trends[0] ?? null;
  }

  /** Stays as it is while the level is between the limits or unknown. */
  get isHigh(): boolean {
    return this.#isHigh;
  }

  /** Returns whether whoever reads it finds something new. */
  set(source: string, percent: number): boolean {
    const known = this.#readings.get(source);
    if (known === undefined && this.#readings.size >= MAX_SOURCES) return false;
    const isRepeated = known?.percent === percent && this.#isFresh(known);
    const trend = known?.trend ?? new LevelTrend({ clock: this.#clock });
    trend.add(percent);
    this.#readings.set(source, { percent, atMs: this.#clock.monotonicMs(), trend });
    this.#wasRead = true;
    return this.#judge() || !isRepeated;
  }

  remove(source: string): void {
    this.#readings.delete(source);
  }

  /** The highest of the modules; `undefined` when no module ever had one. */
  counted(nameOf: (source: string) => string): Counted | undefined {
    if (!this.#wasRead) return undefined;
    return {
      value: this.#highest(),
      list: this.#fresh().map(([source, { percent }]) => `${nameOf(source)}: ${Math.round(percent)} %`),
    };
  }

  /** The modules that told of late. */
  fresh(): readonly string[] {
    return this.#fresh().map(([source]) => source);
  }

  /** `null` where nobody told of late, as with the trend. */
  percentOf(source: string): number | null {
    return this.#freshOf(source)?.percent ?? null;
  }

  trendOf(source: string): Trend | null {
    return this.#freshOf(source)?.trend.trend ?? null;
  }

  /** Returns whether it is another verdict than before. */
  #judge(): boolean {
    const highest = this.#highest();
    const wasHigh = this.#isHigh;
    if (highest !== null && highest >= HIGH_PERCENT) this.#isHigh = true;
    else if (highest !== null && highest < NORMAL_PERCENT) this.#isHigh = false;
    return this.#isHigh !== wasHigh;
  }

  #highest(): number | null {
    let highest: number | null = null;
    for (const reading of this.#readings.values())
      if (this.#isFresh(reading)) highest = Math.max(highest ?? reading.percent, reading.percent);
    return highest;
  }

  #fresh(): readonly (readonly [source: string, Reading])[] {
    return [...this.#readings].filter(([, reading]) => this.#isFresh(reading));
  }

  #freshOf(source: string): Reading | null {
    const reading = this.#readings.get(source);
    return reading !== undefined && this.#isFresh(reading) ? reading : null;
  }

  #isFresh({ atMs }: Reading): boolean {
    return this.#clock.monotonicMs() - atMs <= FRESH_MS;
  }
}
