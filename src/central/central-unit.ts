import { createHash } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { type Logger, namedLogger } from "../base/logger.ts";
import type { RpcCaller } from "../ccu/guarded-caller.ts";
import type { InterfaceDetails } from "../ccu/interface-details.ts";
import { INTERFACE_KINDS } from "../ccu/interface-kinds.ts";
import { METRIC_NAMES } from "../ccu/metric-names.ts";
import { type CcuOptions, INTERFACE_NAMES, type InterfaceName } from "../config.ts";
import { EventBus } from "../events/event-bus.ts";
import { CcuChangedEvent, PathChangedEvent } from "../events/product-events.ts";
import { CcuReadings } from "../hub/ccu-readings.ts";
import type { Hub } from "../hub/hub.ts";
import type { SignalTopic } from "../hub/hub-sensor.ts";
import type { HubSensorSink } from "../hub/hub-sensor-sink.ts";
import { MetricsObserver } from "../metrics/observer.ts";
import { AwaitedInterfaces } from "./awaited-interfaces.ts";
import { CcuIdentity, type CentralIdentity } from "./ccu-identity.ts";
import { HealthTracker } from "./health-tracker.ts";
import { InterfaceLink } from "./interface-link.ts";
import { InterfaceSearch, type SearchState } from "./interface-search.ts";
import type { CallbackRegistry, InterfaceRhythm, LinkListener } from "./link-ports.ts";
import type { Maintenance } from "./quiet-times.ts";
import { QuietWatch } from "./quiet-watch.ts";
import { type IncidentRecords, Reliability } from "./reliability.ts";
import { Scheduler } from "./scheduler.ts";
import { UndiscoveredCcu } from "./undiscovered.ts";
import { WatchedInterfaces } from "./watched-interfaces.ts";

/** Keeps for the next start how long the devices of each interface are usually silent. */
export interface RhythmStore {
  read(interfaceName: InterfaceName): InterfaceRhythm;
  remember(rhythms: ReadonlyMap<InterfaceName, InterfaceRhythm>): void;
}

/** Makes the caller for one interface of the CCU. */
export type CallerFactory = (endpoint: { name: InterfaceName; port: number; path: string }) => RpcCaller;

const HEALTH_CHECK_MS = 5_000;
const SIGNAL_CHECK_MS = 60_000;
const RHYTHM_WRITE_MS = 3_600_000;
const CHECKPOINT_MS = 600_000;

/** One CCU: owns its event bus, observer, interfaces, health and hub sensors. */
export class CentralUnit implements LinkListener {
  readonly name: string;
  readonly host: string;
  readonly eventBus: EventBus;
  readonly metrics: MetricsObserver;
  readonly healthTracker: HealthTracker;
  readonly readings: CcuReadings;
  readonly reliability: Reliability;
  readonly quiet: QuietWatch;
  readonly #options: CcuOptions;
  readonly #identity: CentralIdentity;
  readonly #ccu: CcuIdentity;
  readonly #callerFactory: CallerFactory;
  readonly #registry: CallbackRegistry;
  readonly #rhythms: RhythmStore;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #watched: WatchedInterfaces;
  readonly #resources = new AsyncDisposableStack();
  readonly #awaited = new AwaitedInterfaces();
  #search: InterfaceSearch | undefined;
  #stopping: Promise<void> | undefined;

  constructor(parts: {
    options: CcuOptions;
    identity: CentralIdentity;
    callerFactory: CallerFactory;
    registry: CallbackRegistry;
    sink: HubSensorSink;
    rhythms: RhythmStore;
    incidents: IncidentRecords;
    /** When nobody is to be alarmed. */
    maintenance: Maintenance;
    clock: Clock;
    logger: Logger;
  }) {
    this.name = parts.options.name;
    this.host = parts.options.host;
    this.#options = parts.options;
    this.#identity = parts.identity;
    this.#callerFactory = parts.callerFactory;
    this.#registry = parts.registry;
    this.#rhythms = parts.rhythms;
    this.#clock = parts.clock;
    this.#logger = namedLogger(parts.logger, parts.options.name);
    this.eventBus = new EventBus({ clock: parts.clock, logger: this.#logger });
    this.metrics = new MetricsObserver({ eventBus: this.eventBus, clock: parts.clock });
    this.healthTracker = new HealthTracker({ eventBus: this.eventBus, clock: parts.clock });
    this.#watched = new WatchedInterfaces({ logger: this.#logger });
    this.reliability = new Reliability({ ccuId: () => this.hub?.device.id ?? null, records: parts.incidents, clock: parts.clock });
    this.quiet = new QuietWatch({
      maintenance: parts.maintenance,
      clock: parts.clock,
      logger: this.#logger,
      onChange: () => this.#ccuChanged(),
    });
    const isQuiet = (): boolean => this.quiet.reason !== null;
    this.readings = new CcuReadings(() => this.#watched.readings, isQuiet);
    this.#ccu = new CcuIdentity({
      name: this.name,
      identity: parts.identity,
      interfaces: () => this.#watched.readings,
      isQuiet,
      isStopping: () => this.#stopping !== undefined,
      // What was recorded before it was settled whose it is.
      onSettled: () => this.reliability.checkpoint(),
      sink: parts.sink,
      metrics: this.metrics,
      eventBus: this.eventBus,
      clock: parts.clock,
    });
  }

  /** `undefined` until it is settled who this CCU is. */
  get hub(): Hub | undefined {
    return this.#ccu.hub;
  }

  get links(): readonly InterfaceLink[] {
    return this.#watched.links;
  }

  /** How the search for the first interface stands; `null` where there is one. */
  get search(): SearchState | null {
    return this.#search?.state ?? null;
  }

  /** What lowers the health, each in one phrase with the interface it is about. */
  get deductions(): readonly string[] {
    return [UndiscoveredCcu.interfaceName, ...this.links.map(({ name }) => name)].flatMap(
      (name) => this.healthTracker.health(name)?.deductions.map((text) => `${name} ${text}`) ?? [],
    );
  }

  /** Begins to work in the background; a CCU that is absent is normal and waited for. */
  start(signal: AbortSignal): void {
    signal.throwIfAborted();
    this.#resources.use(this.eventBus);
    this.#resources.defer(() => this.metrics.stop());
    const scheduler = this.#resources.use(new Scheduler({ clock: this.#clock, logger: this.#logger }));
    scheduler.add({ name: "health", intervalMs: HEALTH_CHECK_MS, run: () => this.#checkHealth() });
    scheduler.add({ name: "signals", intervalMs: SIGNAL_CHECK_MS, run: () => this.#checkSignals() });
    scheduler.add({ name: "incidents", intervalMs: CHECKPOINT_MS, run: () => this.reliability.checkpoint() });
    scheduler.add({ name: "rhythm", intervalMs: RHYTHM_WRITE_MS, run: () => this.#rememberRhythms() });
    this.#resources.defer(() => this.#rememberRhythms());
    this.#followPaths();
    this.#resources.use(this.#ccu);
    this.#ccu.start();
    this.#resources.use(this.#watched);
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

  /** Nobody is to be alarmed for so long; 0 ends it. */
  announceMaintenance(minutes: number): void {
    this.quiet.announce(minutes);
  }

  described(link: InterfaceLink, details: InterfaceDetails): void {
    this.#awaited.delete(link.name);
    this.#ccu.described(link.name, details);
  }

  diagnosisChanged({ name }: InterfaceLink): void {
    this.#checkQuiet();
    this.hub?.changed("diagnosis", name);
  }

  signalsChanged({ name }: InterfaceLink, topic: SignalTopic): void {
    this.hub?.changed(topic, name);
  }

  siblingAnswers(link: InterfaceLink): boolean {
    return this.links.some((other) => other !== link && other.diagnosis.answers);
  }

  #followPaths(): void {
    const handler = (change: PathChangedEvent): void => this.#watched.pathChanged(change);
    this.#resources.use(this.eventBus.subscribe({ eventType: PathChangedEvent, eventKey: null, handler }));
  }

  #checkHealth(): void {
    this.healthTracker.updateHealth();
    for (const { diagnosis } of this.links) diagnosis.review();
    this.reliability.refresh();
    this.#checkQuiet();
  }

  #checkQuiet(): void {
    this.quiet.review(this.#watched.readings.map(({ readings }) => readings.diagnosis));
  }

  /** Of what is said of the CCU as a whole. */
  #ccuChanged(): void {
    this.eventBus.publishSync(new CcuChangedEvent({ timestamp: this.eventBus.timestamp() }));
    this.hub?.changed("diagnosis");
  }

  #checkSignals(): void {
    this.hub?.changed("signals");
    for (const link of this.links) if (this.#awaited.isGone(link)) this.#letGo(link);
  }

  #rememberRhythms(): void {
    this.#rhythms.remember(new Map(this.links.map(({ name, rhythm }) => [name, rhythm])));
  }

  #findInterfaces(): void {
    const known = INTERFACE_NAMES.filter((name) => this.#identity.knownMetrics.has(name));
    for (const name of known) {
      this.#awaited.add(name);
      this.#addLink(name, this.#defaultPort(name));
    }
    this.#search = this.#resources.use(
      new InterfaceSearch({
        host: this.host,
        callerFor: (name) => this.#callerFor(name, this.#defaultPort(name)),
        watched: this.#watched,
        health: this.healthTracker,
        metrics: this.metrics,
        reliability: this.reliability,
        clock: this.#clock,
        logger: this.#logger,
        onFound: (names) => this.#interfacesFound(names),
        onChange: () => this.#searchChanged(),
      }),
    );
    this.#search.start();
  }

  #searchChanged(): void {
    this.#checkQuiet();
    this.#ccuChanged();
  }

  #interfacesFound(names: readonly InterfaceName[]): void {
    this.hub?.discovered();
    for (const name of names) this.#addLink(name, this.#defaultPort(name));
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
      listener: this,
      rhythm: this.#rhythms.read(name),
      recorder: this.reliability.record(name),
    });
    this.#watched.add(link);
    this.hub?.add(name, link.readings);
    link.start();
  }

  /** The CCU no longer has this interface. */
  #letGo(link: InterfaceLink): void {
    const { name } = link;
    this.#logger.info(`${name} is no longer there and no longer watched`);
    this.#awaited.delete(name);
    const left = this.#watched.remove(link).then(() => {
      const sources = new Set(Object.values(METRIC_NAMES).map(({ source }) => source));
      for (const source of sources) this.metrics.retire({ pattern: `${source}:${name}` });
    });
    this.hub?.remove(name);
    this.healthTracker.remove(name);
    this.reliability.remove(name);
    left.catch((error: unknown) => this.#logger.error({ err: error }, `${name} could not be let go cleanly`));
  }

  #callerFor(name: InterfaceName, port: number): RpcCaller {
    return this.#callerFactory({ name, port, path: INTERFACE_KINDS[name].path });
  }

  #defaultPort(name: InterfaceName): number {
    return this.#options.tls ? INTERFACE_KINDS[name].tlsPort : INTERFACE_KINDS[name].port;
  }
}
