import type { Clock } from "../base/clock.ts";

/** Calls back at an even rate, however exactly the timers of the clock keep time. */
export class SteadyLoad implements Disposable {
  readonly #clock: Clock;
  readonly #onTick: () => void;
  #timer: Disposable | undefined;

  constructor({ clock, onTick }: { clock: Clock; onTick: () => void }) {
    this.#clock = clock;
    this.#onTick = onTick;
  }

  /** 0 ends it. */
  setRate(perSecond: number): void {
    this[Symbol.dispose]();
    if (perSecond > 0) this.#arm(1_000 / perSecond, this.#clock.monotonicMs() + 1_000 / perSecond);
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #arm(everyMs: number, dueMs: number): void {
    this.#timer = this.#clock.setTimer(
      () => {
        // What a sleeping machine has missed is not made up for.
        this.#arm(everyMs, Math.max(dueMs, this.#clock.monotonicMs() - 1_000) + everyMs);
        this.#onTick();
      },
      Math.max(0, dueMs - this.#clock.monotonicMs()),
    );
  }
}
