import { onAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";

/** Something happened that one waiter wants to know, now or later; happening twice before anybody looks counts once. */
export class Latch {
  readonly #clock: Clock;
  #isSet = false;
  #wake: () => void = () => {};

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  set(): void {
    this.#isSet = true;
    this.#wake();
  }

  clear(): void {
    this.#isSet = false;
  }

  /** Resolves once set, or after `timeoutMs`; rejects with the signal's reason when aborted. */
  async wait({ timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }): Promise<void> {
    signal.throwIfAborted();
    if (this.#isSet) return;
    using cleanup = new DisposableStack();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#wake = resolve;
    cleanup.use(this.#clock.setTimer(resolve, timeoutMs));
    cleanup.use(onAbort(signal, reject));
    await promise;
  }
}
