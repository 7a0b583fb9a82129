import type { Clock } from "../base/clock.ts";
import type { HubEvent } from "../hub/hub-sensor-sink.ts";

const LIMIT = 100;
const MAX_AGE_MS = 10 * 60_000;

/** Events that wait to be delivered, oldest first: the newest 100, none older than 10 min, so that an absent Home Assistant costs no memory. */
export class EventQueue {
  readonly #clock: Clock;
  readonly #waiting: { readonly event: HubEvent; readonly toldAtMs: number }[] = [];

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  get length(): number {
    return this.#waiting.length;
  }

  add(event: HubEvent): void {
    this.#waiting.push({ event, toldAtMs: this.#clock.monotonicMs() });
    if (this.#waiting.length > LIMIT) this.#waiting.shift();
  }

  /** Stays in the queue until `done`, so that an event whose delivery was cut off is sent again. */
  next(): HubEvent | undefined {
    const tooOldMs = this.#clock.monotonicMs() - MAX_AGE_MS;
    while (this.#waiting[0] !== undefined && this.#waiting[0].toldAtMs < tooOldMs) this.#waiting.shift();
    return this.#waiting[0]?.event;
  }

  done(event: HubEvent): void {
    if (this.#waiting[0]?.event === event) this.#waiting.shift();
  }
}
