import { bucketOf } from "./buckets.ts";
import { bucketIn, cellOf, countIn, MAX_CELL_COUNT } from "./cells.ts";
import { Histogram } from "./histogram.ts";
import type { RecentSum } from "./recent-sum.ts";

/** A window moves on in steps of this part of its length. */
export const WINDOW_SLOTS = 60;

/** With so many cells, a slot goes on in a histogram, where further samples take no more memory. */
const MANY_CELLS = 128;
const FIRST_CELLS = 128;
const GROWTH = 2;

interface Slot {
  readonly at: number;
  count: number;
  totalMs: number;
  maxMs: number;
  timeouts: number;
  /** How many cells say where its samples lie. */
  cells: number;
}

/** The samples of one key in the last `WINDOW_SLOTS` slots. */
export class RecentWindow {
  /** Oldest first; only slots that have samples. */
  readonly #slots: Slot[] = [];
  /** Of all slots in the same order. Outside the heap, where a million of them cost the garbage collector nothing. */
  #cells = new Uint32Array(FIRST_CELLS);
  #end = 0;
  /** The further samples of the newest slot once it has many. */
  #histogram: Histogram | null = null;

  /** `at` is the slot of now; it never steps back. */
  record(durationMs: number, at: number, timedOut: boolean): void {
    const newest = this.#slots.at(-1);
    const slot = newest?.at === at ? newest : this.#open(at);
    slot.count += 1;
    slot.totalMs += durationMs;
    slot.maxMs = Math.max(slot.maxMs, durationMs);
    if (timedOut) slot.timeouts += 1;
    if (this.#histogram === null) this.#addCells(slot, bucketOf(durationMs), 1);
    else this.#histogram.add(bucketOf(durationMs), 1);
    if (slot.cells === MANY_CELLS) this.#histogram ??= new Histogram();
  }

  /** The slot of now from which on fewer samples are within the window than at `at`, if no further ones come. */
  sameUntil(at: number): number {
    const oldest = this.#slots.find((slot) => slot.at > at - WINDOW_SLOTS);
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.at + WINDOW_SLOTS;
  }

  /** Adds what is still within the window when the slot of now is `at`. */
  addTo(sum: RecentSum, at: number): void {
    let cell = 0;
    for (const slot of this.#slots) {
      const within = slot.at > at - WINDOW_SLOTS;
      if (within) sum.addSlot(slot);
      for (const end = cell + slot.cells; cell < end; cell += 1) {
        const value = this.#cells[cell] ?? 0;
        if (within) sum.addBucket(bucketIn(value), countIn(value));
      }
      if (within && slot === this.#slots.at(-1)) this.#histogram?.visit((bucket, count) => sum.addBucket(bucket, count));
    }
  }

  #open(at: number): Slot {
    const last = this.#slots.at(-1);
    const histogram = this.#histogram;
    this.#histogram = null;
    if (last !== undefined) histogram?.visit((bucket, count) => this.#addCells(last, bucket, count));
    this.#expire(at);
    const slot = { at, count: 0, totalMs: 0, maxMs: 0, timeouts: 0, cells: 0 };
    this.#slots.push(slot);
    return slot;
  }

  #expire(at: number): void {
    const kept = this.#slots.findIndex((slot) => slot.at > at - WINDOW_SLOTS);
    const gone = this.#slots.splice(0, kept === -1 ? this.#slots.length : kept);
    const cells = gone.reduce((sum, slot) => sum + slot.cells, 0);
    this.#cells.copyWithin(0, cells, this.#end);
    this.#end -= cells;
  }

  #addCells(slot: Slot, bucket: number, count: number): void {
    for (let left = count; left > 0; left -= MAX_CELL_COUNT) {
      if (this.#end === this.#cells.length) this.#grow();
      this.#cells[this.#end] = cellOf(bucket, Math.min(left, MAX_CELL_COUNT));
      this.#end += 1;
      slot.cells += 1;
    }
  }

  #grow(): void {
    const larger = new Uint32Array(this.#cells.length * GROWTH);
    larger.set(this.#cells);
    this.#cells = larger;
  }
}
