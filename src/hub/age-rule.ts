import { Budget } from "../base/budget.ts";
import type { Clock } from "../base/clock.ts";
import type { HubMetricValue } from "./hub-sensor-sink.ts";
import { type Decision, numberOf, type PublishingRule } from "./publishing-rules.ts";

const MINUTE_S = 60;
const HOUR_S = 3_600;
/** Ages at which automations are usually set; crossing one is told within the same second. */
const THRESHOLDS_S: readonly number[] = [1, 2, 5, 10, 15, 30]
  .map((minutes) => minutes * MINUTE_S)
  .concat([1, 2, 6, 12, 24].map((hours) => hours * HOUR_S));
const KEEP_FRESH_MS = 15 * 60_000;
/** Crossings from here on are rare by nature and are always told. */
const ALWAYS_FROM_LEVEL = THRESHOLDS_S.indexOf(15 * MINUTE_S) + 1;
const BURST = 20;
const REFILL_MS = 20 * 60_000;

/**
 * An age must not tick. It is sent when it crosses a threshold, when events resume, and otherwise every 15 min at most.
 * A quiet home crosses the first minutes again and again: those crossings have a budget (20 at once, then one every
 * 20 min), so that the recorder never gets more than 300 rows a day.
 */
export class AgeRule implements PublishingRule {
  readonly #clock: Clock;
  readonly #budget: Budget;
  #level: number | undefined;
  #publishedAtMs = 0;
  #known = false;

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
    this.#budget = new Budget({ clock, burst: BURST, refillMs: REFILL_MS });
  }

  decide(metric: HubMetricValue): Decision {
    const value = numberOf(metric);
    const nowMs = this.#clock.monotonicMs();
    if (value === null) {
      const publish = this.#known || this.#level === undefined;
      this.#known = false;
      this.#level = 0;
      return { publish, reviewInMs: null };
    }
    const level = THRESHOLDS_S.filter((threshold) => value >= threshold).length;
    const publish = !this.#known || this.#due(level, nowMs);
    this.#known = true;
    if (publish) {
      this.#level = level;
      this.#publishedAtMs = nowMs;
    }
    return { publish, reviewInMs: this.#reviewInMs(value, level, nowMs) };
  }

  #due(level: number, nowMs: number): boolean {
    const before = this.#level ?? 0;
    if (level === before) return nowMs - this.#publishedAtMs >= KEEP_FRESH_MS;
    if (Math.max(level, before) >= ALWAYS_FROM_LEVEL) return true;
    return this.#budget.spend() || nowMs - this.#publishedAtMs >= KEEP_FRESH_MS;
  }

  #reviewInMs(value: number, level: number, nowMs: number): number {
    const freshInMs = Math.max(0, this.#publishedAtMs + KEEP_FRESH_MS - nowMs);
    const next = THRESHOLDS_S[level];
    const crossesInMs = next === undefined ? Number.POSITIVE_INFINITY : Math.max(0, (next - value) * 1_000);
    // Values are rounded, so a look that is due at this very moment waits for the next tenth of a second.
    return Math.max(100, Math.min(freshInMs, crossesInMs));
  }
}
