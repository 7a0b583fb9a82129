import { type HistoryAnswer, MAX_POINTS, type Point, SAMPLE_INTERVAL_MS } from "../history-format.ts";

interface Moment {
  readonly at: number;
  readonly points: ReadonlyMap<string, Point>;
}

/** What the charts show: fetched once, then only what is new; as much as the add-on keeps, and no more. */
export class History {
  readonly #onNews: () => void;
  #moments: readonly Moment[] = [];
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(onNews: () => void) {
    this.#onNews = onNews;
  }

  get size(): number {
    return this.#moments.length;
  }

  /** Times in seconds, and the values of one interface. */
  columns(key: string): readonly (readonly (number | null)[])[] {
    const points = this.#moments.map((moment) => moment.points.get(key));
    return [this.#moments.map(({ at }) => at), ...[0, 1, 2].map((index) => points.map((point) => point?.[index] ?? null))];
  }

  /** Asks for news when some are due; a failed attempt is made up for by the next. */
  refresh(): void {
    if (performance.now() - this.#askedAtMs < SAMPLE_INTERVAL_MS) return;
    this.#askedAtMs = performance.now();
    void this.#fetch().catch(() => {});
  }

  async #fetch(): Promise<void> {
    const response = await fetch(`api/history?after=${this.#moments.at(-1)?.at ?? 0}`);
    if (!response.ok) return;
    const { keys, rows }: HistoryAnswer = await response.json();
    const fresh = rows.map(({ at, points }) => ({ at, points: new Map(points.flatMap((point, index) => pair(keys[index], point))) }));
    this.#moments = [...this.#moments, ...fresh].slice(-MAX_POINTS);
    this.#onNews();
  }
}

function pair(key: string | undefined, point: Point | null): readonly [string, Point][] {
  return key === undefined || point === null ? [] : [[key, point]];
}
