import type { Clock } from "../base/clock.ts";

/** An event path that failed for less than this cannot have swallowed more than a few reports. */
const BRIDGED_MS = 60_000;

/** Since when what devices report reaches us; short failures of the event path are bridged. */
export class HearingTime {
  readonly #clock: Clock;
  #sinceMs: number | null = null;
  #lostAtMs: number | null = null;

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  /** Monotonic; null while what devices report may not reach us. */
  get sinceMs(): number | null {
    return this.#lostAtMs === null ? this.#sinceMs : null;
  }

  eventsArrive(): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#lostAtMs !== null && nowMs - this.#lostAtMs >= BRIDGED_MS) this.#sinceMs = null;
    this.#sinceMs ??= nowMs;
    this.#lostAtMs = null;
  }

  eventsLost(): void {
    this.#lostAtMs ??= this.#clock.monotonicMs();
  }
}
