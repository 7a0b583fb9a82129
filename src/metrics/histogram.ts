import { OCTAVE } from "./buckets.ts";

/** How many samples each bucket has. Spans, in whole octaves, from the lowest bucket it was ever given to the highest. */
export class Histogram {
  #first = 0;
  #counts = new Uint32Array(0);
  /** Where there are samples at present. */
  #lowest = Number.POSITIVE_INFINITY;
  #highest = -1;

  add(bucket: number, count: number): void {
    if (bucket < this.#first || bucket >= this.#first + this.#counts.length) this.#reach(bucket);
    this.#counts[bucket - this.#first] = this.#countOf(bucket) + count;
    if (bucket < this.#lowest) this.#lowest = bucket;
    if (bucket > this.#highest) this.#highest = bucket;
  }

  /** Shows the buckets that have samples, lowest first. */
  visit(see: (bucket: number, count: number) => void): void {
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket += 1) {
      const count = this.#countOf(bucket);
      if (count > 0) see(bucket, count);
    }
  }

  /** The buckets of the samples at these ranks, lowest first, counted from 1 when all are put in order. */
  bucketsAt(ranks: readonly number[]): readonly number[] {
    const found: number[] = [];
    let seen = 0;
    for (let bucket = this.#lowest; bucket <= this.#highest && found.length < ranks.length; bucket += 1) {
      seen += this.#countOf(bucket);
      while (seen >= (ranks[found.length] ?? Number.POSITIVE_INFINITY)) found.push(bucket);
    }
    return found;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#lowest = Number.POSITIVE_INFINITY;
    this.#highest = -1;
  }

  #countOf(bucket: number): number {
    return this.#counts[bucket - this.#first] ?? 0;
  }

  #reach(bucket: number): void {
    const old = this.#counts;
    const octave = bucket - (bucket % OCTAVE);
    const first = old.length === 0 ? octave : Math.min(octave, this.#first);
    const end = Math.max(octave + OCTAVE, this.#first + old.length);
    this.#counts = new Uint32Array(end - first);
    this.#counts.set(old, old.length === 0 ? 0 : this.#first - first);
    this.#first = first;
  }
}
