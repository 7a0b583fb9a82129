import type { Clock } from "../base/clock.ts";

/** Remembers when something happened the last few times. */
export class RecentTimes {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #rememberedMs: number;
  readonly #times: number[] = [];

  constructor({ clock, limit, rememberedMs }: { clock: Clock; limit: number; rememberedMs: number }) {
    this.#clock = clock;
    this.#limit = limit;
    this.#rememberedMs = rememberedMs;
  }

  add(): void {
    this.#times.push(this.#clock.monotonicMs());
    if (this.#times.length > this.#limit) this.#times.shift();
  }

  /** It happened as often as `limit` within the remembered time. */
  get isFull(): boolean {
    const [oldest] = this.#times;
    return oldest !== undefined && this.#times.length === this.#limit && this.#clock.monotonicMs() - oldest < this.#rememberedMs;
  }
}
