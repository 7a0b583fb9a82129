import type { EventBus } from "../events/event-bus.ts";
import {
  CounterMetricEvent,
  type CounterMetricEventOptions,
  GaugeMetricEvent,
  type GaugeMetricEventOptions,
  HealthMetricEvent,
  type HealthMetricEventOptions,
  LatencyMetricEvent,
  type LatencyMetricEventOptions,
} from "./metric-events.ts";

/** A measurement and the bus it goes to, which also knows the time. */
export type Emission<Options> = Omit<Options, "timestamp"> & { readonly eventBus: EventBus };

export function emitLatency({ eventBus, source, sourceId, operation, durationMs }: Emission<LatencyMetricEventOptions>): void {
  eventBus.publishSync(new LatencyMetricEvent({ source, sourceId, operation, durationMs, timestamp: eventBus.timestamp() }));
}

export function emitCounter({ eventBus, source, sourceId, metricName, increment }: Emission<CounterMetricEventOptions>): void {
  eventBus.publishSync(new CounterMetricEvent({ source, sourceId, metricName, increment, timestamp: eventBus.timestamp() }));
}

export function emitGauge({ eventBus, source, sourceId, metricName, value }: Emission<GaugeMetricEventOptions>): void {
  eventBus.publishSync(new GaugeMetricEvent({ source, sourceId, metricName, value, timestamp: eventBus.timestamp() }));
}

export function emitHealth({ eventBus, source, sourceId, healthy, reason, score }: Emission<HealthMetricEventOptions>): void {
  eventBus.publishSync(new HealthMetricEvent({ source, sourceId, healthy, reason, score, timestamp: eventBus.timestamp() }));
}
