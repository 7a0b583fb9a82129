import type { Clock } from "../base/clock.ts";
import { CcuReadings } from "./ccu-readings.ts";
import { DeviceSensors } from "./device-sensors.ts";
import { HmConnectionLatencySensor, HmLastEventAgeSensor, HmSystemHealthSensor, type HubMetricsReader } from "./hm-metrics-sensor.ts";
import { type HubTopic, sensorsOf } from "./hub-sensor.ts";
import type { HubCcu, HubMetricKey, HubSensorSink } from "./hub-sensor-sink.ts";
import type { KnownMetrics } from "./known-metrics.ts";
import type { InterfaceReadings, NamedReadings } from "./readings.ts";
import { CCU_SENSORS, INTERFACE_SENSORS } from "./sensor-tables.ts";
import { TroubleTeller } from "./trouble-teller.ts";

/** The hub sensors under their fixed names. */
export interface MetricsDpType {
  readonly systemHealth: HmSystemHealthSensor;
  readonly connectionLatency: HmConnectionLatencySensor;
  readonly lastEventAge: HmLastEventAgeSensor;
}

/** All that Home Assistant gets to know of one CCU: its device and those of its interfaces, what happens to them and what is to be done. */
export class Hub implements Disposable {
  readonly #ccuId: string;
  readonly #metrics: HubMetricsReader;
  readonly #interfaces: () => readonly NamedReadings[];
  readonly #known: KnownMetrics;
  readonly #persistentMs: number;
  readonly #sink: HubSensorSink;
  readonly #clock: Clock;
  readonly #sensors: MetricsDpType;
  readonly #ccu: DeviceSensors;
  readonly #devices = new Map<string, DeviceSensors>();
  readonly #teller: TroubleTeller;

  constructor(parts: {
    device: HubCcu;
    metrics: HubMetricsReader;
    /** The interfaces that are watched at present. */
    interfaces: () => readonly NamedReadings[];
    known?: KnownMetrics;
    /** Whether nobody is to be alarmed at present. */
    isQuiet?: () => boolean;
    /** An alarm goes out when its reason has lasted so long. */
    persistentMs?: number;
    sink: HubSensorSink;
    clock: Clock;
  }) {
    const { device, interfaces, isQuiet = () => false, persistentMs = 0, sink, clock } = parts;
    this.#ccuId = device.id;
    this.#metrics = parts.metrics;
    this.#interfaces = interfaces;
    this.#known = parts.known ?? new Map();
    this.#persistentMs = persistentMs;
    this.#sink = sink;
    this.#clock = clock;
    this.#sensors = this.createMetricsDps();
    const table = sensorsOf({ table: CCU_SENSORS, readings: new CcuReadings(interfaces, isQuiet), clock, persistentMs });
    const sensors = [...Object.values(this.#sensors), ...table];
    this.#ccu = new DeviceSensors({ device, sensors, known: this.#known.get(null) ?? [], sink, clock });
    this.#teller = new TroubleTeller({ ccuId: device.id, interfaces, isQuiet, persistentMs, sink, clock });
  }

  get device(): DeviceSensors["device"] {
    return this.#ccu.device;
  }

  get sensors(): MetricsDpType {
    return this.#sensors;
  }

  /** What each device has, to be remembered for the next start. */
  get knownMetrics(): KnownMetrics {
    return new Map<string | null, readonly HubMetricKey[]>([
      [null, this.#ccu.keys],
      ...[...this.#devices].map(([name, { keys }]) => [name, keys] as const),
    ]);
  }

  createMetricsDps(): MetricsDpType {
    const parts = { deviceId: this.#ccuId, metrics: this.#metrics, clock: this.#clock };
    return {
      systemHealth: new HmSystemHealthSensor(parts),
      connectionLatency: new HmConnectionLatencySensor(parts),
      lastEventAge: new HmLastEventAgeSensor(parts),
    };
  }

  /** Introduces the CCU, then its interfaces, with all their values. */
  start(): void {
    this.#ccu.start();
    for (const { name, readings } of this.#interfaces()) if (name !== null) this.add(name, readings);
    this.#teller.review();
  }

  /** Another interface is watched. */
  add(name: string, readings: InterfaceReadings): void {
    if (this.#devices.has(name)) return;
    const ccuId = this.#ccuId;
    const sensors = new DeviceSensors({
      device: { kind: "interface", id: `${ccuId}/${name}`, ccuId, name, model: null, firmware: null },
      sensors: sensorsOf({ table: INTERFACE_SENSORS, readings, clock: this.#clock, persistentMs: this.#persistentMs }),
      known: this.#known.get(name) ?? [],
      sink: this.#sink,
      clock: this.#clock,
    });
    this.#devices.set(name, sensors);
    sensors.start();
    this.#ccu.refresh();
  }

  /** The CCU has answered: from now on its interfaces stand for it. */
  discovered(): void {
    this.#teller.endAll(null);
  }

  /** The interface is no longer watched. */
  remove(name: string): void {
    this.#teller.forget(name);
    const device = this.#devices.get(name);
    if (device === undefined) return;
    this.#devices.delete(name);
    device[Symbol.dispose]();
    this.#sink.remove(device.device.id);
    this.#ccu.refresh();
  }

  /** What is known about the CCU, or with a name about one of its interfaces, has grown. */
  describe({ name = null, ...details }: { name?: string | null; model: string | null; firmware: string | null }): void {
    (name === null ? this.#ccu : this.#devices.get(name))?.describe(details);
  }

  /** Something the sensors are made of has changed; without a name at any interface. */
  changed(topic: HubTopic, name?: string): void {
    if (topic === "diagnosis") this.#teller.review();
    this.#ccu.refresh(topic);
    if (name === undefined) for (const device of this.#devices.values()) device.refresh(topic);
    else this.#devices.get(name)?.refresh(topic);
  }

  [Symbol.dispose](): void {
    for (const device of [this.#teller, this.#ccu, ...this.#devices.values()]) device[Symbol.dispose]();
  }
}
