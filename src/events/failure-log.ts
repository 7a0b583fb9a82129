import { errorMessage } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";

const MESSAGES_PER_HANDLER = 100;

/** Logs what handlers throw, once per handler and message: a handler that always fails must not fill the log. */
export class FailureLog {
  readonly #logger: Logger;
  readonly #logged = new WeakMap<object, Set<string>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  report({ handler, error }: { handler: { readonly name: string }; error: unknown }): void {
    const message = errorMessage(error);
    const logged = this.#messagesOf(handler);
    if (logged.has(message) || logged.size >= MESSAGES_PER_HANDLER) return;
    logged.add(message);
    this.#logger.error({ err: error }, `The handler ${handler.name || "(anonymous)"} failed: ${message}`);
  }

  #messagesOf(handler: object): Set<string> {
    const known = this.#logged.get(handler);
    if (known !== undefined) return known;
    const messages = new Set<string>();
    this.#logged.set(handler, messages);
    return messages;
  }
}
