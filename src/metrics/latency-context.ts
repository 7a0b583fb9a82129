import type { EventBus } from "../events/event-bus.ts";
import { emitLatency } from "./emitters.ts";

export interface LatencyContextOptions {
  readonly eventBus: EventBus;
  readonly source: string;
  readonly sourceId?: string | undefined;
  readonly operation: string;
}

/** `using _ = new LatencyContext({ ... })` emits how long the rest of the block took, also when it throws. */
export class LatencyContext implements Disposable {
  readonly #options: LatencyContextOptions;
  readonly #startedMs: number;
  #left = false;

  constructor(options: LatencyContextOptions) {
    this.#options = options;
    this.#startedMs = options.eventBus.clock.monotonicMs();
  }

  [Symbol.dispose](): void {
    if (this.#left) return;
    this.#left = true;
    emitLatency({ ...this.#options, durationMs: this.#options.eventBus.clock.monotonicMs() - this.#startedMs });
  }
}
