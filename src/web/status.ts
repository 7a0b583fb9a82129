import type { LocalText } from "../base/local-text.ts";
import type { Subscription } from "../base/subscription.ts";
import type { DurationHistogram } from "../metrics/duration-buckets.ts";
import type { AppFigures } from "./figures.ts";
import type { RadioModuleStatus, TrafficStatus } from "./traffic-status.ts";

/** What the page and `/api/snapshot` show. Plain data: numbers in the unit their name ends with, times as ISO 8601, `null` for nothing known. */
export interface AppStatus {
  readonly app: {
    readonly version: string;
    readonly startedAt: string;
    /** True when the embedded simulated CCU stands in for a real one. */
    readonly demo: boolean;
    /** The page is opened inside Home Assistant, so that it can lead to Home Assistant's own pages. */
    readonly inHomeAssistant: boolean;
    readonly callback: { readonly host: string; readonly port: number };
    /** What the program takes of the machine; the CPU time since its start. */
    readonly process: { readonly cpuSeconds: number; readonly residentBytes: number };
  };
  readonly homeAssistant: {
    /** off: nothing configured. */
    readonly state: "off" | "connecting" | "waiting" | "publishing";
    readonly since: string;
    /** What it means and what to do; null when all is well. */
    readonly message: LocalText | null;
  };
  /** The companion integration in Home Assistant; null where none is needed. */
  readonly companion: CompanionStatus | null;
  readonly ccus: readonly CcuStatus[];
  /** Counters of the whole process that belong to no CCU, such as refused callbacks. */
  readonly counters: Readonly<Record<string, number>>;
}

export interface CompanionStatus {
  /** absent, offered, installing, failed, restart_pending, not_added, not_loaded, running, update_available, ... */
  readonly state: string;
  readonly since: string;
  /** What is, and what to do. */
  readonly message: LocalText;
  /** Why something failed, or what else helps. */
  readonly hint: LocalText | null;
  /** Of a first installation: 1 install, 2 restart, 3 confirm, 4 done; null outside of it. */
  readonly step: number | null;
  /** The page offers the installation. */
  readonly canInstall: boolean;
  readonly versions: { readonly bundled: string | null; readonly installed: string | null; readonly running: string | null };
}

export interface SensorStatus {
  readonly value: number | null;
  readonly unit: string;
}

/** What is wrong, most telling of all; the codes stand in `docs/causes.md`. */
export interface CauseStatus {
  readonly code: string;
  readonly severity: "critical" | "degraded" | "notice";
  readonly since: string;
  /** Name of the interface it is about; null: the CCU as a whole. */
  readonly interface: string | null;
  readonly message: LocalText;
  readonly remedy: LocalText;
}

/** A number with what it is made of, in words; the value is null while it is not known. */
export interface CountedStatus {
  readonly value: number | null;
  readonly list: readonly string[];
}

/** What is told beside the connection; null where nobody can tell it. */
export interface SignalsStatus {
  readonly lastEvent: string | null;
  readonly eventsPerMinute: number | null;
  /** Percent, the highest of the radio modules. */
  readonly dutyCycle: CountedStatus | null;
  readonly carrierSense: CountedStatus | null;
  readonly unreachableDevices: CountedStatus | null;
  readonly serviceMessages: CountedStatus | null;
  readonly lowBatteries: CountedStatus | null;
}

/** How much of the watched time of one span worked. */
export interface SpanAvailability {
  /** 0..1; null where nothing was watched. */
  readonly ratio: number | null;
  readonly watchedSeconds: number;
  readonly downSeconds: number;
  readonly failures: number;
  /** Time that worked divided by the failures; null without a failure. */
  readonly meanSecondsBetweenFailures: number | null;
}

/** Over 24 hours, 7 days and 30 days. Time in which the program did not run counts neither way. */
export interface AvailabilityStatus {
  readonly day: SpanAvailability;
  readonly week: SpanAvailability;
  readonly month: SpanAvailability;
}

/** One loss of an interface, from the first thing that went wrong to the proof that all is well again. */
export interface IncidentStatus {
  readonly id: string;
  readonly interface: string;
  /** Code of the primary cause; null when none was found. */
  readonly cause: string | null;
  readonly message: LocalText | null;
  readonly startedAt: string;
  /** null while it lasts. */
  readonly endedAt: string | null;
  readonly durationSeconds: number | null;
  /** The program ended while it lasted, so the end is the last moment that is known. */
  readonly endUnobserved: boolean;
  /** What happened before and during it, oldest first; bounded. */
  readonly timeline: readonly {
    readonly at: string;
    readonly kind: "call" | "pong" | "state" | "path" | "cause";
    /** As it was recorded. */
    readonly text: string;
    /** For people; the same as `text` where nobody knows a better word. */
    readonly message: LocalText;
  }[];
}

/** The whole record, as `/api/incidents` gives it. */
export interface IncidentExport {
  readonly takenAt: string;
  readonly ccus: readonly {
    readonly id: string;
    readonly name: string;
    readonly availability: AvailabilityStatus | null;
    readonly interfaces: readonly { readonly name: string; readonly availability: AvailabilityStatus | null }[];
    readonly incidents: readonly IncidentStatus[];
  }[];
}

/** Why nobody is alarmed at present. */
export interface QuietStatus {
  /** Maintenance that somebody announced, that of each day, or the CCU says that it is starting. */
  readonly reason: "announced" | "maintenance" | "boot";
  /** When it ends at the latest. */
  readonly until: string;
}

export interface CcuStatus {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly sensors: {
    readonly systemHealth: SensorStatus;
    readonly connectionLatency: SensorStatus;
    readonly lastEventAge: SensorStatus;
  };
  /** null while nothing is known. */
  readonly status: "ok" | "degraded" | "critical" | null;
  readonly connected: boolean | null;
  /** null: alarms go out. */
  readonly quiet: QuietStatus | null;
  /** null when nothing is wrong, as far as is known. */
  readonly cause: CauseStatus | null;
  readonly signals: SignalsStatus;
  /** What lowers the health, in words; empty at 100 %. */
  readonly deductions: readonly string[];
  /** How the search for its interfaces stands; null once one is known. */
  readonly search: SearchStatus | null;
  readonly interfaces: readonly InterfaceStatus[];
  /** A CCU is down while one of its interfaces is; null while it is not settled who it is. */
  readonly availability: AvailabilityStatus | null;
  /** The newest ones, newest first. */
  readonly incidents: readonly IncidentStatus[];
  readonly metrics: MetricsStatus;
}

export type PathName = "command" | "event" | "radio";

export interface PathStatus {
  readonly state: "ok" | "failing" | "unknown" | "unsupported";
  readonly since: string;
  readonly lastOk: string | null;
  readonly reason: string | null;
}

/** Where a connection has got to, or got stuck. */
export interface RecoveryStatus {
  readonly step:
    | "name_resolution"
    | "connection"
    | "http"
    | "rpc"
    | "callback_address"
    | "registration"
    | "first_pong"
    | "inventory"
    | "done";
  /** How many steps are behind it, of how many. */
  readonly passed: number;
  readonly steps: number;
  readonly since: string;
}

/** Nothing of the CCU answers yet, and it is tried again without end. */
export interface SearchStatus {
  readonly since: string;
  /** null while it is tried. */
  readonly nextAttemptInSeconds: number | null;
  readonly recovery: RecoveryStatus;
}

export interface InterfaceStatus {
  readonly name: string;
  readonly port: number;
  /** State of the connection in the words of the client's state table. */
  readonly state: string;
  readonly since: string;
  readonly reason: string | null;
  readonly nextAttemptInSeconds: number | null;
  readonly recovery: RecoveryStatus;
  readonly connected: boolean | null;
  readonly cause: CauseStatus | null;
  readonly signals: SignalsStatus;
  readonly traffic: TrafficStatus;
  readonly paths: Readonly<Record<PathName, PathStatus>>;
  readonly score: number | null;
  readonly latency: {
    readonly avgMs: number | null;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
    readonly timeouts: number;
  };
  /** Since the start; null before the first. */
  readonly durations: { readonly roundTrip: DurationHistogram | null; readonly rpc: DurationHistogram | null };
  readonly lastEventAgeSeconds: number | null;
  /** Device events since the start. */
  readonly eventCount: number;
  readonly deviceCount: number;
  readonly radioModules: readonly RadioModuleStatus[];
  readonly availability: AvailabilityStatus | null;
}

export interface LatencyStatus {
  readonly count: number;
  readonly totalMs: number;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly avgMs: number | null;
  readonly recent: {
    readonly count: number;
    readonly avgMs: number | null;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
    readonly p99Ms: number | null;
    readonly maxMs: number | null;
    readonly timeouts: number;
  };
}

/** The observer's snapshot as JSON. */
export interface MetricsStatus {
  readonly takenAt: string;
  readonly latency: Readonly<Record<string, LatencyStatus>>;
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
  readonly health: Readonly<
    Record<string, { readonly healthy: boolean; readonly score: number; readonly reason: string | null; readonly lastChange: string }>
  >;
}

/** The web server asks for the status when somebody looks, and is told when it changed. */
export interface StatusSource {
  status(): AppStatus;
  figures(): AppFigures;
  incidents(): IncidentExport;
  onChange(listener: () => void): Subscription;
}
