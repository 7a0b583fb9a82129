import { Effort } from "./statistics.ts";
import type { Subscriber } from "./subscriber.ts";

/** A subscriber as one event type sees it: with what it has cost so far. */
export class Target {
  readonly subscriber: Subscriber;
  readonly effort: Effort = new Effort();
  readonly #effortOfType: Effort;
  /** How many of the last calls in a row were quick. */
  quickCalls = 0;

  constructor(subscriber: Subscriber, effortOfType: Effort) {
    this.subscriber = subscriber;
    this.#effortOfType = effortOfType;
  }

  executed(calls: number, elapsedMs: number): void {
    this.effort.add(calls, elapsedMs);
    this.#effortOfType.add(calls, elapsedMs);
  }

  failed(): void {
    this.effort.errors += 1;
    this.#effortOfType.errors += 1;
  }
}
