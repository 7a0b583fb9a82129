interface MetricName {
  readonly kind: "latency" | "counter" | "health";
  readonly source: string;
  /** Operation or metric name; `<method>` stands for the name of the called method. */
  readonly name: string;
}

type MetricNameKey =
  | "roundTrip"
  | "call"
  | "health"
  | "connectionLosses"
  | "unknownInterfaceId"
  | "unknownMethod"
  | "invalidCall"
  | "foreignPong"
  | "unknownPong"
  | "duplicatePong"
  | "latePong";

/** Every metric key an interface has, as `source:interface:name`; `docs/metric-keys.md` says what each means. */
export const METRIC_NAMES: Readonly<Record<MetricNameKey, MetricName>> = {
  roundTrip: { kind: "latency", source: "ping_pong", name: "round_trip" },
  call: { kind: "latency", source: "rpc", name: "<method>" },
  health: { kind: "health", source: "client", name: "health" },
  connectionLosses: { kind: "counter", source: "client", name: "connection_losses" },
  unknownInterfaceId: { kind: "counter", source: "callback", name: "unknown_interface_id" },
  unknownMethod: { kind: "counter", source: "callback", name: "unknown_method" },
  invalidCall: { kind: "counter", source: "callback", name: "invalid_call" },
  foreignPong: { kind: "counter", source: "callback", name: "foreign_pong" },
  unknownPong: { kind: "counter", source: "callback", name: "unknown_pong" },
  duplicatePong: { kind: "counter", source: "callback", name: "duplicate_pong" },
  latePong: { kind: "counter", source: "callback", name: "late_pong" },
};

/** What the port counts on which all CCUs call, as `callback::name`. */
export const CALLBACK_COUNTERS = [
  "requests",
  "unknown_path",
  "wrong_method",
  "malformed",
  "limit_exceeded",
  "endpoint_failed",
  "broken_http",
  "accept_failed",
] as const;

export type CallbackCounter = (typeof CALLBACK_COUNTERS)[number];
