import type { Clock } from "../base/clock.ts";
import type { Target } from "./target.ts";

const QUICK_MS = 0.01;
const PROVED_QUICK = 1_000;
const GROUP_LIMIT = 16;

/**
 * Measures handlers that are called one after the other, each by itself. To look at the clock takes longer than a quick handler, so of
 * one that was quick a thousand times in a row, up to `GROUP_LIMIT` calls are measured, and count for its maximum, as one.
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
    if (target.quickCalls < PROVED_QUICK || this.#calls === GROUP_LIMIT) this.stop();
  }

  /** Books the calls that are not booked yet. */
  stop(): void {
    if (this.#target === null || this.#calls === 0) return;
    const nowMs = this.#clock.monotonicMs();
    const elapsedMs = nowMs - this.#startedMs;
    this.#target.executed(this.#calls, elapsedMs);
    this.#target.quickCalls = elapsedMs < QUICK_MS ? this.#target.quickCalls + this.#calls : 0;
    this.#startedMs = nowMs;
    this.#calls = 0;
  }
}
