import type { Clock } from "../base/clock.ts";
import { StateMachine, type TransitionTable } from "../base/state-machine.ts";

export type BreakerState = "closed" | "open" | "half_open";
type BreakerInput = "TRIP" | "PROBE" | "SUCCEED" | "FAIL";

const BREAKER_STATES: TransitionTable<BreakerState, BreakerInput> = {
  closed: { TRIP: "open" },
  open: { PROBE: "half_open", SUCCEED: "closed" },
  half_open: { SUCCEED: "closed", FAIL: "open" },
};

export type Admission = { readonly kind: "admitted" } | { readonly kind: "rejected"; readonly reason: string };

/**
 * Keeps ordinary calls away from an interface that is known to be down. It has no timer of its own: the recovery loop
 * alone decides when to probe, so that two back-offs never work against each other.
 */
export class CircuitBreaker {
  readonly #machine: StateMachine<BreakerState, BreakerInput>;
  readonly #failureThreshold: number;
  #failures = 0;

  constructor({
    clock,
    failureThreshold = 2,
    onChange = () => {},
  }: { clock: Clock; failureThreshold?: number; onChange?: (state: BreakerState) => void }) {
    this.#failureThreshold = failureThreshold;
    this.#machine = new StateMachine({ table: BREAKER_STATES, initial: "closed", clock, onTransition: ({ to }) => onChange(to) });
  }

  get state(): BreakerState {
    return this.#machine.state;
  }

  admit(): Admission {
    return this.#machine.state === "open" ? { kind: "rejected", reason: `the last ${this.#failures} calls failed` } : { kind: "admitted" };
  }

  /** Lets the next call through although the breaker is open. */
  probe(): void {
    this.#machine.move("PROBE");
  }

  succeeded(): void {
    this.#failures = 0;
    this.#machine.move("SUCCEED");
  }

  failed(reason: string): void {
    this.#failures += 1;
    if (this.#machine.state === "half_open") this.#machine.move("FAIL", reason);
    else if (this.#failures >= this.#failureThreshold) this.#machine.move("TRIP", reason);
  }
}
