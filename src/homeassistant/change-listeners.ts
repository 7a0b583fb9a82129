import { errorMessage } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { type Subscription, subscription } from "../base/subscription.ts";

/** Who wants to be told of a change; a listener that throws is logged and harms nobody else. */
export class ChangeListeners {
  readonly #listeners = new Set<{ readonly call: () => void }>();
  readonly #logger: Logger;

  constructor({ logger }: { logger: Logger }) {
    this.#logger = logger;
  }

  add(listener: () => void): Subscription {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return subscription(() => this.#listeners.delete(entry));
  }

  notify(): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener.call();
      } catch (error) {
        this.#logger.error(`a listener failed: ${errorMessage(error)}`);
      }
    }
  }
}
