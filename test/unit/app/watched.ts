import type { CentralUnit } from "../../../src/central/central-unit.ts";
import type { InterfaceName } from "../../../src/config.ts";
import type { PathName, PathState } from "../../../src/events/product-events.ts";
import type { HubDevice, HubEvent, HubMetricKey, HubMetricValue, HubMetricValues, HubProblem } from "../../../src/hub/hub-sensor-sink.ts";
import type { KnownMetrics } from "../../../src/hub/known-metrics.ts";
import type { SimulatedCcu, SimulatedFaults, SimulatedInterface } from "../../../src/simulator/index.ts";

/** One call of the sink. */
export interface Told {
  readonly device?: HubDevice;
  readonly id?: string;
  readonly values?: HubMetricValues;
  readonly removed?: string;
  readonly event?: HubEvent;
  readonly problems?: readonly HubProblem[];
  readonly remembered?: KnownMetrics;
}

/** One simulated CCU and what the product makes of it; the interface is HmIP-RF unless another one is named. */
export class Watched {
  readonly ccu: SimulatedCcu;
  readonly central: CentralUnit;
  /** What was handed to the sink, oldest first. */
  readonly told: readonly Told[];

  constructor({ ccu, central, told }: { ccu: SimulatedCcu; central: CentralUnit; told: readonly Told[] }) {
    this.ccu = ccu;
    this.central = central;
    this.told = told;
  }

  /** As the hub sensor shows it, in percent. */
  get health(): number | null {
    return this.central.hub?.sensors.systemHealth.value ?? null;
  }

  get latencyMs(): number | null {
    return this.central.hub?.sensors.connectionLatency.value ?? null;
  }

  get ageSeconds(): number | null {
    return this.central.hub?.sensors.lastEventAge.value ?? null;
  }

  /** How often the value of each entity changed, by device and metric: so many rows the recorder of Home Assistant writes. */
  rows(): ReadonlyMap<string, number> {
    const rows = new Map<string, number>();
    const shown = new Map<string, string>();
    for (const { device, id = device?.id, values = {} } of this.told) {
      for (const [key, value] of Object.entries(values)) {
        const entity = `${id} ${key}`;
        const text = JSON.stringify(value);
        if (shown.get(entity) !== text) rows.set(entity, (rows.get(entity) ?? 0) + 1);
        shown.set(entity, text);
      }
    }
    return rows;
  }

  /** What a metric of the CCU, or of one of its interfaces, shows. */
  shows(key: HubMetricKey, name?: InterfaceName): HubMetricValue | undefined {
    const wanted = name === undefined ? this.#ccuId : `${this.#ccuId}/${name}`;
    return this.told.findLast(({ device, id = device?.id, values }) => id === wanted && values !== undefined && key in values)?.values?.[
      key
    ];
  }

  /** All that a metric of the CCU has shown, oldest first. */
  rowsOf(key: HubMetricKey): readonly HubMetricValue[] {
    const shown = this.told.flatMap(({ device, id = device?.id, values }) =>
      id === this.#ccuId && values !== undefined ? (values[key] ?? []) : [],
    );
    return shown.filter((value, index) => value !== shown[index - 1]);
  }

  /** The code of the cause that the CCU, or an interface, shows. */
  cause(name?: InterfaceName): unknown {
    const value = this.shows("cause", name);
    return typeof value === "object" && value !== null ? value.value : value;
  }

  /** Types of the events so far. */
  get events(): readonly HubEvent[] {
    return this.told.flatMap(({ event }) => event ?? []);
  }

  /** What only the user can end, as told last. */
  get problems(): readonly HubProblem[] {
    return this.told.findLast(({ problems }) => problems !== undefined)?.problems ?? [];
  }

  get #ccuId(): string {
    return this.central.hub?.device.id ?? "";
  }

  simulated(name: InterfaceName = "HmIP-RF"): SimulatedInterface {
    return this.ccu.interface(name);
  }

  set(faults: Partial<SimulatedFaults>, name?: InterfaceName): Promise<void> {
    return this.simulated(name).set(faults);
  }

  state(name: InterfaceName = "HmIP-RF"): string {
    return this.central.links.find((link) => link.name === name)?.client.state ?? "missing";
  }

  paths(name: InterfaceName = "HmIP-RF"): Readonly<Record<PathName, PathState>> | null {
    const paths = this.central.healthTracker.health(name)?.paths;
    return paths === undefined ? null : { command: paths.command.state, event: paths.event.state, radio: paths.radio.state };
  }

  counter(metricName: string, name: InterfaceName = "HmIP-RF"): number {
    return this.central.metrics.snapshot().counters.get(`callback:${name}:${metricName}`) ?? 0;
  }

  deviceCount(name: InterfaceName = "HmIP-RF"): number {
    return this.central.links.find((link) => link.name === name)?.deviceCount ?? 0;
  }

  /** Calls that reached the CCU. */
  calls(methodName: string, name: InterfaceName = "HmIP-RF"): number {
    return this.simulated(name).calls.filter((call) => call.methodName === methodName).length;
  }

  /** How often the CCU was asked to send us events. */
  registrations(name: InterfaceName = "HmIP-RF"): number {
    return this.simulated(name).calls.filter(({ methodName, params }) => methodName === "init" && params[1] !== "").length;
  }

  /** A device says something. */
  report(value: number, name: InterfaceName = "HmIP-RF", device = "000A1BE98C2A41"): void {
    this.simulated(name).sendEvent({ address: `${device}:1`, parameter: "ACTUAL_TEMPERATURE", value });
  }

  /** Connected, and the events of every interface reach us. */
  get isWell(): boolean {
    const { links } = this.central;
    return (
      links.length > 0 &&
      links.every(({ name }) => this.state(name) === "connected" && this.paths(name)?.event === "ok") &&
      this.health === 100
    );
  }

  toString(): string {
    const interfaces = this.central.links.map(({ name }) => `${name} ${this.state(name)} ${JSON.stringify(this.paths(name))}`);
    return [`health ${this.health}`, ...interfaces, ...this.central.deductions].join("; ");
  }
}
