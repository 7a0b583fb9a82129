import { createHash } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { EarliestTimer } from "../base/earliest-timer.ts";
import { type Logger, namedLogger } from "../base/logger.ts";
import type { RpcCaller } from "../ccu/guarded-caller.ts";
import type { InterfaceDetails } from "../ccu/interface-details.ts";
import { INTERFACE_KINDS } from "../ccu/interface-kinds.ts";
import { METRIC_NAMES } from "../ccu/metric-names.ts";
import { type CcuOptions, INTERFACE_NAMES, type InterfaceName } from "../config.ts";
import type { RhythmDay } from "../diagnosis/radio-rhythm.ts";
import { EventBus } from "../events/event-bus.ts";
import { CcuChangedEvent, PathChangedEvent } from "../events/product-events.ts";
import { CcuReadings } from "../hub/ccu-readings.ts";
import { Hub } from "../hub/hub.ts";
import type { HubSensorSink } from "../hub/hub-sensor-sink.ts";
import type { KnownMetrics } from "../hub/known-metrics.ts";
import { MetricsObserver } from "../metrics/observer.ts";
import { describedSink } from "./described-sink.ts";
import { HealthTracker } from "./health-tracker.ts";
import { feedHub } from "./hub-feed.ts";
import { type CallbackRegistry, InterfaceLink, type LinkListener } from "./interface-link.ts";
import { InterfaceSearch, type SearchState } from "./interface-search.ts";
import type { Maintenance } from "./quiet-times.ts";
import { QuietWatch } from "./quiet-watch.ts";
import { type IncidentRecords, Reliability } from "./reliability.ts";
import { Scheduler } from "./scheduler.ts";
import { UndiscoveredCcu } from "./undiscovered.ts";
import { WatchedInterfaces } from "./watched-interfaces.ts";

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

/** Keeps for the next start how long the devices of each interface are usually silent. */
export interface RhythmStore {
  read(interfaceName: InterfaceName): readonly RhythmDay[];
  remember(rhythms: ReadonlyMap<InterfaceName, readonly RhythmDay[]>): void;
}

/** Makes the caller for one interface of the CCU. */
export type CallerFactory = (endpoint: { name: InterfaceName; port: number; path: string }) => RpcCaller;

const SERIAL_WAIT_MS = 10_000;
const HEALTH_CHECK_MS = 5_000;
const SIGNAL_CHECK_MS = 60_000;
const RHYTHM_WRITE_MS = 3_600_000;
/** Metrics of a device come one after the other; they are written down once. */
const MEMORY_DELAY_MS = 1_000;
const CHECKPOINT_MS = 600_000;
/** So many checks an interface of the last run may be missing before it is let go. */
const MISSING_CHECKS = 5;
const MODEL = "Homematic CCU";
/** What is over before anybody could look at it alarms nobody. */
const PERSISTENT_MS = 5_000;

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
  readonly #callerFactory: CallerFactory;
  readonly #registry: CallbackRegistry;
  readonly #sink: HubSensorSink;
  readonly #rhythms: RhythmStore;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #watched: WatchedInterfaces;
  readonly #resources = new AsyncDisposableStack();
  /** What each interface told; settles who this CCU is. */
  readonly #details = new Map<InterfaceName, InterfaceDetails>();
  readonly #memory: EarliestTimer;
  /** Interfaces that were found in an earlier run and have not answered in this one, with how often they were missed. */
  readonly #awaited = new Map<InterfaceName, number>();
  #hub: Hub | undefined;
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
    this.#sink = parts.sink;
    this.#memory = new EarliestTimer({ clock: parts.clock, callback: () => this.#rememberMetrics() });
    this.eventBus = new EventBus({ clock: parts.clock, logger: this.#logger });
    this.metrics = new MetricsObserver({ eventBus: this.eventBus, clock: parts.clock });
    this.healthTracker = new HealthTracker({ eventBus: this.eventBus, clock: parts.clock });
    this.#watched = new WatchedInterfaces({ logger: this.#logger });
    this.reliability = new Reliability({ ccuId: () => this.#hub?.device.id ?? null, records: parts.incidents, clock: parts.clock });
    this.quiet = new QuietWatch({
      maintenance: parts.maintenance,
      clock: parts.clock,
      logger: this.#logger,
      onChange: () => this.#ccuChanged(),
    });
    this.readings = new CcuReadings(() => this.#watched.readings, this.#isQuiet);
  }

  /** `undefined` until it is settled who this CCU is. */
  get hub(): Hub | undefined {
    return this.#hub;
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
    if (this.#identity.deviceId !== null) this.#openHub(this.#identity.deviceId);
    else this.#resources.use(this.#clock.setTimer(() => this.#settleIdentity(), SERIAL_WAIT_MS));
    this.#resources.defer(() => this.#closeHub());
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
    this.#details.set(link.name, details);
    this.#hub?.describe({ name: link.name, model: null, firmware: details.version });
    if (this.#details.size === this.links.length) this.#settleIdentity();
    this.#hub?.describe({ model: MODEL, firmware: this.#firmware });
  }

  diagnosisChanged({ name }: InterfaceLink): void {
    this.#checkQuiet();
    this.#hub?.changed("diagnosis", name);
  }

  signalsChanged({ name }: InterfaceLink): void {
    this.#hub?.changed("signals", name);
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

  readonly #isQuiet = (): boolean => this.quiet.reason !== null;

  #checkQuiet(): void {
    this.quiet.review(this.#watched.readings.map(({ readings }) => readings.diagnosis));
  }

  /** Of what is said of the CCU as a whole. */
  #ccuChanged(): void {
    this.eventBus.publishSync(new CcuChangedEvent({ timestamp: this.eventBus.timestamp() }));
    this.#hub?.changed("diagnosis");
  }

  #checkSignals(): void {
    this.#hub?.changed("signals");
    for (const link of this.links) this.#checkAwaited(link);
  }

  #rememberRhythms(): void {
    this.#rhythms.remember(new Map(this.links.map(({ name, rhythm }) => [name, rhythm])));
  }

  #checkAwaited(link: InterfaceLink): void {
    const misses = this.#awaited.get(link.name);
    if (misses === undefined) return;
    // One that answers may be registering us: let go now, it would be told to forget us while it is found anew.
    const isMissing = !link.diagnosis.answers && link.diagnosis.current.causes[0]?.code === "interface_not_installed";
    this.#awaited.set(link.name, isMissing ? misses + 1 : 0);
    if (isMissing && misses >= MISSING_CHECKS) this.#letGo(link);
  }

  #findInterfaces(): void {
    const known = INTERFACE_NAMES.filter((name) => this.#identity.knownMetrics.has(name));
    for (const name of known) {
      this.#awaited.set(name, 0);
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
    this.#hub?.discovered();
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
    this.#hub?.add(name, link.readings);
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
    this.#hub?.remove(name);
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

  get #firmware(): string | null {
    return this.#firstDetail("version");
  }

  /** The radio modules of a CCU have serials of their own; the order of the interfaces says which one counts. */
  #settleIdentity(): void {
    if (this.#hub === undefined) this.#openHub(this.#identity.settle(this.#firstDetail("serial")));
  }

  #firstDetail(detail: "serial" | "version"): string | null {
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
      interfaces: () => this.#watched.readings,
      known: this.#identity.knownMetrics,
      isQuiet: this.#isQuiet,
      persistentMs: PERSISTENT_MS,
      sink: describedSink(this.#sink, () => this.#memory.arm(MEMORY_DELAY_MS)),
      clock: this.#clock,
    });
    this.#hub = hub;
    this.#resources.use(feedHub({ hub, metrics: this.metrics, eventBus: this.eventBus }));
    hub.start();
    // What was recorded before it was settled whose it is.
    this.reliability.checkpoint();
    for (const [name, { version }] of this.#details) hub.describe({ name, model: null, firmware: version });
  }

  #rememberMetrics(): void {
    if (this.#hub !== undefined) this.#identity.remember(this.#hub.knownMetrics);
  }

  #closeHub(): void {
    this.#memory[Symbol.dispose]();
    this.#rememberMetrics();
    this.#hub?.[Symbol.dispose]();
  }
}
