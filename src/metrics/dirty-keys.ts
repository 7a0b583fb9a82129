import type { Logger } from "../base/logger.ts";
import { type Subscription, subscription } from "../base/subscription.ts";
import { FailureLog } from "../events/failure-log.ts";

export type DirtyListener = (keys: ReadonlySet<string>) => void;

/** Collects the keys that changed and tells the listeners of them together. */
export class DirtyKeys {
  readonly #failures: FailureLog;
  readonly #listeners = new Set<{ readonly listener: DirtyListener }>();
  #keys = new Set<string>();

  constructor(logger: Logger) {
    this.#failures = new FailureLog(logger);
  }

  listen(listener: DirtyListener): Subscription {
    const entry = { listener };
    this.#listeners.add(entry);
    return subscription(() => this.#listeners.delete(entry));
  }

  mark(key: string): void {
    if (this.#listeners.size > 0) this.#keys.add(key);
  }

  tell(): void {
    if (this.#keys.size === 0) return;
    const keys = this.#keys;
    this.#keys = new Set();
    for (const { listener } of [...this.#listeners]) {
      try {
        listener(keys);
      } catch (error) {
        this.#failures.report({ handler: listener, error });
      }
    }
  }
}
