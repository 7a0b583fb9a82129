import type { Clock } from "./clock.ts";

/** A store of permissions that refills with time: a burst at once, in the long run one each `refillMs`. */
export class Budget {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #refillMs: number;
  #left: number;
  #countedAtMs: number;

  constructor({ clock, burst, refillMs }: { clock: Clock; burst: number; refillMs: number }) {
    this.#clock = clock;
    this.#burst = burst;
    this.#refillMs = refillMs;
    this.#left = burst;
    this.#countedAtMs = clock.monotonicMs();
  }

  /** False when nothing is left. */
  spend(): boolean {
    this.#refill();
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }

  /** 0 when something is left. */
  availableInMs(): number {
    this.#refill();
    return this.#left > 0 ? 0 : this.#countedAtMs + this.#refillMs - this.#clock.monotonicMs();
  }

  #refill(): void {
    const earned = Math.floor((this.#clock.monotonicMs() - this.#countedAtMs) / this.#refillMs);
    if (earned <= 0) return;
    this.#left = Math.min(this.#burst, this.#left + earned);
    this.#countedAtMs += earned * this.#refillMs;
  }
}
