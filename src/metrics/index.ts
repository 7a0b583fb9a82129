export type { Clock } from "../base/clock.ts";
export type { Subscription } from "../base/subscription.ts";
export type { DirtyListener } from "./dirty-keys.ts";
export type { DurationHistogram } from "./duration-buckets.ts";
export { type Emission, emitCounter, emitGauge, emitHealth, emitLatency } from "./emitters.ts";
export type { HealthState } from "./health-state.ts";
export { LatencyContext, type LatencyContextOptions } from "./latency-context.ts";
export { LatencyTracker, type RecentLatency } from "./latency-tracker.ts";
export { type EventBusProvider, type MetricEmitter, MetricEmitterMixin } from "./metric-emitter-mixin.ts";
export {
  CounterMetricEvent,
  type CounterMetricEventOptions,
  GaugeMetricEvent,
  type GaugeMetricEventOptions,
  HealthMetricEvent,
  type HealthMetricEventOptions,
  LatencyMetricEvent,
  type LatencyMetricEventOptions,
  MetricEvent,
  MetricType,
} from "./metric-events.ts";
export { MAX_METRIC_KEYS, MetricsObserver, type MetricsObserverOptions } from "./observer.ts";
export { ObserverSnapshot } from "./snapshot.ts";
