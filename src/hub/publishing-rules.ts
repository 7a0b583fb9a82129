import type { Clock } from "../base/clock.ts";

/** What a rule decides for a new value: send it now, or look again after a while even if nothing changes. */
export interface Decision {
  readonly publish: boolean;
  /** `null`: only a change of the metric needs another look. */
  readonly reviewInMs: number | null;
}

/** Decides when a value is worth a row in Home Assistant's recorder. One instance a sensor. */
export interface PublishingRule {
  decide(value: number | null): Decision;
}

const MINUTE_MS = 60_000;
const LATENCY_MIN_INTERVAL_MS = MINUTE_MS;
const LATENCY_DEAD_BAND_MS = 5;
const LATENCY_DEAD_BAND_SHARE = 0.1;

/** Every change is sent at once. */
export class ImmediateRule implements PublishingRule {
  #published: number | null | undefined;

  decide(value: number | null): Decision {
    if (value === this.#published) return { publish: false, reviewInMs: null };
    this.#published = value;
    return { publish: true, reviewInMs: null };
  }
}

/** Only changes of 5 ms and 10 % are sent, once a minute at most; appearing and vanishing at once. */
export class LatencyRule implements PublishingRule {
  readonly #clock: Clock;
  #published: number | null | undefined;
  #publishedAtMs = 0;

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  decide(value: number | null): Decision {
    const nowMs = this.#clock.monotonicMs();
    // The window empties without any new sample, so a known value is looked at again by time.
    const reviewInMs = value === null ? null : LATENCY_MIN_INTERVAL_MS;
    if (!this.#worthTelling(value)) return { publish: false, reviewInMs };
    const waitMs = this.#publishedAtMs + LATENCY_MIN_INTERVAL_MS - nowMs;
    if (typeof this.#published === "number" && value !== null && waitMs > 0) return { publish: false, reviewInMs: waitMs };
    this.#published = value;
    this.#publishedAtMs = nowMs;
    return { publish: true, reviewInMs };
  }

  #worthTelling(value: number | null): boolean {
    const published = this.#published;
    if (published === undefined || published === null || value === null) return value !== published;
    return Math.abs(value - published) >= Math.max(LATENCY_DEAD_BAND_MS, published * LATENCY_DEAD_BAND_SHARE);
  }
}
