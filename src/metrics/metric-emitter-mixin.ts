import type { EventBus } from "../events/event-bus.ts";
import { emitCounter, emitGauge, emitHealth, emitLatency } from "./emitters.ts";
import type {
  CounterMetricEventOptions,
  GaugeMetricEventOptions,
  HealthMetricEventOptions,
  LatencyMetricEventOptions,
  MetricEventOptions,
} from "./metric-events.ts";

export interface EventBusProvider {
  readonly eventBus: EventBus;
}

type Measurement<Options> = Omit<Options, keyof MetricEventOptions>;

/** What `MetricEmitterMixin` adds: a class says once who it is, and from then on only what it measured. */
export abstract class MetricEmitter {
  protected abstract readonly eventBusProvider: EventBusProvider;
  protected abstract readonly metricSource: string;
  declare protected readonly metricSourceId?: string;

  protected emitLatency(measurement: Measurement<LatencyMetricEventOptions>): void {
    emitLatency({ eventBus: this.eventBusProvider.eventBus, source: this.metricSource, sourceId: this.metricSourceId, ...measurement });
  }

  protected emitCounter(measurement: Measurement<CounterMetricEventOptions>): void {
    emitCounter({ eventBus: this.eventBusProvider.eventBus, source: this.metricSource, sourceId: this.metricSourceId, ...measurement });
  }

  protected emitGauge(measurement: Measurement<GaugeMetricEventOptions>): void {
    emitGauge({ eventBus: this.eventBusProvider.eventBus, source: this.metricSource, sourceId: this.metricSourceId, ...measurement });
  }

  protected emitHealth(measurement: Measurement<HealthMetricEventOptions>): void {
    emitHealth({ eventBus: this.eventBusProvider.eventBus, source: this.metricSource, sourceId: this.metricSourceId, ...measurement });
  }
}

type Constructor = abstract new (...args: never[]) => object;

type WithMetricEmitter<Base extends Constructor> = Omit<Base, "prototype"> &
  (abstract new (
    ...args: ConstructorParameters<Base>
  ) => InstanceType<Base> & MetricEmitter);

const { constructor: _, ...methods } = Object.getOwnPropertyDescriptors(MetricEmitter.prototype);

/** The class with protected `emit...` methods; it has to provide `eventBusProvider` and `metricSource`, and may provide `metricSourceId`. */
export function MetricEmitterMixin<Base extends Constructor>(Base: Base): WithMetricEmitter<Base>;
export function MetricEmitterMixin(Base: Constructor): Constructor {
  abstract class Emitter extends Base {}
  Object.defineProperties(Emitter.prototype, methods);
  return Emitter;
}
