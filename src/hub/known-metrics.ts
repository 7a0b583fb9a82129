import { CCU_METRICS, type HubMetricKey, INTERFACE_METRICS } from "./hub-sensor-sink.ts";

/** Which metrics the CCU (`null`) and its interfaces, by name, have or had. */
export type KnownMetrics = ReadonlyMap<string | null, readonly HubMetricKey[]>;

/** As it is kept over a restart: the CCU has an empty name. */
type StoredMetrics = Record<string, string[]>;

/** Keys that a device cannot have any more are left out. */
export function knownMetricsOf(stored: StoredMetrics): KnownMetrics {
  const known = new Map<string | null, readonly HubMetricKey[]>();
  for (const [name, keys] of Object.entries(stored)) {
    const possible: readonly HubMetricKey[] = name === "" ? CCU_METRICS : INTERFACE_METRICS;
    known.set(
      name || null,
      possible.filter((key) => keys.includes(key)),
    );
  }
  return known;
}

export function storedMetrics(known: KnownMetrics): StoredMetrics {
  return Object.fromEntries([...known].map(([name, keys]) => [name ?? "", keys.toSorted()]));
}
