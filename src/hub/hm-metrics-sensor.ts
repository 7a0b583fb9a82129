import type { Clock } from "../base/clock.ts";
import { AgeRule } from "./age-rule.ts";
import { FlapRule } from "./flap-rule.ts";
import type { HubSensor, HubTopic } from "./hub-sensor.ts";
import type { HubMetricValue } from "./hub-sensor-sink.ts";
import { latencyRule, numberOf, type PublishingRule } from "./publishing-rules.ts";

/** What the hub sensors read of the observer. */
export interface HubMetricsReader {
  getOverallHealthScore(): number | null;
  getAggregatedLatency(query: { pattern: string }): { readonly recent: { readonly avgMs: number | null } } | null;
  getLastEventAgeSeconds(): number | null;
}

/** A hub sensor: a value read from the observer, and the rule that says when it is worth publishing. */
export abstract class HmMetricsSensor implements HubSensor {
  abstract readonly metricKey: "system_health" | "connection_latency" | "last_event_age";
  abstract readonly topics: readonly HubTopic[];
  abstract readonly translationKey: string;
  abstract readonly unit: string;
  abstract readonly rule: PublishingRule;
  readonly #deviceId: string;
  protected readonly metrics: HubMetricsReader;

  constructor({ deviceId, metrics }: { deviceId: string; metrics: HubMetricsReader }) {
    this.#deviceId = deviceId;
    this.metrics = metrics;
  }

  get uniqueId(): string {
    return `${this.#deviceId}_hub_${this.translationKey}`;
  }

  /** `null` where nothing is known. */
  abstract get value(): number | null;
}

interface SensorParts {
  readonly deviceId: string;
  readonly metrics: HubMetricsReader;
  readonly clock: Clock;
}

/** Mean of the interfaces' health scores in percent. */
export class HmSystemHealthSensor extends HmMetricsSensor {
  override readonly metricKey = "system_health";
  override readonly translationKey = "system-health";
  override readonly topics = ["health"] as const;
  override readonly unit = "%";
  override readonly rule: PublishingRule;

  constructor({ clock, ...parts }: SensorParts) {
    super(parts);
    this.rule = new FlapRule<HubMetricValue>({ clock, badness: (value) => 100 - (numberOf(value) ?? 100) });
  }

  get value(): number | null {
    const score = this.metrics.getOverallHealthScore();
    return score === null ? null : roundToTenth(score * 100);
  }
}

/** Average round trip from ping to PONG over the last minutes. */
export class HmConnectionLatencySensor extends HmMetricsSensor {
  override readonly metricKey = "connection_latency";
  override readonly translationKey = "connection-latency";
  override readonly topics = ["latency"] as const;
  override readonly unit = "ms";
  override readonly rule: PublishingRule;

  constructor({ clock, ...parts }: SensorParts) {
    super(parts);
    this.rule = latencyRule({ clock });
  }

  get value(): number | null {
    const average = this.metrics.getAggregatedLatency({ pattern: "ping_pong" })?.recent.avgMs ?? null;
    return average === null ? null : roundToTenth(average);
  }
}

/** Seconds since any device of the CCU reported. */
export class HmLastEventAgeSensor extends HmMetricsSensor {
  override readonly metricKey = "last_event_age";
  override readonly translationKey = "last-event-age";
  override readonly topics = ["event"] as const;
  override readonly unit = "s";
  override readonly rule: PublishingRule;

  constructor({ clock, ...parts }: SensorParts) {
    super(parts);
    this.rule = new AgeRule({ clock });
  }

  get value(): number | null {
    const age = this.metrics.getLastEventAgeSeconds();
    return age === null ? null : roundToTenth(age);
  }
}

function roundToTenth(value: number): number {
  return Math.round(value * 10) / 10;
}
