import type { Clock } from "./base/clock.ts";
import type { LocalText } from "./base/local-text.ts";
import { type Subscription, subscription } from "./base/subscription.ts";
import { ccuFigures } from "./ccu-figures.ts";
import type { CentralUnit } from "./central/central-unit.ts";
import type { InterfaceHealth, PathHealth } from "./central/health-tracker.ts";
import type { InterfaceLink } from "./central/interface-link.ts";
import type { SearchState } from "./central/interface-search.ts";
import type { LinkTraffic } from "./central/link-traffic.ts";
import type { Quiet } from "./central/quiet-times.ts";
import { RECOVERY_STEPS, type RecoveryStep } from "./central/recovery-progress.ts";
import { CauseChangedEvent, CcuChangedEvent, InterfaceStateChangedEvent, PathChangedEvent } from "./events/product-events.ts";
import { availabilityStatus, incidentStatus } from "./incident-status.ts";
import { causeStatus, durationsStatus, metricsStatus, roundTripStatus, sensorsStatus, signalsStatus } from "./status-parts.ts";
import type { AppFigures } from "./web/figures.ts";
import type {
  AppStatus,
  CcuStatus,
  CompanionStatus,
  IncidentExport,
  InterfaceStatus,
  PathStatus,
  QuietStatus,
  RecoveryStatus,
  SearchStatus,
  StatusSource,
} from "./web/status.ts";
import type { TrafficStatus } from "./web/traffic-status.ts";

/** Of which the page makes its last outages; the API has them all. */
const SHOWN_INCIDENTS = 25;

const NO_HOME_ASSISTANT: LocalText = {
  en: "The sensors are shown on this page and under /metrics only. To see them in Home Assistant, enter its address in the options.",
  de: "Die Sensoren stehen nur auf dieser Seite und unter /metrics. Um sie in Home Assistant zu sehen, tragen Sie dessen Adresse in den Optionen ein.",
};

type HomeAssistantStatus = AppStatus["homeAssistant"];

/** Where the state of the companion integration comes from. */
export interface CompanionStatusSource {
  status(): Omit<CompanionStatus, "since"> & { readonly sinceMs: number };
  onChange(listener: () => void): Subscription;
}

/** Where the status of Home Assistant's side comes from. */
export interface HomeAssistantStatusSource {
  status(): {
    readonly state: HomeAssistantStatus["state"];
    readonly route: "companion" | "mqtt" | null;
    readonly sinceMs: number;
    readonly message: LocalText | null;
  };
  onChange(listener: () => void): Subscription;
}

/** Where CCUs call back, and what is counted there. */
export interface CallbackStatusSource {
  readonly host: string;
  readonly port: number;
  counters(): Readonly<Record<string, number>>;
}

/** Gathers what the page and the API show; made anew whenever somebody looks. */
export class AppStatusSource implements StatusSource {
  readonly #version: string;
  readonly #demo: boolean;
  readonly #inHomeAssistant: boolean;
  readonly #centrals: readonly CentralUnit[];
  readonly #homeAssistant: HomeAssistantStatusSource | null;
  readonly #companion: CompanionStatusSource | null;
  readonly #callback: CallbackStatusSource;
  readonly #clock: Clock;
  readonly #startedAt: string;

  constructor(parts: {
    version: string;
    demo: boolean;
    inHomeAssistant: boolean;
    centrals: readonly CentralUnit[];
    homeAssistant: HomeAssistantStatusSource | null;
    companion: CompanionStatusSource | null;
    callback: CallbackStatusSource;
    clock: Clock;
  }) {
    this.#version = parts.version;
    this.#demo = parts.demo;
    this.#inHomeAssistant = parts.inHomeAssistant;
    this.#centrals = parts.centrals;
    this.#homeAssistant = parts.homeAssistant;
    this.#companion = parts.companion;
    this.#callback = parts.callback;
    this.#clock = parts.clock;
    this.#startedAt = new Date(parts.clock.wallMs()).toISOString();
  }

  status(): AppStatus {
    return {
      ...this.#programStatus(),
      companion: this.#companionStatus(),
      ccus: this.#centrals.map((central) => this.#ccuStatus(central)),
    };
  }

  figures(): AppFigures {
    return { ...this.#programStatus(), ccus: this.#centrals.values().map(ccuFigures) };
  }

  incidents(): IncidentExport {
    return {
      takenAt: new Date(this.#clock.wallMs()).toISOString(),
      ccus: this.#centrals.map(({ hub, host, name, links, reliability }) => ({
        id: hub?.device.id ?? host,
        name,
        availability: availabilityStatus(reliability, null),
        interfaces: links.map((link) => ({ name: link.name, availability: availabilityStatus(reliability, link.name) })),
        incidents: reliability.incidents.map(incidentStatus),
      })),
    };
  }

  onChange(listener: () => void): Subscription {
    const changes = new DisposableStack();
    for (const central of this.#centrals) {
      changes.use(central.metrics.onDirty(listener));
      for (const eventType of [InterfaceStateChangedEvent.type, PathChangedEvent.type, CauseChangedEvent.type, CcuChangedEvent.type]) {
        changes.use(central.eventBus.subscribe({ eventType, eventKey: null, handler: listener, priority: "LOW" }));
      }
    }
    for (const source of [this.#homeAssistant, this.#companion]) if (source !== null) changes.use(source.onChange(listener));
    return subscription(() => changes.dispose());
  }

  #programStatus(): Pick<AppStatus, "app" | "homeAssistant" | "counters"> {
    return {
      app: {
        version: this.#version,
        startedAt: this.#startedAt,
        demo: this.#demo,
        inHomeAssistant: this.#inHomeAssistant,
        callback: { host: this.#callback.host, port: this.#callback.port },
        process: processStatus(),
      },
      homeAssistant: this.#homeAssistantStatus(),
      counters: this.#callback.counters(),
    };
  }

  #homeAssistantStatus(): HomeAssistantStatus {
    if (this.#homeAssistant === null) {
      return {
        state: "off",
        since: this.#startedAt,
        message: NO_HOME_ASSISTANT,
      };
    }
    const { state, sinceMs, message } = this.#homeAssistant.status();
    return { state, since: this.#wallTime(sinceMs), message };
  }

  /** Whoever publishes over MQTT needs no integration. */
  #companionStatus(): CompanionStatus | null {
    if (this.#companion === null || this.#homeAssistant?.status().route === "mqtt") return null;
    const { sinceMs, ...status } = this.#companion.status();
    return { ...status, since: this.#wallTime(sinceMs) };
  }

  #ccuStatus(central: CentralUnit): CcuStatus {
    const { hub, metrics, readings, reliability } = central;
    return {
      id: hub?.device.id ?? central.host,
      name: central.name,
      host: central.host,
      model: hub?.device.model ?? null,
      firmware: hub?.device.firmware ?? null,
      sensors: sensorsStatus(hub),
      status: readings.status,
      connected: readings.connected,
      quiet: quietStatus(central.quiet.current),
      cause: readings.cause && causeStatus(readings.cause),
      signals: signalsStatus(readings),
      deductions: central.deductions,
      search: this.#searchStatus(central.search),
      interfaces: central.links.map((link) => this.#interfaceStatus(link, central)),
      availability: availabilityStatus(reliability, null),
      incidents: reliability.incidents.slice(0, SHOWN_INCIDENTS).map(incidentStatus),
      metrics: metricsStatus(metrics),
    };
  }

  #interfaceStatus(link: InterfaceLink, { metrics, healthTracker, reliability }: CentralUnit): InterfaceStatus {
    const { state, sinceMs, reason, nextAttemptAtMs } = link.client;
    const health = healthTracker.health(link.name);
    const { readings } = link;
    const [cause] = readings.diagnosis.causes;
    return {
      name: link.name,
      port: link.port,
      state,
      since: this.#wallTime(sinceMs),
      reason: reason || null,
      nextAttemptInSeconds: this.#secondsUntil(nextAttemptAtMs),
      recovery: this.#recoveryStatus(link.progress),
      connected: readings.diagnosis.connected,
      cause: cause === undefined ? null : causeStatus({ ...cause, interfaceName: link.name }),
      signals: signalsStatus(readings),
      traffic: this.#trafficStatus(link.traffic),
      paths: this.#pathsStatus(health),
      score: health?.score ?? null,
      latency: roundTripStatus(link.name, metrics),
      durations: durationsStatus(link.name, metrics),
      lastEventAgeSeconds: metrics.getLastEventAgeSeconds({ sourceId: link.name }),
      eventCount: readings.eventCount,
      deviceCount: link.deviceCount,
      radioModules: readings.radioModules.map((module) => ({ ...module, ...readings.trendsOf(module.address) })),
      availability: availabilityStatus(reliability, link.name),
    };
  }

  #searchStatus(search: SearchState | null): SearchStatus | null {
    if (search === null) return null;
    return {
      since: this.#wallTime(search.sinceMs),
      nextAttemptInSeconds: this.#secondsUntil(search.nextAttemptAtMs),
      recovery: this.#recoveryStatus(search.progress),
    };
  }

  #recoveryStatus({ step, sinceMs }: { step: RecoveryStep; sinceMs: number }): RecoveryStatus {
    return { step, passed: RECOVERY_STEPS.indexOf(step), steps: RECOVERY_STEPS.length - 1, since: this.#wallTime(sinceMs) };
  }

  #secondsUntil(atMs: number | null): number | null {
    return atMs === null ? null : Math.max(0, Math.round((atMs - this.#clock.monotonicMs()) / 1_000));
  }

  #trafficStatus({ silentDevices, foreignClients, ...traffic }: LinkTraffic): TrafficStatus {
    const seconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 1_000));
    return {
      ...traffic,
      silentDevices:
        silentDevices?.map(({ device, lastHeardMs, usualMs }) => ({
          device,
          lastHeard: this.#wallTime(lastHeardMs),
          usualSeconds: seconds(usualMs),
        })) ?? null,
      foreignClients: foreignClients.map(({ id, lastSeenMs, everyMs }) => ({
        id,
        lastSeen: this.#wallTime(lastSeenMs),
        everySeconds: seconds(everyMs),
      })),
    };
  }

  #pathsStatus(health: InterfaceHealth | null): InterfaceStatus["paths"] {
    return {
      command: this.#pathStatus(health?.paths.command),
      event: this.#pathStatus(health?.paths.event),
      radio: this.#pathStatus(health?.paths.radio),
    };
  }

  #pathStatus(path: PathHealth | undefined): PathStatus {
    if (path === undefined) return { state: "unknown", since: this.#startedAt, lastOk: null, reason: null };
    return {
      state: path.state,
      since: this.#wallTime(path.sinceMs),
      lastOk: path.lastOkMs === null ? null : this.#wallTime(path.lastOkMs),
      reason: path.reason,
    };
  }

  #wallTime(monotonicMs: number): string {
    return new Date(this.#clock.wallMs() - (this.#clock.monotonicMs() - monotonicMs)).toISOString();
  }
}

function quietStatus(quiet: Quiet | null): QuietStatus | null {
  return quiet && { reason: quiet.reason, until: new Date(quiet.untilMs).toISOString() };
}

function processStatus(): AppStatus["app"]["process"] {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() };
}
