import type { Clock } from "../base/clock.ts";
import type { HubMetricValue } from "./hub-sensor-sink.ts";
import { type Decision, type PublishingRule, scalarOf } from "./publishing-rules.ts";

const INTERVAL_MS = 15 * 60_000;

/** The time of the last event moves with each event: it is sent every 15 min at most, and at once when events resume after 15 min. */
export class LastEventRule implements PublishingRule {
  readonly #clock: Clock;
  #published: string | null | undefined;
  #publishedAtMs = 0;
  #seen: string | null = null;

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  decide(metric: HubMetricValue): Decision {
    const scalar = scalarOf(metric);
    const value = typeof scalar === "string" ? scalar : null;
    const resumed = value !== this.#seen && this.#hasPaused(value);
    this.#seen = value;
    if (value === this.#published) return { publish: false, reviewInMs: null };
    const waitMs = this.#publishedAtMs + INTERVAL_MS - this.#clock.monotonicMs();
    if (this.#published !== undefined && this.#published !== null && !resumed && waitMs > 0) return { publish: false, reviewInMs: waitMs };
    this.#published = value;
    this.#publishedAtMs = this.#clock.monotonicMs();
    return { publish: true, reviewInMs: null };
  }

  #hasPaused(value: string | null): boolean {
    if (value === null || this.#seen === null) return value !== null;
    return Date.parse(value) - Date.parse(this.#seen) >= INTERVAL_MS;
  }
}
