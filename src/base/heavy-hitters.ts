export interface HeavyHitter {
  readonly key: string;
  /** Never too low, and too high by `excess` at most. */
  readonly count: number;
  readonly excess: number;
}

/**
 * Finds the keys that occur most often in a stream, in bounded memory (Space-Saving, Metwally et al. 2005): as long as there are no more
 * keys than places the counts are exact; beyond that every key that makes up more than 1/capacity of the stream is still among them.
 */
export class HeavyHitters {
  readonly #capacity: number;
  readonly #counts = new Map<string, { count: number; excess: number }>();

  constructor({ capacity }: { capacity: number }) {
    this.#capacity = capacity;
  }

  add(key: string): void {
    const known = this.#counts.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#counts.size < this.#capacity) this.#counts.set(key, { count: 1, excess: 0 });
    else this.#replaceRarest(key);
  }

  /** The most frequent first. */
  top(limit: number): readonly HeavyHitter[] {
    return [...this.#counts]
      .map(([key, { count, excess }]) => ({ key, count, excess }))
      .sort((a, b) => b.count - a.count || a.key.localeCompare(b.key))
      .slice(0, limit);
  }

  #replaceRarest(key: string): void {
    let rarest = "";
    let least = Number.POSITIVE_INFINITY;
    for (const [candidate, { count }] of this.#counts) {
      if (count >= least) continue;
      rarest = candidate;
      least = count;
    }
    this.#counts.delete(rarest);
    this.#counts.set(key, { count: least + 1, excess: least });
  }
}
