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
 */
export class FlapRule<Value> {
  readonly #clock: Clock;
  readonly #badness: (value: Value) => number;
  readonly #budget: Budget;
  #published: { readonly value: Value } | undefined;
  #pending: { readonly value: Value; readonly sinceMs: number } | null = null;

  constructor({ clock, badness }: { clock: Clock; badness: (value: Value) => number }) {
    this.#clock = clock;
    this.#badness = badness;
    this.#budget = new Budget({ clock, burst: BURST, refillMs: REFILL_MS });
  }

  decide(value: Value): Decision {
    const published = this.#published;
    if (published !== undefined && isDeepStrictEqual(value, published.value)) {
      this.#pending = null;
      return { publish: false, reviewInMs: null };
    }
    if (published === undefined || this.#badness(value) > this.#badness(published.value)) return this.#publish(value);
    if (this.#isSteady(value) || this.#budget.spend()) return this.#publish(value);
    const sinceMs = this.#pending?.sinceMs ?? this.#clock.monotonicMs();
    const steadyInMs = sinceMs + STEADY_MS - this.#clock.monotonicMs();
    return { publish: false, reviewInMs: Math.max(1, Math.min(steadyInMs, this.#budget.availableInMs())) };
  }

  #isSteady(value: Value): boolean {
    if (this.#pending === null || !isDeepStrictEqual(this.#pending.value, value)) {
      this.#pending = { value, sinceMs: this.#clock.monotonicMs() };
    }
    return this.#clock.monotonicMs() - this.#pending.sinceMs >= STEADY_MS;
  }

  #publish(value: Value): Decision {
    this.#published = { value };
    this.#pending = null;
    return { publish: true, reviewInMs: null };
  }
}
