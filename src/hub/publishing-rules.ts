import { Budget } from "../base/budget.ts";
import type { Clock } from "../base/clock.ts";
import type { HubMetricValue, HubScalar } from "./hub-sensor-sink.ts";

/** What a rule decides for a new value: send it now, or look again after a while even if nothing changes. */
export interface Decision {
  readonly publish: boolean;
  /** `null`: only a change of the metric needs another look. */
  readonly reviewInMs: number | null;
}

/** Decides when a value is worth a row in Home Assistant's recorder. One instance a sensor. */
export interface PublishingRule {
  decide(value: HubMetricValue): Decision;
}

const MINUTE_MS = 60_000;
/** 240 rows a day in the long run. */
const CHANGES = { burst: 20, refillMs: 6 * MINUTE_MS } as const;

/** The value without what explains it. */
export function scalarOf(value: HubMetricValue): HubScalar {
  return typeof value === "object" && value !== null ? value.value : value;
}

export function numberOf(value: HubMetricValue): number | null {
  const scalar = scalarOf(value);
  return typeof scalar === "number" ? scalar : null;
}

interface SteppedRuleOptions {
  readonly clock: Clock;
  /** Smaller changes are not worth a row. */
  readonly isStep: (published: number, value: number) => boolean;
  readonly minIntervalMs: number;
  /** Changes that are told whatever was told shortly before. */
  readonly isUrgent?: (published: number, value: number) => boolean;
  /** Appearing and vanishing wait for the interval as well. */
  readonly dampsUnknown?: boolean;
  /** How soon a known value is looked at again although nothing was heard of it, since it may go by time alone. */
  readonly reviewMs?: number | null;
}

/**
 * For numbers that move all the time: only steps are sent, with an interval between them, and 20 at once or 240 a day at most; further
 * ones wait. The first value, and unless damped appearing and vanishing, are sent at once.
 */
class SteppedRule implements PublishingRule {
  readonly #clock: Clock;
  readonly #isStep: (published: number, value: number) => boolean;
  readonly #isUrgent: (published: number, value: number) => boolean;
  readonly #minIntervalMs: number;
  readonly #dampsUnknown: boolean;
  readonly #reviewMs: number | null;
  readonly #budget: Budget;
  #published: number | null | undefined;
  #publishedAtMs = 0;

  constructor({ clock, isStep, minIntervalMs, isUrgent = () => false, dampsUnknown = false, reviewMs = null }: SteppedRuleOptions) {
    this.#clock = clock;
    this.#isStep = isStep;
    this.#isUrgent = isUrgent;
    this.#minIntervalMs = minIntervalMs;
    this.#dampsUnknown = dampsUnknown;
    this.#reviewMs = reviewMs;
    this.#budget = new Budget({ clock, ...CHANGES });
  }

  decide(metric: HubMetricValue): Decision {
    const value = numberOf(metric);
    const reviewInMs = value === null ? null : this.#reviewMs;
    if (!this.#isWorthTelling(value)) return { publish: false, reviewInMs };
    const waitMs = this.#mustTellNow(value) ? 0 : this.#waitMs();
    if (waitMs > 0) return { publish: false, reviewInMs: waitMs };
    this.#published = value;
    this.#publishedAtMs = this.#clock.monotonicMs();
    return { publish: true, reviewInMs };
  }

  #isWorthTelling(value: number | null): boolean {
    const published = this.#published;
    if (typeof published !== "number" || value === null) return value !== published;
    return this.#isUrgent(published, value) || this.#isStep(published, value);
  }

  #mustTellNow(value: number | null): boolean {
    const published = this.#published;
    if (published === undefined) return true;
    if (published === null || value === null) return !this.#dampsUnknown;
    return this.#isUrgent(published, value);
  }

  #waitMs(): number {
    const intervalMs = this.#publishedAtMs + this.#minIntervalMs - this.#clock.monotonicMs();
    if (intervalMs > 0) return intervalMs;
    return this.#budget.spend() ? 0 : this.#budget.availableInMs();
  }
}

/** Only changes of 5 ms and 10 % are sent, every 5 min at most; appearing and vanishing at once. */
export function latencyRule({ clock }: { clock: Clock }): PublishingRule {
  return new SteppedRule({
    clock,
    isStep: (published, value) => Math.abs(value - published) >= Math.max(5, published * 0.1),
    minIntervalMs: 5 * MINUTE_MS,
    // The window empties without any new sample.
    reviewMs: MINUTE_MS,
  });
}

/** Only changes of one event a minute and 20 % are sent, every 5 min at most. */
export function rateRule({ clock }: { clock: Clock }): PublishingRule {
  return new SteppedRule({
    clock,
    isStep: (published, value) => Math.abs(value - published) >= Math.max(1, published * 0.2),
    minIntervalMs: 5 * MINUTE_MS,
    dampsUnknown: true,
    // It falls although nothing happens.
    reviewMs: 5 * MINUTE_MS,
  });
}

/** Levels of a radio module that OpenCCU warns of, those that people set automations at, and the end. */
const LEVEL_LIMITS: readonly number[] = [80, 90, 98];

/** Only changes of 2 points are sent, every 5 min at most; rising above 80, 90 or 98 % at once. */
export function levelRule({ clock }: { clock: Clock }): PublishingRule {
  return new SteppedRule({
    clock,
    isStep: (published, value) => Math.abs(value - published) >= 2 || LEVEL_LIMITS.some((limit) => published >= limit && value < limit),
    isUrgent: (published, value) => LEVEL_LIMITS.some((limit) => published < limit && value >= limit),
    minIntervalMs: 5 * MINUTE_MS,
    dampsUnknown: true,
  });
}
