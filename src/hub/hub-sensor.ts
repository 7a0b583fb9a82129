import type { Clock } from "../base/clock.ts";
import type { HubMetricKey, HubMetricValue } from "./hub-sensor-sink.ts";
import type { PublishingRule } from "./publishing-rules.ts";

/** A part of the signals of an interface that changes by itself. */
export type SignalTopic = "levels" | "services";

/** What can change; a sensor names what it is made of. "signals" are all that an interface tells beside its connection. */
export type HubTopic = "latency" | "health" | "event" | "diagnosis" | "signals" | SignalTopic;

/** A value of a device, and the rule that says when it is worth publishing. */
export interface HubSensor {
  readonly metricKey: HubMetricKey;
  readonly topics: readonly HubTopic[];
  readonly rule: PublishingRule;
  /** `null` where nothing is known, `undefined` where the device has no such thing. */
  readonly value: HubMetricValue | undefined;
}

/** What rules are made of. */
export interface RuleParts {
  readonly clock: Clock;
  /** An alarm goes out when its reason has lasted so long. */
  readonly persistentMs: number;
}

/** A sensor as a row of a table. */
export interface SensorRow<Readings> {
  readonly key: HubMetricKey;
  readonly topics: readonly HubTopic[];
  readonly read: (readings: Readings) => HubMetricValue | undefined;
  readonly rule: (parts: RuleParts) => PublishingRule;
}

/** The sensors of one device. */
export function sensorsOf<Readings>({
  table,
  readings,
  ...parts
}: RuleParts & {
  table: readonly SensorRow<Readings>[];
  readings: Readings;
}): readonly HubSensor[] {
  return table.map(({ key, topics, read, rule }) => ({
    metricKey: key,
    topics,
    rule: rule(parts),
    get value() {
      return read(readings);
    },
  }));
}
