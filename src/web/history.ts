import { type Clock, every } from "../base/clock.ts";
import { getOrInsert } from "../events/get-or-insert.ts";
import type { AppFigures, InterfaceFigures } from "./figures.ts";
import { type HistoryAnswer, MAX_POINTS, type Point, SAMPLE_INTERVAL_MS } from "./page/history-format.ts";
import { seriesKey } from "./series-key.ts";

const NUMBERS_A_POINT = 3;
const DIGIT = 10;

/** The points of one interface in a ring; what was not measured is no number. A fleet has hundreds, so it takes little memory. */
class Series {
  readonly #numbers: Float32Array = new Float32Array(MAX_POINTS * NUMBERS_A_POINT).fill(Number.NaN);

  set(place: number, point: Point | null): void {
    for (let index = 0; index < NUMBERS_A_POINT; index += 1) this.#numbers[place * NUMBERS_A_POINT + index] = point?.[index] ?? Number.NaN;
  }

  get(place: number): Point | null {
    const [p50, p95, eventsPerMinute] = [this.#at(place, 0), this.#at(place, 1), this.#at(place, 2)];
    return p50 === null && p95 === null && eventsPerMinute === null ? null : [p50, p95, eventsPerMinute];
  }

  /** Nothing was measured for as long as it reaches back. */
  get isEmpty(): boolean {
    return this.#numbers.every(Number.isNaN);
  }

  #at(place: number, index: number): number | null {
    const value = this.#numbers[place * NUMBERS_A_POINT + index] ?? Number.NaN;
    return Number.isNaN(value) ? null : Math.round(value * DIGIT) / DIGIT;
  }
}

/** What the charts of the page show: the last twelve hours in memory, never more. */
export class History implements Disposable {
  readonly #source: { figures(): AppFigures };
  readonly #clock: Clock;
  readonly #series = new Map<string, Series>();
  /** When each point was taken, oldest first; the place of a point in the ring is its number by `#taken`. */
  #times: number[] = [];
  #taken = 0;
  #timer: Disposable | undefined;

  constructor({ source, clock }: { source: { figures(): AppFigures }; clock: Clock }) {
    this.#source = source;
    this.#clock = clock;
  }

  start(): void {
    this.#timer ??= every({ clock: this.#clock, intervalMs: SAMPLE_INTERVAL_MS, callback: () => this.#take() });
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }

  /** What came after a moment in seconds since the epoch. */
  after(seconds: number): HistoryAnswer {
    const first = this.#taken - this.#times.length;
    const fresh = this.#times.map((at, index) => ({ at, place: (first + index) % MAX_POINTS })).filter(({ at }) => at > seconds);
    const series = [...this.#series].filter(([, one]) => fresh.some(({ place }) => one.get(place) !== null));
    return {
      keys: series.map(([key]) => key),
      rows: fresh.map(({ at, place }) => ({ at, points: series.map(([, one]) => one.get(place)) })),
    };
  }

  #take(): void {
    const at = Math.round(this.#clock.wallMs() / 1_000);
    // A wall clock that was set back begins anew: a chart cannot run backwards.
    if (at <= (this.#times.at(-1) ?? 0)) this.#beginAnew();
    const place = this.#taken % MAX_POINTS;
    this.#taken += 1;
    this.#times.push(at);
    if (this.#times.length > MAX_POINTS) this.#times.shift();
    for (const one of this.#series.values()) one.set(place, null);
    for (const ccu of this.#source.figures().ccus)
      for (const one of ccu.interfaces) getOrInsert(this.#series, seriesKey(ccu, one), () => new Series()).set(place, pointOf(one));
    if (place === 0) this.#forgetEmpty();
  }

  #beginAnew(): void {
    this.#times = [];
    this.#series.clear();
  }

  /** Interfaces that are gone. */
  #forgetEmpty(): void {
    for (const [key, one] of this.#series) if (one.isEmpty) this.#series.delete(key);
  }
}

function pointOf({ latency, signals }: InterfaceFigures): Point {
  return [latency.p50Ms, latency.p95Ms, signals.eventsPerMinute];
}
