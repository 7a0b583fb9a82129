import type { LocalText } from "../base/local-text.ts";
import type { CauseCode } from "../diagnosis/cause-codes.ts";

/** The metric keys of the companion protocol; the companion owns names, units and translations. */
export const CCU_METRICS = [
  "system_health",
  "connection_latency",
  "last_event_age",
  "last_event",
  "status",
  "problem",
  "cause",
  "connected",
  "duty_cycle",
  "carrier_sense",
  "events_per_minute",
  "unreachable_devices",
  "service_messages",
  "low_batteries",
] as const;

export const INTERFACE_METRICS = [
  "connected",
  "health",
  "cause",
  "connection_latency",
  "latency_p95",
  "last_event",
  "events_per_minute",
  "duty_cycle",
  "carrier_sense",
  "unreachable_devices",
  "service_messages",
] as const;

export type HubMetricKey = (typeof CCU_METRICS)[number] | (typeof INTERFACE_METRICS)[number];

/** Times are ISO 8601 in UTC with milliseconds cut off; `null` means that nothing is known. */
export type HubScalar = number | string | boolean | null;

export type HubDetail = string | number | null | LocalText | readonly string[];

/** A value with what explains it; the details are shown beside the value and are never recorded. */
export interface HubDetailedValue {
  readonly value: HubScalar;
  readonly details: Readonly<Record<string, HubDetail>>;
}

export type HubMetricValue = HubScalar | HubDetailedValue;

/** Only the metrics that the device has. */
export type HubMetricValues = Readonly<Partial<Record<HubMetricKey, HubMetricValue>>>;

interface HubDeviceFields {
  /** Stable for ever: of a CCU its serial or the configured id, of an interface `<id of its CCU>/<name of the interface>`. */
  readonly id: string;
  readonly name: string;
  readonly model: string | null;
  readonly firmware: string | null;
}

export interface HubCcu extends HubDeviceFields {
  readonly kind: "ccu";
}

export interface HubInterface extends HubDeviceFields {
  readonly kind: "interface";
  readonly ccuId: string;
}

export type HubDevice = HubCcu | HubInterface;

/** What can happen; each is an event type of the event entity of a CCU. */
export const HUB_EVENT_TYPES = [
  "interface_lost",
  "interface_restored",
  "callback_unreachable",
  "callback_restored",
  "dropped_by_ccu",
  "credentials_rejected",
  "id_conflict",
  "radio_silent",
  "radio_restored",
  "duty_cycle_high",
  "duty_cycle_normal",
  "carrier_sense_high",
  "carrier_sense_normal",
  "gateway_lost",
  "gateway_restored",
] as const;

export type HubEventType = (typeof HUB_EVENT_TYPES)[number];

export interface HubEvent {
  readonly ccuId: string;
  readonly type: HubEventType;
  /** Name of the interface it is about; `null`: the CCU as a whole. */
  readonly interfaceName: string | null;
  readonly cause: CauseCode | null;
  /** What happened, in one sentence. */
  readonly message: LocalText;
  /** What to do, in one sentence; `null` when nothing is to be done. */
  readonly remedy: LocalText | null;
  /** Since when the trouble lasts, or how long it lasted once it is over; wall time. */
  readonly sinceMs: number;
  readonly durationSeconds: number | null;
}

/** Troubles that only the user can end; each is a repair in Home Assistant as long as it lasts. */
export const HUB_PROBLEM_KEYS = ["credentials_rejected", "callback_unreachable", "id_conflict"] as const;

export type HubProblemKey = (typeof HUB_PROBLEM_KEYS)[number];

export interface HubProblem {
  readonly key: HubProblemKey;
  /** Names of the interfaces that have it. */
  readonly interfaces: readonly string[];
  /** The URL that the CCU must reach; only of `callback_unreachable`. Its secret path is left out. */
  readonly url: string | null;
}

/** Where hub sensors go. Calls return at once and never throw; delivery is the sink's own business. */
export interface HubSensorSink {
  /** A device appeared or its description or its set of metrics changed. An interface comes after its CCU. */
  describe(device: HubDevice, values: HubMetricValues): void;
  /** Values that are worth publishing now; the publishing rules have been applied. */
  publish(deviceId: string, values: HubMetricValues): void;
  /** Of a CCU: its interfaces go with it. */
  remove(deviceId: string): void;
  /** Something happened; told once. */
  tell(event: HubEvent): void;
  /** All troubles of a CCU that only the user can end; replaces what was said before. */
  problems(ccuId: string, problems: readonly HubProblem[]): void;
}
