import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../base/clock.ts";
import type { HubCcu, HubDevice, HubEvent, HubInterface, HubMetricValues, HubProblem, HubSensorSink } from "../hub/hub-sensor-sink.ts";
import { EventQueue } from "./event-queue.ts";
import { Latch } from "./latch.ts";

export interface Known<Device extends HubDevice> {
  readonly device: Device;
  /** The latest value of each metric that the device has. */
  readonly values: HubMetricValues;
}

export type KnownDevice = Known<HubDevice>;

/** A CCU with its interfaces. */
export interface KnownCcu extends Known<HubCcu> {
  readonly interfaces: readonly Known<HubInterface>[];
}

/**
 * What Home Assistant should know, and what of it is still to be sent. Of each entity only the latest value is kept, so that
 * it does not grow while Home Assistant is slow or absent.
 */
export class KnownState implements HubSensorSink {
  /** Set while something is unsent. */
  readonly changed: Latch;
  readonly #events: EventQueue;
  readonly #ccus = new Map<string, Known<HubCcu>>();
  readonly #interfaces = new Map<string, Known<HubInterface>>();
  readonly #problems = new Map<string, readonly HubProblem[]>();
  readonly #unsent = new Map<string, HubMetricValues>();
  /** The devices of the topology that was taken last. */
  #stated: ReadonlySet<string> = new Set();
  #topologyChanged = false;
  #problemsChanged = false;

  constructor({ clock }: { clock: Clock }) {
    this.changed = new Latch({ clock });
    this.#events = new EventQueue({ clock });
  }

  /** The devices themselves or their sets of metrics changed, so that only the whole can be sent. */
  get topologyChanged(): boolean {
    return this.#topologyChanged;
  }

  get problemsChanged(): boolean {
    return this.#problemsChanged;
  }

  describe(device: HubDevice, values: HubMetricValues): void {
    const before = this.device(device.id);
    const isSame =
      before !== undefined && isDeepStrictEqual(before.device, device) && isDeepStrictEqual(keysOf(before.values), keysOf(values));
    this.#set(device, { ...values });
    if (isSame) this.#changeValues(device.id, values);
    else this.#changeTopology();
  }

  /** Values of a device that was never described or is gone are dropped. */
  publish(deviceId: string, values: HubMetricValues): void {
    const known = this.device(deviceId);
    if (known === undefined) return;
    this.#set(known.device, { ...known.values, ...values });
    // A metric that the device did not name before makes a new entity.
    if (keysOf(values).some((key) => !(key in known.values))) this.#changeTopology();
    else this.#changeValues(deviceId, values);
  }

  remove(deviceId: string): void {
    const gone = [deviceId, ...this.#interfacesOf(deviceId).map(({ device }) => device.id)];
    for (const id of gone) {
      this.#unsent.delete(id);
      const wasCcu = this.#ccus.delete(id);
      const wasInterface = this.#interfaces.delete(id);
      if (wasCcu || wasInterface) this.#changeTopology();
    }
    if (this.#problems.delete(deviceId)) this.#problemsChanged = true;
  }

  tell(event: HubEvent): void {
    this.#events.add(event);
    this.changed.set();
  }

  problems(ccuId: string, problems: readonly HubProblem[]): void {
    if (isDeepStrictEqual(this.#problems.get(ccuId) ?? [], problems)) return;
    if (problems.length === 0) this.#problems.delete(ccuId);
    else this.#problems.set(ccuId, problems);
    this.#problemsChanged = true;
    this.changed.set();
  }

  /** Everything about all devices; none of it is unsent afterwards. An interface is left out until its CCU is known. */
  takeTopology(): readonly KnownCcu[] {
    const ccus = [...this.#ccus.values()].map((ccu) => ({ ...ccu, interfaces: this.#interfacesOf(ccu.device.id) }));
    // Told before their CCU was stated, its problems could not be sent.
    if (ccus.some(({ device: { id } }) => !this.#stated.has(id) && this.#problems.has(id))) this.#problemsChanged = true;
    this.#stated = new Set(ccus.flatMap(({ device, interfaces }) => [device.id, ...interfaces.map((known) => known.device.id)]));
    this.#unsent.clear();
    this.#topologyChanged = false;
    this.#settle();
    return ccus;
  }

  /** The values that changed since they were taken last, by device; devices that are not stated yet are left out. */
  takeChanges(): Readonly<Record<string, HubMetricValues>> {
    const changes = Object.fromEntries([...this.#unsent].filter(([id]) => this.#stated.has(id)));
    this.#unsent.clear();
    this.#settle();
    return changes;
  }

  /** The troubles of all CCUs that are stated. */
  takeProblems(): readonly (HubProblem & { readonly ccuId: string })[] {
    this.#problemsChanged = false;
    this.#settle();
    return [...this.#problems]
      .filter(([ccuId]) => this.#stated.has(ccuId))
      .flatMap(([ccuId, problems]) => problems.map((problem) => ({ ...problem, ccuId })));
  }

  /** The next event to deliver; it stays until `eventDone`. */
  nextEvent(): HubEvent | undefined {
    const event = this.#events.next();
    this.#settle();
    return event;
  }

  eventDone(event: HubEvent): void {
    this.#events.done(event);
    this.#settle();
  }

  get deviceIds(): readonly string[] {
    return [...this.#ccus.keys(), ...this.#interfaces.keys()];
  }

  device(id: string): KnownDevice | undefined {
    return this.#ccus.get(id) ?? this.#interfaces.get(id);
  }

  #interfacesOf(ccuId: string): readonly Known<HubInterface>[] {
    return [...this.#interfaces.values()].filter(({ device }) => device.ccuId === ccuId);
  }

  #set(device: HubDevice, values: HubMetricValues): void {
    if (device.kind === "ccu") this.#ccus.set(device.id, { device, values });
    else this.#interfaces.set(device.id, { device, values });
  }

  #changeTopology(): void {
    this.#topologyChanged = true;
    this.changed.set();
  }

  #changeValues(id: string, values: HubMetricValues): void {
    this.#unsent.set(id, { ...this.#unsent.get(id), ...values });
    this.changed.set();
  }

  /** The latch goes out with the last thing that is unsent. */
  #settle(): void {
    const isSettled = !this.#topologyChanged && !this.#problemsChanged && this.#unsent.size === 0 && this.#events.length === 0;
    if (isSettled) this.changed.clear();
  }
}

function keysOf(values: HubMetricValues): readonly string[] {
  return Object.keys(values).sort();
}
