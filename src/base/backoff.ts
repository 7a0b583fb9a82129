/** Delays that double from `firstMs` to `maxMs`, each shortened by up to `jitter` (0..1) of itself. Never gives up. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  readonly #jitter: number;
  readonly #random: () => number;
  #attempt = 0;

  constructor({
    firstMs,
    maxMs,
    jitter = 0.25,
    random = Math.random,
  }: { firstMs: number; maxMs: number; jitter?: number; random?: () => number }) {
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
    this.#jitter = jitter;
    this.#random = random;
  }

  /** How many delays were handed out since the last reset. */
  get attempt(): number {
    return this.#attempt;
  }

  nextDelayMs(): number {
    // The exponent is capped because 2 ** 1024 is Infinity and an outage can last for weeks.
    const full = Math.min(this.#maxMs, this.#firstMs * 2 ** Math.min(this.#attempt, 30));
    this.#attempt += 1;
    return full * (1 - this.#jitter * this.#random());
  }

  reset(): void {
    this.#attempt = 0;
  }
}
