import { type Family, Labels, type Sample } from "../exposition.ts";
import type { AppStatus, CcuStatus, LatencyStatus } from "../status.ts";
import { PREFIX, seconds } from "./naming.ts";

/** Most keys of one kind that are shown for one CCU; what is beyond is counted, not hidden. */
const MAX_KEYS = 2_000;

/** The metric snapshot under its own keys. */
export function keyFamilies({ ccus, counters }: AppStatus): readonly Family[] {
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
      samples: ccus.values().flatMap(({ id, metrics }) =>
        shown(metrics.latency)
          .values()
          .flatMap(([key, latency]) => latencySamples(id, key, latency)),
      ),
    },
    {
      name: `${PREFIX}_metric`,
      type: "counter",
      help: "Counters by metric key.",
      samples: [
        ...shown(counters).map(([key, value]) => ({ labels: Labels.of({ key }), value })),
        ...ccus.flatMap(({ id, metrics }) =>
          shown(metrics.counters).map(([key, value]) => ({ labels: Labels.of({ ccu: id, key }), value })),
        ),
      ],
    },
    {
      name: `${PREFIX}_metric_value`,
      type: "gauge",
      help: "Gauges by metric key.",
      samples: ccus.flatMap(({ id, metrics }) =>
        shown(metrics.gauges).map(([key, value]) => ({ labels: Labels.of({ ccu: id, key }), value })),
      ),
    },
    {
      name: `${PREFIX}_omitted_keys`,
      type: "gauge",
      help: "Metric keys that are left out here because there are too many.",
      samples: ccus.map((ccu) => ({ labels: Labels.of({ ccu: ccu.id }), value: omitted(ccu) })),
    },
  ];
}

function latencySamples(ccu: string, key: string, { count, totalMs, recent }: LatencyStatus): readonly Sample[] {
  const labels = Labels.of({ ccu, key });
  return [
    { labels: labels.and("quantile", "0.5"), value: seconds(recent.p50Ms) },
    { labels: labels.and("quantile", "0.95"), value: seconds(recent.p95Ms) },
    { labels: labels.and("quantile", "0.99"), value: seconds(recent.p99Ms) },
    { labels, value: seconds(totalMs), suffix: "_sum" },
    { labels, value: count, suffix: "_count" },
  ];
}
