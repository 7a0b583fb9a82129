import type { Clock } from "./clock.ts";

/** One timer for many wishes: calls back at the earliest of them. A look too early costs little, so an armed one only moves forward. */
export class EarliestTimer implements Disposable {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #armed: { readonly dueAtMs: number; readonly timer: Disposable } | null = null;
  #disposed = false;

  constructor({ clock, callback }: { clock: Clock; callback: () => void }) {
    this.#clock = clock;
    this.#callback = callback;
  }

  /** `null` wishes for nothing. */
  arm(delayMs: number | null): void {
    if (delayMs === null || this.#disposed) return;
    const dueAtMs = this.#clock.monotonicMs() + delayMs;
    if (this.#armed !== null && this.#armed.dueAtMs <= dueAtMs) return;
    this.#armed?.timer[Symbol.dispose]();
    const timer = this.#clock.setTimer(() => {
      this.#armed = null;
      this.#callback();
    }, delayMs);
    this.#armed = { dueAtMs, timer };
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#armed?.timer[Symbol.dispose]();
    this.#armed = null;
  }
}
