import type { Clock } from "../base/clock.ts";
import {
  HmConnectionLatencySensor,
  HmLastEventAgeSensor,
  type HmMetricsSensor,
  HmSystemHealthSensor,
  type HubMetricsReader,
} from "./hm-metrics-sensor.ts";
import type { HubDevice, HubMetricKey, HubMetricValues, HubSensorSink } from "./hub-sensor-sink.ts";

/** The hub sensors under the names of the seed. */
export interface MetricsDpType {
  readonly systemHealth: HmSystemHealthSensor;
  readonly connectionLatency: HmConnectionLatencySensor;
  readonly lastEventAge: HmLastEventAgeSensor;
}

/** The hub sensors of one CCU: looks at them when told that something changed, and publishes what the rules let through. */
export class Hub {
  #device: HubDevice;
  readonly #metrics: HubMetricsReader;
  readonly #sink: HubSensorSink;
  readonly #clock: Clock;
  readonly #sensors: MetricsDpType;
  readonly #reviews = new Map<HmMetricsSensor, { readonly dueAtMs: number; readonly timer: Disposable }>();
  #closed = false;

  constructor({ device, metrics, sink, clock }: { device: HubDevice; metrics: HubMetricsReader; sink: HubSensorSink; clock: Clock }) {
    this.#device = device;
    this.#metrics = metrics;
    this.#sink = sink;
    this.#clock = clock;
    this.#sensors = this.createMetricsDps();
  }

  get device(): HubDevice {
    return this.#device;
  }

  get sensors(): MetricsDpType {
    return this.#sensors;
  }

  createMetricsDps(): MetricsDpType {
    const parts = { deviceId: this.#device.id, metrics: this.#metrics, clock: this.#clock };
    return {
      systemHealth: new HmSystemHealthSensor(parts),
      connectionLatency: new HmConnectionLatencySensor(parts),
      lastEventAge: new HmLastEventAgeSensor(parts),
    };
  }

  /** What is known about the CCU has grown. */
  describe(details: Pick<HubDevice, "model" | "firmware">): void {
    if (details.model === this.#device.model && details.firmware === this.#device.firmware) return;
    this.#device = { ...this.#device, ...details };
    this.start();
  }

  /** Introduces the CCU with all its values. */
  start(): void {
    const values: Partial<Record<HubMetricKey, number | null>> = {};
    for (const sensor of this.#all()) {
      values[sensor.metricKey] = sensor.value;
      this.#arm(sensor, sensor.rule.decide(sensor.value).reviewInMs);
    }
    this.#sink.describe(this.#device, values satisfies HubMetricValues);
  }

  /** Something the sensors are made of has changed. */
  refresh(): void {
    if (!this.#closed) this.#publishDue(this.#all());
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const { timer } of this.#reviews.values()) timer[Symbol.dispose]();
    this.#reviews.clear();
  }

  #all(): readonly HmMetricsSensor[] {
    return [this.#sensors.systemHealth, this.#sensors.connectionLatency, this.#sensors.lastEventAge];
  }

  #publishDue(sensors: readonly HmMetricsSensor[]): void {
    const changed: Partial<Record<HubMetricKey, number | null>> = {};
    for (const sensor of sensors) {
      const { value } = sensor;
      const { publish, reviewInMs } = sensor.rule.decide(value);
      if (publish) changed[sensor.metricKey] = value;
      this.#arm(sensor, reviewInMs);
    }
    if (Object.keys(changed).length > 0) this.#sink.publish(this.#device.id, changed);
  }

  /** A timer that fires too early only costs a look; so an armed one is replaced only by an earlier one. */
  #arm(sensor: HmMetricsSensor, reviewInMs: number | null): void {
    if (reviewInMs === null) return;
    const dueAtMs = this.#clock.monotonicMs() + reviewInMs;
    const armed = this.#reviews.get(sensor);
    if (armed !== undefined && armed.dueAtMs <= dueAtMs) return;
    armed?.timer[Symbol.dispose]();
    const timer = this.#clock.setTimer(() => {
      this.#reviews.delete(sensor);
      this.#publishDue([sensor]);
    }, reviewInMs);
    this.#reviews.set(sensor, { dueAtMs, timer });
  }
}
