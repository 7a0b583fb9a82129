import type { Clock } from "../base/clock.ts";
import type { Target } from "./target.ts";

const QUICK_MS = 0.01;
const GROUP_LIMIT = 16;

/**
 * Measures handlers that are called one after the other. To look at the clock takes longer than a quick handler: once a call stayed
 * below `QUICK_MS`, up to `GROUP_LIMIT` further calls of the same handler in a row are measured, and count for its maximum, as one.
 */
export class DeliveryTimer {
  readonly #clock: Clock;
  #startedMs = 0;
  #target: Target | null = null;
  #calls = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    this.#startedMs = this.#clock.monotonicMs();
  }

  /** Before a call. */
  begin(target: Target): void {
    if (target === this.#target) return;
    this.stop();
    this.#target = target;
  }

  /** After it. */
  end(target: Target): void {
    this.#calls += 1;
    if (!target.quick || this.#calls === GROUP_LIMIT) this.stop();
  }

  /** Books the calls that are not booked yet. */
  stop(): void {
    if (this.#target === null || this.#calls === 0) return;
    const nowMs = this.#clock.monotonicMs();
    const elapsedMs = nowMs - this.#startedMs;
    this.#target.executed(this.#calls, elapsedMs);
    this.#target.quick = elapsedMs < QUICK_MS;
    this.#startedMs = nowMs;
    this.#calls = 0;
  }
}
