import { type BusEvent, systemTimestamp } from "../events/bus-event.ts";
import { metricKey } from "./keys.ts";

export const MetricType = { LATENCY: "latency", COUNTER: "counter", GAUGE: "gauge", HEALTH: "health" } as const;

export type MetricType = (typeof MetricType)[keyof typeof MetricType];

export interface MetricEventOptions {
  /** The component that measured, such as `ping_pong`. */
  readonly source: string;
  /** Which one of several, such as an interface id; empty when there is only one. */
  readonly sourceId?: string | undefined;
  readonly timestamp?: number | undefined;
}

// The fields are declared, not defined: to define and then assign them takes as long as all the rest of making an event.

/** What all measurements have in common; subscribe to it to get every kind. */
export abstract class MetricEvent implements BusEvent {
  abstract readonly type: `metric.${MetricType}`;
  declare readonly timestamp: number;
  declare readonly source: string;
  declare readonly sourceId: string;
  /** `source:sourceId:name`. */
  declare readonly fullKey: string;

  constructor({ source, sourceId = "", timestamp = systemTimestamp() }: MetricEventOptions, name: string) {
    this.timestamp = timestamp;
    this.source = source;
    this.sourceId = sourceId;
    this.fullKey = metricKey(source, sourceId, name);
  }

  get key(): string {
    return this.fullKey;
  }
}

export interface LatencyMetricEventOptions extends MetricEventOptions {
  readonly operation: string;
  readonly durationMs: number;
}

/** How long something took. */
export class LatencyMetricEvent extends MetricEvent {
  declare readonly type: "metric.latency";
  declare readonly operation: string;
  declare readonly durationMs: number;

  constructor(options: LatencyMetricEventOptions) {
    super(options, options.operation);
    this.type = "metric.latency";
    this.operation = options.operation;
    this.durationMs = options.durationMs;
  }
}

export interface CounterMetricEventOptions extends MetricEventOptions {
  readonly metricName: string;
  readonly increment?: number | undefined;
}

/** Something happened, `increment` times. */
export class CounterMetricEvent extends MetricEvent {
  declare readonly type: "metric.counter";
  declare readonly metricName: string;
  declare readonly increment: number;

  constructor(options: CounterMetricEventOptions) {
    super(options, options.metricName);
    this.type = "metric.counter";
    this.metricName = options.metricName;
    this.increment = options.increment ?? 1;
  }
}

export interface GaugeMetricEventOptions extends MetricEventOptions {
  readonly metricName: string;
  readonly value: number;
}

/** How much there is of something now. */
export class GaugeMetricEvent extends MetricEvent {
  declare readonly type: "metric.gauge";
  declare readonly metricName: string;
  declare readonly value: number;

  constructor(options: GaugeMetricEventOptions) {
    super(options, options.metricName);
    this.type = "metric.gauge";
    this.metricName = options.metricName;
    this.value = options.value;
  }
}

export interface HealthMetricEventOptions extends MetricEventOptions {
  readonly healthy: boolean;
  readonly reason?: string | null | undefined;
  /** 0..1; by default 1 for healthy and 0 for not. */
  readonly score?: number | undefined;
}

/** How a component fares. */
export class HealthMetricEvent extends MetricEvent {
  declare readonly type: "metric.health";
  declare readonly healthy: boolean;
  declare readonly reason: string | null;
  declare readonly score: number;

  constructor(options: HealthMetricEventOptions) {
    super(options, "health");
    this.type = "metric.health";
    this.healthy = options.healthy;
    this.reason = options.reason ?? null;
    this.score = options.score ?? (options.healthy ? 1 : 0);
  }
}
