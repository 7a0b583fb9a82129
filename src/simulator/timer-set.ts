import type { Clock } from "../base/clock.ts";

/** Timers that end together. */
export class TimerSet implements Disposable {
  readonly #clock: Clock;
  readonly #pending = new Set<Disposable>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(delayMs: number, callback: () => void): void {
    const timer = this.#clock.setTimer(() => {
      this.#pending.delete(timer);
      callback();
    }, delayMs);
    this.#pending.add(timer);
  }

  [Symbol.dispose](): void {
    for (const timer of this.#pending) timer[Symbol.dispose]();
    this.#pending.clear();
  }
}
