import { type ExpositionFormat, exposition, type Family, type Sample } from "./exposition.ts";
import { PATH_NAMES } from "./path-names.ts";
import type { AppStatus, CcuStatus, InterfaceStatus, LatencyStatus, PathStatus } from "./status.ts";

/** Most keys of one kind that are shown for one CCU; what is beyond is counted, not hidden. */
const MAX_KEYS = 2_000;

const PREFIX = "homematic_vitals";

const PATH_VALUES: Readonly<Record<PathStatus["state"], number | null>> = { ok: 1, failing: 0, unknown: null, unsupported: null };

/** The state as text for Prometheus and its relatives. */
export function openMetrics(status: AppStatus, format: ExpositionFormat): string {
  return exposition(
    [...appFamilies(status), ...ccuFamilies(status.ccus), ...interfaceFamilies(status.ccus), ...keyFamilies(status)],
    format,
  );
}

function appFamilies({ app, homeAssistant, ccus }: AppStatus): readonly Family[] {
  return [
    {
      name: `${PREFIX}_build`,
      type: "info",
      help: "The running version.",
      samples: [{ labels: { version: app.version }, value: 1 }],
    },
    {
      name: `${PREFIX}_start_time_seconds`,
      type: "gauge",
      unit: "seconds",
      help: "When the program started, since the epoch.",
      samples: [{ labels: {}, value: Date.parse(app.startedAt) / 1000 }],
    },
    {
      name: `${PREFIX}_demo`,
      type: "gauge",
      help: "1 while a simulated CCU stands in for a real one.",
      samples: [{ labels: {}, value: Number(app.demo) }],
    },
    {
      name: `${PREFIX}_home_assistant_publishing`,
      type: "gauge",
      help: "1 while Home Assistant receives the values.",
      samples: [{ labels: {}, value: Number(homeAssistant.state === "publishing") }],
    },
    {
      name: `${PREFIX}_ccu`,
      type: "info",
      help: "What is known about each CCU.",
      samples: ccus.map(({ id, name, host, model, firmware }) => ({ labels: { ccu: id, name, host, model, firmware }, value: 1 })),
    },
  ];
}

function ccuFamilies(ccus: readonly CcuStatus[]): readonly Family[] {
  const perCcu = (value: (ccu: CcuStatus) => number | null): readonly Sample[] =>
    ccus.map((ccu) => ({ labels: { ccu: ccu.id }, value: value(ccu) }));
  return [
    {
      name: `${PREFIX}_system_health_ratio`,
      type: "gauge",
      unit: "ratio",
      help: "System health, 1 when everything works.",
      samples: perCcu(({ sensors }) => divided(sensors.systemHealth.value, 100)),
    },
    {
      name: `${PREFIX}_connection_latency_seconds`,
      type: "gauge",
      unit: "seconds",
      help: "Recent average time from a ping to its pong.",
      samples: perCcu(({ sensors }) => divided(sensors.connectionLatency.value, 1000)),
    },
    {
      name: `${PREFIX}_last_event_age_seconds`,
      type: "gauge",
      unit: "seconds",
      help: "Time since the last device event.",
      samples: perCcu(({ sensors }) => sensors.lastEventAge.value),
    },
  ];
}

function interfaceFamilies(ccus: readonly CcuStatus[]): readonly Family[] {
  const perInterface = (value: (one: InterfaceStatus) => number | null): readonly Sample[] =>
    ccus.flatMap(({ id, interfaces }) => interfaces.map((one) => ({ labels: { ccu: id, interface: one.name }, value: value(one) })));
  return [
    {
      name: `${PREFIX}_path_ok`,
      type: "gauge",
      help: "1 while the path works, 0 while it fails; absent while nothing is known.",
      samples: ccus.flatMap((ccu) => ccu.interfaces.flatMap((one) => pathSamples(ccu.id, one))),
    },
    {
      name: `${PREFIX}_interface_score_ratio`,
      type: "gauge",
      unit: "ratio",
      help: "Health of the interface, 1 when all its paths work.",
      samples: perInterface(({ score }) => score),
    },
    {
      name: `${PREFIX}_interface_last_event_age_seconds`,
      type: "gauge",
      unit: "seconds",
      help: "Time since the last device event of the interface.",
      samples: perInterface(({ lastEventAgeSeconds }) => divided(lastEventAgeSeconds, 1)),
    },
    {
      name: `${PREFIX}_interface_recent_timeouts`,
      type: "gauge",
      help: "Pings that got no pong recently.",
      samples: perInterface(({ latency }) => latency.timeouts),
    },
    {
      name: `${PREFIX}_interface_devices`,
      type: "gauge",
      help: "Devices known to the interface.",
      samples: perInterface(({ deviceCount }) => deviceCount),
    },
  ];
}

function pathSamples(ccu: string, { name, paths }: InterfaceStatus): readonly Sample[] {
  return PATH_NAMES.map((path) => ({ labels: { ccu, interface: name, path }, value: PATH_VALUES[paths[path].state] }));
}

/** The metric snapshot under its own keys. */
function keyFamilies({ ccus, counters }: AppStatus): readonly Family[] {
  const shown = <Value>(entries: Readonly<Record<string, Value>>): readonly (readonly [string, Value])[] =>
    Object.entries(entries).slice(0, MAX_KEYS);
  const omitted = ({ metrics }: CcuStatus): number =>
    [metrics.latency, metrics.counters, metrics.gauges].reduce(
      (sum, entries) => sum + Math.max(0, Object.keys(entries).length - MAX_KEYS),
      0,
    );
  return [
    {
      name: `${PREFIX}_latency_seconds`,
      type: "summary",
      unit: "seconds",
      help: "Measured times by metric key; the quantiles are of the last minutes.",
      samples: ccus.flatMap(({ id, metrics }) => shown(metrics.latency).flatMap(([key, latency]) => latencySamples(id, key, latency))),
    },
    {
      name: `${PREFIX}_metric`,
      type: "counter",
      help: "Counters by metric key.",
      samples: [
        ...shown(counters).map(([key, value]) => ({ labels: { key }, value })),
        ...ccus.flatMap(({ id, metrics }) => shown(metrics.counters).map(([key, value]) => ({ labels: { ccu: id, key }, value }))),
      ],
    },
    {
      name: `${PREFIX}_metric_value`,
      type: "gauge",
      help: "Gauges by metric key.",
      samples: ccus.flatMap(({ id, metrics }) => shown(metrics.gauges).map(([key, value]) => ({ labels: { ccu: id, key }, value }))),
    },
    {
      name: `${PREFIX}_omitted_keys`,
      type: "gauge",
      help: "Metric keys that are left out here because there are too many.",
      samples: ccus.map((ccu) => ({ labels: { ccu: ccu.id }, value: omitted(ccu) })),
    },
  ];
}

function latencySamples(ccu: string, key: string, { count, totalMs, recent }: LatencyStatus): readonly Sample[] {
  return [
    { labels: { ccu, key, quantile: "0.5" }, value: divided(recent.p50Ms, 1000) },
    { labels: { ccu, key, quantile: "0.95" }, value: divided(recent.p95Ms, 1000) },
    { labels: { ccu, key, quantile: "0.99" }, value: divided(recent.p99Ms, 1000) },
    { labels: { ccu, key }, value: divided(totalMs, 1000), suffix: "_sum" },
    { labels: { ccu, key }, value: count, suffix: "_count" },
  ];
}

/** In the base unit, without the noise of binary fractions. */
function divided(value: number | null, by: number): number | null {
  return value === null ? null : Number((value / by).toFixed(9));
}
