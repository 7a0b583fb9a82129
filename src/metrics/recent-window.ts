import { BlockPool } from "./block-pool.ts";
import { bucketOf } from "./buckets.ts";
import { bucketIn, cellOf, countIn, MAX_CELL_COUNT } from "./cells.ts";
import { Histogram } from "./histogram.ts";
import { PooledList } from "./pooled-list.ts";
import type { RecentSum } from "./recent-sum.ts";

/** A window moves on in steps of this part of its length. */
export const WINDOW_SLOTS = 20;

/** With so many cells, a slot goes on in a histogram, where further samples take no more memory. */
const MANY_CELLS = 128;

/** Shared by all windows of an observer: 10,000 of them with 20 slots each would otherwise fill the heap. */
export class WindowMemory {
  readonly slots: BlockPool = new BlockPool(Float64Array);
  readonly cells: BlockPool = new BlockPool(Uint32Array);
}

/** What is known of the samples of one slot; `cells` tells how many cells say where they lie. */
interface SlotFigures {
  readonly slot: number;
  readonly count: number;
  readonly totalMs: number;
  readonly maxMs: number;
  readonly timeouts: number;
  readonly cells: number;
}

const FIGURES = 6;

function readFigures(next: () => number): SlotFigures {
  return { slot: next(), count: next(), totalMs: next(), maxMs: next(), timeouts: next(), cells: next() };
}

function isWithin(slot: number, now: number): boolean {
  return slot > now - WINDOW_SLOTS;
}

/** The samples of one key in the last `WINDOW_SLOTS` slots. */
export class RecentWindow {
  /** The figures of past slots, only of those that have samples, and the cells of all slots; oldest first. */
  readonly #past: PooledList;
  readonly #cells: PooledList;
  #pastSlots = 0;
  // The newest slot.
  #slot = -1;
  #count = 0;
  #totalMs = 0;
  #maxMs = 0;
  #timeouts = 0;
  #cellCount = 0;
  #histogram: Histogram | null = null;

  constructor({ slots, cells }: WindowMemory) {
    this.#past = new PooledList(slots);
    this.#cells = new PooledList(cells);
  }

  /** `slot` is the time; it never steps back. */
  record(durationMs: number, slot: number, timedOut: boolean): void {
    if (slot !== this.#slot) this.#begin(slot);
    this.#count += 1;
    this.#totalMs += durationMs;
    this.#maxMs = Math.max(this.#maxMs, durationMs);
    if (timedOut) this.#timeouts += 1;
    if (this.#histogram !== null) {
      this.#histogram.add(bucketOf(durationMs), 1);
      return;
    }
    this.#addCells(bucketOf(durationMs), 1);
    if (this.#cellCount === MANY_CELLS) this.#histogram = new Histogram();
  }

  /** Adds what is within the window at the time `now`, in slots. */
  addTo(sum: RecentSum, now: number): void {
    const nextFigure = this.#past.reader();
    const nextCell = this.#cells.reader();
    for (let older = this.#pastSlots; older >= 0; older -= 1) {
      const figures = older > 0 ? readFigures(nextFigure) : this.#newest();
      const within = isWithin(figures.slot, now);
      if (within) sum.addSlot(figures);
      for (let left = figures.cells; left > 0; left -= 1) {
        const cell = nextCell();
        if (within) sum.addBucket(bucketIn(cell), countIn(cell));
      }
    }
    if (isWithin(this.#slot, now)) this.#histogram?.visit((bucket, count) => sum.addBucket(bucket, count));
  }

  #newest(): SlotFigures {
    return {
      slot: this.#slot,
      count: this.#count,
      totalMs: this.#totalMs,
      maxMs: this.#maxMs,
      timeouts: this.#timeouts,
      cells: this.#cellCount,
    };
  }

  #begin(slot: number): void {
    if (this.#count > 0) this.#end();
    this.#expire(slot);
    this.#slot = slot;
    this.#count = 0;
    this.#totalMs = 0;
    this.#maxMs = 0;
    this.#timeouts = 0;
    this.#cellCount = 0;
  }

  #end(): void {
    const histogram = this.#histogram;
    this.#histogram = null;
    histogram?.visit((bucket, count) => this.#addCells(bucket, count));
    const { slot, count, totalMs, maxMs, timeouts, cells } = this.#newest();
    for (const figure of [slot, count, totalMs, maxMs, timeouts, cells]) this.#past.push(figure);
    this.#pastSlots += 1;
  }

  #expire(now: number): void {
    while (this.#pastSlots > 0) {
      const { slot, cells } = readFigures(this.#past.reader());
      if (isWithin(slot, now)) return;
      this.#past.drop(FIGURES);
      this.#cells.drop(cells);
      this.#pastSlots -= 1;
    }
  }

  #addCells(bucket: number, count: number): void {
    for (let left = count; left > 0; left -= MAX_CELL_COUNT) {
      this.#cells.push(cellOf(bucket, Math.min(left, MAX_CELL_COUNT)));
      this.#cellCount += 1;
    }
  }
}
