import { createHash } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import type { HomematicError } from "../base/errors.ts";
import { type Logger, namedLogger } from "../base/logger.ts";
import type { RpcCaller } from "../ccu/guarded-caller.ts";
import type { InterfaceDetails } from "../ccu/interface-details.ts";
import { INTERFACE_KINDS } from "../ccu/interface-kinds.ts";
import { METRIC_NAMES } from "../ccu/metric-names.ts";
import { type CcuOptions, INTERFACE_NAMES, type InterfaceName } from "../config.ts";
import { EventBus } from "../events/event-bus.ts";
import { DeviceEvent } from "../events/product-events.ts";
import { Hub } from "../hub/hub.ts";
import type { HubSensorSink } from "../hub/hub-sensor-sink.ts";
import { MetricsObserver } from "../metrics/observer.ts";
import { HealthTracker } from "./health-tracker.ts";
import { InterfaceFinder } from "./interface-finder.ts";
import { type CallbackRegistry, InterfaceLink } from "./interface-link.ts";
import { Scheduler } from "./scheduler.ts";

/** Who this CCU is to Home Assistant, and who we are to the CCU. */
export interface CentralIdentity {
  /** Id of this installation; part of the interface ids a CCU knows us by. */
  readonly instanceId: string;
  readonly callbackSecret: string;
  readonly nonce: string;
  /** The id under which the CCU was published before; `null` on the first run. */
  readonly deviceId: string | null;
  /** Settles the id for ever; the serial is `null` when the CCU did not tell one in time. */
  settle(serial: string | null): string;
}

/** Makes the caller for one interface of the CCU. */
export type CallerFactory = (endpoint: { name: InterfaceName; port: number; path: string }) => RpcCaller;

/** Stands for the CCU as a whole while none of its interfaces has ever answered. */
const UNDISCOVERED = "CCU";
const SERIAL_WAIT_MS = 10_000;
const HEALTH_CHECK_MS = 5_000;
const MODEL = "Homematic CCU";

/** One CCU: owns its event bus, observer, interfaces, health and hub sensors. */
export class CentralUnit {
  readonly name: string;
  readonly host: string;
  readonly eventBus: EventBus;
  readonly metrics: MetricsObserver;
  readonly healthTracker: HealthTracker;
  readonly #options: CcuOptions;
  readonly #identity: CentralIdentity;
  readonly #callerFactory: CallerFactory;
  readonly #registry: CallbackRegistry;
  readonly #sink: HubSensorSink;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #links = new Map<InterfaceName, InterfaceLink>();
  readonly #resources = new AsyncDisposableStack();
  /** What each interface told; settles who this CCU is. */
  readonly #details = new Map<InterfaceName, InterfaceDetails>();
  #hub: Hub | undefined;
  #stopping: Promise<void> | undefined;
  #toldFailure = "";

  constructor(parts: {
    options: CcuOptions;
    identity: CentralIdentity;
    callerFactory: CallerFactory;
    registry: CallbackRegistry;
    sink: HubSensorSink;
    clock: Clock;
    logger: Logger;
  }) {
    this.name = parts.options.name;
    this.host = parts.options.host;
    this.#options = parts.options;
    this.#identity = parts.identity;
    this.#callerFactory = parts.callerFactory;
    this.#registry = parts.registry;
    this.#sink = parts.sink;
    this.#clock = parts.clock;
    this.#logger = namedLogger(parts.logger, parts.options.name);
    this.eventBus = new EventBus({ clock: parts.clock, logger: this.#logger });
    this.metrics = new MetricsObserver({ eventBus: this.eventBus, clock: parts.clock });
    this.healthTracker = new HealthTracker({ eventBus: this.eventBus, clock: parts.clock });
  }

  /** `undefined` until it is settled who this CCU is. */
  get hub(): Hub | undefined {
    return this.#hub;
  }

  get links(): readonly InterfaceLink[] {
    return [...this.#links.values()];
  }

  /** What lowers the health, each in one phrase with the interface it is about. */
  get deductions(): readonly string[] {
    return [UNDISCOVERED, ...this.#links.keys()].flatMap(
      (name) => this.healthTracker.health(name)?.deductions.map((text) => `${name} ${text}`) ?? [],
    );
  }

  /** Begins to work in the background; a CCU that is absent is normal and waited for. */
  start(signal: AbortSignal): void {
    signal.throwIfAborted();
    this.#resources.use(this.eventBus);
    this.#resources.defer(() => this.metrics.stop());
    const scheduler = this.#resources.use(new Scheduler({ clock: this.#clock, logger: this.#logger }));
    scheduler.add({ name: "health", intervalMs: HEALTH_CHECK_MS, run: () => this.healthTracker.updateHealth() });
    if (this.#identity.deviceId !== null) this.#openHub(this.#identity.deviceId);
    else this.#resources.use(this.#clock.setTimer(() => this.#settleIdentity(), SERIAL_WAIT_MS));
    this.#resources.defer(() => this.#hub?.[Symbol.dispose]());
    this.#resources.defer(() => this.#stopLinks());
    if (this.#options.interfaces.length > 0) {
      for (const { name, port } of this.#options.interfaces) this.#addLink(name, port ?? this.#defaultPort(name));
    } else {
      this.#findInterfaces();
    }
  }

  /** Takes back every registration and releases everything, each step whatever the others do. */
  stop(): Promise<void> {
    this.#stopping ??= this.#resources.disposeAsync();
    return this.#stopping;
  }

  async #stopLinks(): Promise<void> {
    const results = await Promise.allSettled(this.links.map((link) => link[Symbol.asyncDispose]()));
    for (const result of results) {
      if (result.status === "rejected") this.#logger.error({ err: result.reason }, "an interface could not be stopped cleanly");
    }
  }

  #findInterfaces(): void {
    const finder = this.#resources.use(
      new InterfaceFinder({
        callerFor: (name) => this.#callerFor(name, this.#defaultPort(name)),
        clock: this.#clock,
        onFound: (names) => this.#interfacesFound(names),
        onNothingFound: (failure) => this.#nothingFound(failure),
      }),
    );
    this.healthTracker.add(UNDISCOVERED, { radioSilenceLimitMs: null });
    finder.start();
  }

  #interfacesFound(names: readonly InterfaceName[]): void {
    if (this.#links.size === 0) {
      this.healthTracker.remove(UNDISCOVERED);
      this.metrics.retire({ pattern: `${METRIC_NAMES.health.source}:${UNDISCOVERED}` });
    }
    const added = names.filter((name) => !this.#links.has(name));
    if (added.length > 0) this.#logger.info(`found ${added.join(", ")}`);
    for (const name of added) this.#addLink(name, this.#defaultPort(name));
  }

  #nothingFound(failure: HomematicError): void {
    this.healthTracker.commandFailed(UNDISCOVERED, failure.message);
    if (failure.message === this.#toldFailure) return;
    this.#toldFailure = failure.message;
    this.#logger.warn(`no interface answers at ${this.host}, trying again: ${failure.message}`);
  }

  #addLink(name: InterfaceName, port: number): void {
    const { instanceId, callbackSecret, nonce } = this.#identity;
    const ccuKey = createHash("sha256").update(this.name).digest("hex").slice(0, 8);
    const link = new InterfaceLink({
      name,
      host: this.host,
      port,
      caller: this.#callerFor(name, port),
      registry: this.#registry,
      identity: { interfaceId: `vitals-${instanceId.slice(0, 8)}-${name}`, callbackPath: `/${callbackSecret}/${ccuKey}/${name}`, nonce },
      health: this.healthTracker,
      observer: this.metrics,
      eventBus: this.eventBus,
      logger: namedLogger(this.#logger, name),
      clock: this.#clock,
      onDescribed: (details) => this.#described(name, details),
    });
    this.#links.set(name, link);
    link.start();
  }

  #callerFor(name: InterfaceName, port: number): RpcCaller {
    return this.#callerFactory({ name, port, path: INTERFACE_KINDS[name].path });
  }

  #defaultPort(name: InterfaceName): number {
    return this.#options.tls ? INTERFACE_KINDS[name].tlsPort : INTERFACE_KINDS[name].port;
  }

  #described(name: InterfaceName, details: InterfaceDetails): void {
    this.#details.set(name, details);
    if (this.#details.size === this.#links.size) this.#settleIdentity();
    this.#hub?.describe({ model: MODEL, firmware: this.#firmware });
  }

  get #firmware(): string | null {
    return this.#firstDetail("version");
  }

  /** The radio modules of a CCU have serials of their own; the order of the interfaces says which one counts. */
  #settleIdentity(): void {
    if (this.#hub === undefined) this.#openHub(this.#identity.settle(this.#firstDetail("serial")));
  }

  #firstDetail(detail: keyof InterfaceDetails): string | null {
    for (const name of INTERFACE_NAMES) {
      const known = this.#details.get(name)?.[detail];
      if (typeof known === "string") return known;
    }
    return null;
  }

  #openHub(id: string): void {
    if (this.#hub !== undefined || this.#stopping !== undefined) return;
    const hub = new Hub({
      device: { kind: "ccu", id, name: this.name, model: MODEL, firmware: this.#firmware },
      metrics: this.metrics,
      sink: this.#sink,
      clock: this.#clock,
    });
    this.#hub = hub;
    this.#resources.use(this.metrics.onDirty(() => hub.refresh()));
    // A device event leaves no metric key behind, but it is what makes the age start anew.
    this.#resources.use(this.eventBus.subscribe({ eventType: DeviceEvent, eventKey: null, handler: () => hub.refresh(), priority: "LOW" }));
    hub.start();
  }
}
