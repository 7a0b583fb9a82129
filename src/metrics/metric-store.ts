import { ReadOnlyMap } from "./read-only-map.ts";

interface MetricStoreOptions<Value, View> {
  /** What it holds, for the log. */
  readonly kind: string;
  readonly limit: number;
  /** Keys that take no place. */
  readonly exempt?: ReadonlySet<string>;
  /** The immutable form of a value at a time, in slots of the recent window. */
  readonly toView: (value: Value, slot: number) => View;
}

/** The values of one kind of metric. A known key can always be set; a new one is refused once there are `limit`. */
export class MetricStore<Value, View = Value> {
  readonly kind: string;
  readonly #limit: number;
  readonly #exempt: ReadonlySet<string>;
  readonly #toView: (value: Value, slot: number) => View;
  readonly #values = new Map<string, Value>();
  #places = 0;
  #view: ReadonlyMap<string, View> | null = null;
  #viewSlot = 0;

  constructor({ kind, limit, exempt = new Set(), toView }: MetricStoreOptions<Value, View>) {
    this.kind = kind;
    this.#limit = limit;
    this.#exempt = exempt;
    this.#toView = toView;
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  keys(): Iterable<string> {
    return this.#values.keys();
  }

  values(): Iterable<Value> {
    return this.#values.values();
  }

  matching(matches: (key: string) => boolean): Value[] {
    const values: Value[] = [];
    for (const [key, value] of this.#values) if (matches(key)) values.push(value);
    return values;
  }

  /** To be called when a value has changed in itself. */
  touch(): void {
    this.#view = null;
  }

  /** False when there is no place for the key. */
  set(key: string, value: Value): boolean {
    if (!this.#values.has(key) && !this.#takePlace(key)) return false;
    this.#values.set(key, value);
    this.#view = null;
    return true;
  }

  /** Returns the keys that were there. */
  retire(matches: (key: string) => boolean): string[] {
    const retired = [...this.#values.keys()].filter(matches);
    for (const key of retired) {
      this.#values.delete(key);
      if (!this.#exempt.has(key)) this.#places -= 1;
    }
    if (retired.length > 0) this.#view = null;
    return retired;
  }

  /** The same object until a change or another slot. */
  view(slot: number): ReadonlyMap<string, View> {
    if (this.#view === null || this.#viewSlot !== slot) {
      const views = new Map<string, View>();
      for (const [key, value] of this.#values) views.set(key, this.#toView(value, slot));
      this.#view = new ReadOnlyMap(views);
      this.#viewSlot = slot;
    }
    return this.#view;
  }

  #takePlace(key: string): boolean {
    if (this.#exempt.has(key)) return true;
    if (this.#places >= this.#limit) return false;
    this.#places += 1;
    return true;
  }
}
