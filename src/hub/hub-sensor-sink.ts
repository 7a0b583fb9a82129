/** The keys of the companion protocol; the companion owns names, units and translations. */
export type HubMetricKey = "system_health" | "connection_latency" | "last_event_age";

export type HubMetricValue = number | string | boolean | null;

export type HubMetricValues = Readonly<Record<HubMetricKey, HubMetricValue>>;

export interface HubDevice {
  /** Stable for ever: the serial of the CCU or the configured id. */
  readonly id: string;
  readonly name: string;
  readonly model: string | null;
  readonly firmware: string | null;
}

/** Where hub sensors go. Calls return at once and never throw; delivery is the sink's own business. */
export interface HubSensorSink {
  /** A CCU appeared or its description changed. */
  describe(device: HubDevice, values: HubMetricValues): void;
  /** Values that are worth publishing now; the publishing rules have been applied. */
  publish(deviceId: string, values: Partial<HubMetricValues>): void;
  remove(deviceId: string): void;
}
