import type { Clock } from "../base/clock.ts";
import { EarliestTimer } from "../base/earliest-timer.ts";
import type { HubSensor, HubTopic } from "./hub-sensor.ts";
import type { HubDevice, HubMetricKey, HubMetricValue, HubSensorSink } from "./hub-sensor-sink.ts";

/** The sensors of one device: looks at them when told that something changed, and publishes what the rules let through. */
export class DeviceSensors implements Disposable {
  readonly #sensors: readonly HubSensor[];
  readonly #byTopic: ReadonlyMap<HubTopic, readonly HubSensor[]>;
  readonly #known: ReadonlySet<HubMetricKey>;
  readonly #sink: HubSensorSink;
  readonly #review: EarliestTimer;
  /** What the sink was told last: while a rule damps, not the present value. */
  readonly #shown = new Map<HubMetricKey, HubMetricValue>();
  #device: HubDevice;
  #described = false;
  #closed = false;

  constructor({
    device,
    sensors,
    known = [],
    sink,
    clock,
  }: {
    device: HubDevice;
    sensors: readonly HubSensor[];
    /** Metrics that the device had before the program started; they are there from the beginning, with or without a value. */
    known?: Iterable<HubMetricKey>;
    sink: HubSensorSink;
    clock: Clock;
  }) {
    this.#device = device;
    this.#sensors = sensors;
    this.#byTopic = byTopic(sensors);
    this.#known = new Set(known);
    this.#sink = sink;
    this.#review = new EarliestTimer({ clock, callback: () => this.refresh() });
  }

  get device(): HubDevice {
    return this.#device;
  }

  /** The metrics that the device has. */
  get keys(): readonly HubMetricKey[] {
    return [...this.#shown.keys()];
  }

  /** Introduces the device with all its values. */
  start(): void {
    this.#look(this.#sensors);
    this.#tellDevice();
  }

  /** What is known about the device has grown. */
  describe({ model, firmware }: Pick<HubDevice, "model" | "firmware">): void {
    if (model === this.#device.model && firmware === this.#device.firmware) return;
    this.#device = { ...this.#device, model, firmware };
    if (this.#described) this.#tellDevice();
  }

  /** Something the sensors are made of has changed; without a topic anything may have. */
  refresh(topic?: HubTopic): void {
    if (this.#closed || !this.#described) return;
    const { changed, appeared } = this.#look(topic === undefined ? this.#sensors : (this.#byTopic.get(topic) ?? []));
    if (appeared) this.#tellDevice();
    else if (changed.size > 0) this.#sink.publish(this.#device.id, Object.fromEntries(changed));
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#review[Symbol.dispose]();
  }

  #look(sensors: readonly HubSensor[]): { changed: ReadonlyMap<HubMetricKey, HubMetricValue>; appeared: boolean } {
    const changed = new Map<HubMetricKey, HubMetricValue>();
    let appeared = false;
    for (const { metricKey, rule, value: read } of sensors) {
      // What a device once had it keeps, lest its entity comes and goes.
      const value = read === undefined && (this.#known.has(metricKey) || this.#shown.has(metricKey)) ? null : read;
      if (value === undefined) continue;
      const { publish, reviewInMs } = rule.decide(value);
      this.#review.arm(reviewInMs);
      if (!publish) continue;
      appeared ||= !this.#shown.has(metricKey);
      this.#shown.set(metricKey, value);
      changed.set(metricKey, value);
    }
    return { changed, appeared };
  }

  #tellDevice(): void {
    this.#described = true;
    this.#sink.describe(this.#device, Object.fromEntries(this.#shown));
  }
}

function byTopic(sensors: readonly HubSensor[]): ReadonlyMap<HubTopic, readonly HubSensor[]> {
  const groups = new Map<HubTopic, HubSensor[]>();
  for (const sensor of sensors) for (const topic of sensor.topics) groups.set(topic, [...(groups.get(topic) ?? []), sensor]);
  return groups;
}
