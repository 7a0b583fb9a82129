import { isDeepStrictEqual } from "node:util";
import { Budget } from "../base/budget.ts";
import type { Clock } from "../base/clock.ts";
import type { Decision } from "./publishing-rules.ts";

const MINUTE_MS = 60_000;
const BURST = 10;
const REFILL_MS = 10 * MINUTE_MS;
/** What has been the same for so long is no flapping. */
const STEADY_MS = 5 * MINUTE_MS;

/**
 * For states: each change is sent at once, until there were too many. Then a change for the worse still is, but one for the better only
 * when it has lasted 5 min or the budget (10 at once, then one every 10 min) allows it. So a bad state is never hidden, and a link that goes
 * up and down all day shows as bad.
 *
 * What is an alarm waits until the worse state has lasted for a while. One that was over before takes from the budget as well, and without
 * budget nothing waits: what comes and goes all the time lasts.
 */
export class FlapRule<Value> {
  readonly #clock: Clock;
  readonly #badness: (value: Value) => number;
  readonly #persistentMs: number;
  readonly #budget: Budget;
  #published: { readonly value: Value } | undefined;
  #pending: { readonly value: Value; readonly isWorse: boolean; readonly sinceMs: number } | null = null;

  constructor(parts: {
    clock: Clock;
    badness: (value: Value) => number;
    /** A change for the worse is sent when it has lasted so long. */
    persistentMs?: number;
    /** What is taken to be sent already; without it the first value is sent, whatever it is. */
    published?: { readonly value: Value };
  }) {
    this.#clock = parts.clock;
    this.#badness = parts.badness;
    this.#persistentMs = parts.persistentMs ?? 0;
    this.#published = parts.published;
    this.#budget = new Budget({ clock: parts.clock, burst: BURST, refillMs: REFILL_MS });
  }

  decide(value: Value): Decision {
    const published = this.#published;
    if (published === undefined) return this.#publish(value);
    const isWorse = this.#badness(value) > this.#badness(published.value);
    if (this.#pending?.isWorse === true && !isWorse) this.#budget.spend();
    if (isDeepStrictEqual(value, published.value)) {
      this.#pending = null;
      return { publish: false, reviewInMs: null };
    }
    const restMs = this.#restMs(value, isWorse);
    if (restMs <= 0) return this.#publish(value);
    return { publish: false, reviewInMs: Math.max(1, restMs) };
  }

  /** How long the value has to wait. */
  #restMs(value: Value, isWorse: boolean): number {
    const lastedMs = this.#lastedMs(value, isWorse);
    if (isWorse) return this.#budget.availableInMs() > 0 ? 0 : this.#persistentMs - lastedMs;
    if (lastedMs >= STEADY_MS || this.#budget.spend()) return 0;
    return Math.min(STEADY_MS - lastedMs, this.#budget.availableInMs());
  }

  #lastedMs(value: Value, isWorse: boolean): number {
    const goesOn = this.#pending !== null && (isWorse ? this.#pending.isWorse : isDeepStrictEqual(this.#pending.value, value));
    if (!goesOn) this.#pending = { value, isWorse, sinceMs: this.#clock.monotonicMs() };
    return this.#clock.monotonicMs() - (this.#pending?.sinceMs ?? 0);
  }

  #publish(value: Value): Decision {
    this.#published = { value };
    this.#pending = null;
    return { publish: true, reviewInMs: null };
  }
}
