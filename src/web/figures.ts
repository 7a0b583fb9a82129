import type { AppStatus, CcuStatus, CountedStatus, InterfaceStatus, LatencyStatus, PathName, PathStatus, QuietStatus } from "./status.ts";
import type { RadioModuleStatus } from "./traffic-status.ts";

/** What /metrics and the charts show: the numbers of the status without what only people read, which costs much more to gather. */
export interface AppFigures extends Pick<AppStatus, "app" | "homeAssistant" | "counters"> {
  /** Gathered one by one, so that no more than one of a fleet is in memory; read once. */
  readonly ccus: Iterable<CcuFigures>;
}

export interface CcuFigures
  extends Pick<CcuStatus, "id" | "name" | "host" | "model" | "firmware" | "sensors" | "status" | "connected" | "cause" | "availability"> {
  /** null: alarms go out. */
  readonly quiet: Pick<QuietStatus, "reason"> | null;
  /** By metric key. */
  readonly metrics: {
    readonly latency: ReadonlyMap<string, LatencyStatus>;
    readonly counters: ReadonlyMap<string, number>;
    readonly gauges: ReadonlyMap<string, number>;
  };
  readonly interfaces: readonly InterfaceFigures[];
}

type Count = Pick<CountedStatus, "value">;

export interface InterfaceFigures
  extends Pick<
    InterfaceStatus,
    | "name"
    | "connected"
    | "cause"
    | "score"
    | "latency"
    | "durations"
    | "lastEventAgeSeconds"
    | "eventCount"
    | "deviceCount"
    | "availability"
  > {
  readonly paths: Readonly<Record<PathName, Pick<PathStatus, "state">>>;
  readonly signals: {
    readonly eventsPerMinute: number | null;
    readonly unreachableDevices: Count | null;
    readonly lowBatteries: Count | null;
    readonly serviceMessages: Count | null;
  };
  readonly radioModules: readonly Pick<RadioModuleStatus, "address" | "connected" | "dutyCycle" | "carrierSense">[];
  readonly traffic: { readonly delivery: { readonly estimatedLost: number } };
}
