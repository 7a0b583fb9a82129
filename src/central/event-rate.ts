import type { Clock } from "../base/clock.ts";

const SLOT_MS = 60_000;
/** A quarter of an hour: the present minute and the full ones before it. */
const SLOTS = 15;

/** Events a minute over the last quarter of an hour; one counter for each minute of it. */
export class EventRate {
  readonly #clock: Clock;
  readonly #counts = new Uint32Array(SLOTS);
  #slot: number;
  #sinceMs: number | null = null;
  #total = 0;
  /** Of all counters. */
  #recent = 0;

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
    this.#slot = this.#currentSlot();
  }

  /** All that were ever added. */
  get total(): number {
    return this.#total;
  }

  /** From now on all events arrive; what came before says nothing about the present rate. */
  start(): void {
    if (this.#sinceMs !== null) return;
    this.#forget();
    this.#slot = this.#currentSlot();
    this.#sinceMs = this.#clock.monotonicMs();
  }

  /** Events may get lost from now on. */
  stop(): void {
    this.#sinceMs = null;
  }

  add(): void {
    this.#moveOn();
    this.#total += 1;
    const index = this.#slot % SLOTS;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#recent += 1;
  }

  /** `null` until a minute was watched without a gap. */
  perMinute(): number | null {
    if (this.#sinceMs === null) return null;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#sinceMs < SLOT_MS) return null;
    this.#moveOn();
    const windowStartMs = (this.#slot - SLOTS + 1) * SLOT_MS;
    const watchedMs = nowMs - Math.max(windowStartMs, this.#sinceMs);
    return (this.#recent / watchedMs) * SLOT_MS;
  }

  #currentSlot(): number {
    return Math.floor(this.#clock.monotonicMs() / SLOT_MS);
  }

  #moveOn(): void {
    const slot = this.#currentSlot();
    if (slot - this.#slot >= SLOTS) this.#forget();
    else for (let passed = this.#slot + 1; passed <= slot; passed += 1) this.#forgetSlot(passed % SLOTS);
    this.#slot = slot;
  }

  #forget(): void {
    this.#counts.fill(0);
    this.#recent = 0;
  }

  #forgetSlot(index: number): void {
    this.#recent -= this.#counts[index] ?? 0;
    this.#counts[index] = 0;
  }
}
