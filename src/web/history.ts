import { type Clock, every } from "../base/clock.ts";
import { type HistoryAnswer, MAX_POINTS, type Point, SAMPLE_INTERVAL_MS } from "./page/history-format.ts";
import { seriesKey } from "./series-key.ts";
import type { AppStatus, InterfaceStatus, StatusSource } from "./status.ts";

interface Sample {
  readonly at: number;
  readonly points: ReadonlyMap<string, Point>;
}

/** What the charts of the page show: the last twelve hours in memory, never more. */
export class History implements Disposable {
  readonly #source: Pick<StatusSource, "status">;
  readonly #clock: Clock;
  readonly #samples: Sample[] = [];
  #timer: Disposable | undefined;

  constructor({ source, clock }: { source: Pick<StatusSource, "status">; clock: Clock }) {
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
    const fresh = this.#samples.filter(({ at }) => at > seconds);
    const keys = [...new Set(fresh.flatMap(({ points }) => [...points.keys()]))];
    return { keys, rows: fresh.map(({ at, points }) => ({ at, points: keys.map((key) => points.get(key) ?? null) })) };
  }

  #take(): void {
    const at = Math.round(this.#clock.wallMs() / 1_000);
    // A wall clock that was set back begins anew: a chart cannot run backwards.
    if (at <= (this.#samples.at(-1)?.at ?? 0)) this.#samples.length = 0;
    this.#samples.push({ at, points: pointsOf(this.#source.status()) });
    if (this.#samples.length > MAX_POINTS) this.#samples.shift();
  }
}

function pointsOf({ ccus }: AppStatus): ReadonlyMap<string, Point> {
  return new Map(ccus.flatMap((ccu) => ccu.interfaces.map((one): [string, Point] => [seriesKey(ccu, one), pointOf(one)])));
}

function pointOf({ latency, signals }: InterfaceStatus): Point {
  return [rounded(latency.p50Ms), rounded(latency.p95Ms), rounded(signals.eventsPerMinute)];
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
