import type { Clock } from "../base/clock.ts";
import { EarliestTimer } from "../base/earliest-timer.ts";
import type { InterfaceDetails } from "../ccu/interface-details.ts";
import { INTERFACE_NAMES, type InterfaceName } from "../config.ts";
import type { EventBus } from "../events/event-bus.ts";
import { Hub } from "../hub/hub.ts";
import type { HubSensorSink } from "../hub/hub-sensor-sink.ts";
import type { KnownMetrics } from "../hub/known-metrics.ts";
import type { NamedReadings } from "../hub/readings.ts";
import type { MetricsObserver } from "../metrics/observer.ts";
import { describedSink } from "./described-sink.ts";
import { feedHub } from "./hub-feed.ts";

/** Who this CCU is to Home Assistant, and who we are to the CCU. */
export interface CentralIdentity {
  /** Id of this installation; part of the interface ids a CCU knows us by. */
  readonly instanceId: string;
  readonly callbackSecret: string;
  readonly nonce: string;
  /** The id under which the CCU was published before; `null` on the first run. */
  readonly deviceId: string | null;
  /** What the CCU and its interfaces had when they were published before; empty on the first run. */
  readonly knownMetrics: KnownMetrics;
  /** Settles the id for ever; the serial is `null` when the CCU did not tell one in time. */
  settle(serial: string | null): string;
  /** Keeps what the CCU and its interfaces have for the next start. */
  remember(metrics: KnownMetrics): void;
}

const SERIAL_WAIT_MS = 10_000;
/** Metrics of a device come one after the other; they are written down once. */
const MEMORY_DELAY_MS = 1_000;
const MODEL = "Homematic CCU";
/** What is over before anybody could look at it alarms nobody. */
const PERSISTENT_MS = 5_000;

/** Settles who a CCU is by what its interfaces tell, and then keeps the hub that stands for it. */
export class CcuIdentity implements Disposable {
  readonly #name: string;
  readonly #identity: CentralIdentity;
  readonly #interfaces: () => readonly NamedReadings[];
  readonly #isQuiet: () => boolean;
  readonly #isStopping: () => boolean;
  readonly #onSettled: () => void;
  readonly #sink: HubSensorSink;
  readonly #metrics: MetricsObserver;
  readonly #eventBus: EventBus;
  readonly #clock: Clock;
  readonly #memory: EarliestTimer;
  readonly #resources = new DisposableStack();
  /** What each interface told. */
  readonly #details = new Map<InterfaceName, InterfaceDetails>();
  #hub: Hub | undefined;

  constructor(parts: {
    /** What the user calls the CCU. */
    name: string;
    identity: CentralIdentity;
    interfaces: () => readonly NamedReadings[];
    isQuiet: () => boolean;
    /** Then it is too late to settle anything. */
    isStopping: () => boolean;
    /** There is a hub from now on. */
    onSettled: () => void;
    sink: HubSensorSink;
    metrics: MetricsObserver;
    eventBus: EventBus;
    clock: Clock;
  }) {
    this.#name = parts.name;
    this.#identity = parts.identity;
    this.#interfaces = parts.interfaces;
    this.#isQuiet = parts.isQuiet;
    this.#isStopping = parts.isStopping;
    this.#onSettled = parts.onSettled;
    this.#sink = parts.sink;
    this.#metrics = parts.metrics;
    this.#eventBus = parts.eventBus;
    this.#clock = parts.clock;
    this.#memory = new EarliestTimer({ clock: parts.clock, callback: () => this.#rememberMetrics() });
  }

  /** `undefined` until it is settled who this CCU is. */
  get hub(): Hub | undefined {
    return this.#hub;
  }

  /** Who is known from an earlier run is so at once; else it is waited for what the interfaces tell, for a while. */
  start(): void {
    const { deviceId } = this.#identity;
    if (deviceId !== null) this.#openHub(deviceId);
    else this.#resources.use(this.#clock.setTimer(() => this.#settle(), SERIAL_WAIT_MS));
  }

  described(name: InterfaceName, details: InterfaceDetails): void {
    this.#details.set(name, details);
    this.#hub?.describe({ name, model: null, firmware: details.version });
    if (this.#details.size === this.#interfaces().length) this.#settle();
    this.#hub?.describe({ model: MODEL, firmware: this.#firstDetail("version") });
  }

  [Symbol.dispose](): void {
    this.#memory[Symbol.dispose]();
    this.#rememberMetrics();
    this.#hub?.[Symbol.dispose]();
    this.#resources.dispose();
  }

  #settle(): void {
    if (this.#hub === undefined) this.#openHub(this.#identity.settle(this.#firstDetail("serial")));
  }

  /** The radio modules of a CCU have serials of their own; the order of the interfaces says which one counts. */
  #firstDetail(detail: "serial" | "version"): string | null {
    for (const name of INTERFACE_NAMES) {
      const known = this.#details.get(name)?.[detail];
      if (typeof known === "string") return known;
    }
    return null;
  }

  #openHub(id: string): void {
    if (this.#isStopping()) return;
    const hub = new Hub({
      device: { kind: "ccu", id, name: this.#name, model: MODEL, firmware: this.#firstDetail("version") },
      metrics: this.#metrics,
      interfaces: this.#interfaces,
      known: this.#identity.knownMetrics,
      isQuiet: this.#isQuiet,
      persistentMs: PERSISTENT_MS,
      sink: describedSink(this.#sink, () => this.#memory.arm(MEMORY_DELAY_MS)),
      clock: this.#clock,
    });
    this.#hub = hub;
    this.#resources.use(feedHub({ hub, metrics: this.#metrics, eventBus: this.#eventBus }));
    hub.start();
    this.#onSettled();
    for (const [name, { version }] of this.#details) hub.describe({ name, model: null, firmware: version });
  }

  #rememberMetrics(): void {
    if (this.#hub !== undefined) this.#identity.remember(this.#hub.knownMetrics);
  }
}
