const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS = 24;
const DAYS = 14;

/** A silence is suspicious once it is so many times longer than the longest usual one at these hours. */
const TOLERANCE = 2.5;
/** No silence below is ever suspicious: HmIP devices on mains power report every two to three minutes, and reports get lost. */
export const SHORTEST_LIMIT_MS: number = 30 * 60_000;
/** Before a rhythm is known, and as the end of all patience: every device in use reports within a day. */
const UNKNOWN_LIMIT_MS = DAY_MS;
/** So many silences of which none is longer show devices on mains power, which keep their rhythm day and night. */
const REGULAR_SILENCES = 60;
const REGULAR_PAUSE_MS = 5 * 60_000;
/** Every hour of the day has been watched so often before its usual silences count as known. */
const DAYS_TO_LEARN = 3;

/** What is remembered of one day: for each hour (UTC) the longest silence that touched it, `null` where the hour was not watched. */
export interface RhythmDay {
  /** Days since the epoch. */
  readonly day: number;
  readonly longestMs: readonly (number | null)[];
}

/**
 * Learns how long the devices of one interface are usually silent at each hour of the day, over the last 14 days. Bounded: 14 x 24 numbers.
 * Times are wall times in ms.
 */
export class RadioRhythm {
  readonly #days = new Map<number, (number | null)[]>();
  #silences = 0;
  #longestSeenMs = 0;

  constructor(remembered: readonly RhythmDay[] = []) {
    for (const { day, longestMs } of remembered.slice(-DAYS)) {
      if (longestMs.length === HOURS) this.#days.set(day, [...longestMs]);
    }
  }

  /** Whether several devices have ever reported. */
  get isKnown(): boolean {
    return this.#days.size > 0;
  }

  /** A silence, or as much of it as was watched, is over. */
  silenceEnded({ sinceMs, atMs }: { sinceMs: number; atMs: number }): void {
    const gapMs = Math.max(0, atMs - sinceMs);
    // A silence that was suspicious may have been a dead radio: it must not make the next one seem usual.
    const countedMs = gapMs <= SHORTEST_LIMIT_MS ? gapMs : Math.min(gapMs, this.limitMs({ sinceMs, atMs }));
    this.#silences += 1;
    this.#longestSeenMs = Math.max(this.#longestSeenMs, gapMs);
    for (let hour = Math.floor(Math.max(sinceMs, atMs - DAY_MS) / HOUR_MS); hour <= Math.floor(atMs / HOUR_MS); hour += 1) {
      const longest = this.#dayOf(hour);
      longest[hour % HOURS] = Math.max(longest[hour % HOURS] ?? 0, countedMs);
    }
  }

  /** How long a silence that began at `sinceMs` and lasts at `atMs` may last before it is suspicious. */
  limitMs({ sinceMs, atMs }: { sinceMs: number; atMs: number }): number {
    const usualMs = this.#usualMs(sinceMs, atMs);
    if (usualMs === null) return this.#regular ? SHORTEST_LIMIT_MS : UNKNOWN_LIMIT_MS;
    return Math.min(UNKNOWN_LIMIT_MS, Math.max(SHORTEST_LIMIT_MS, usualMs * TOLERANCE));
  }

  /** What to remember over a restart. */
  remembered(): readonly RhythmDay[] {
    return [...this.#days].map(([day, longestMs]) => ({ day, longestMs: [...longestMs] }));
  }

  get #regular(): boolean {
    return this.#silences >= REGULAR_SILENCES && this.#longestSeenMs <= REGULAR_PAUSE_MS;
  }

  /** The longest usual silence at the hours the present one has touched, `null` while they are not known well enough. */
  #usualMs(sinceMs: number, atMs: number): number | null {
    const first = Math.floor(sinceMs / HOUR_MS);
    const last = Math.min(Math.floor(atMs / HOUR_MS), first + HOURS - 1);
    let usualMs: number | null = null;
    for (let hour = first; hour <= last; hour += 1) {
      const longestMs = this.#longestAround(hour);
      if (longestMs === null) return null;
      usualMs = Math.max(usualMs ?? 0, longestMs);
    }
    return usualMs;
  }

  /** With the hours before and after: people do not live by the minute, and clocks are changed twice a year. */
  #longestAround(hour: number): number | null {
    let watchedDays = 0;
    let longestMs = 0;
    for (const longest of this.#days.values()) {
      const around = [hour - 1, hour, hour + 1].map((each) => longest[(each + HOURS) % HOURS] ?? null);
      if (around[1] !== null) watchedDays += 1;
      longestMs = Math.max(longestMs, ...around.map((value) => value ?? 0));
    }
    return watchedDays < DAYS_TO_LEARN ? null : longestMs;
  }

  #dayOf(hour: number): (number | null)[] {
    const day = Math.floor(hour / HOURS);
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const fresh = Array.from({ length: HOURS }, () => null);
    this.#days.set(day, fresh);
    // Days are met in order, so the first ones are the oldest; a wall clock that steps back costs a day at most.
    for (const old of this.#days.keys()) {
      if (this.#days.size <= DAYS) break;
      this.#days.delete(old);
    }
    return fresh;
  }
}
