import { type Family, Labels, type Sample } from "../exposition.ts";
import type { AppFigures } from "../figures.ts";
import type { LatencyStatus } from "../status.ts";
import type { LabelledCcu } from "./labelled.ts";
import { PREFIX, seconds } from "./naming.ts";

/** Most keys of one kind that are shown for one CCU; what is beyond is counted, not hidden. */
const MAX_KEYS = 2_000;

const COUNTERS = { name: `${PREFIX}_metric`, type: "counter", help: "Counters by metric key." } as const;
const [MEDIAN, MOST, NEARLY_ALL] = [Labels.of({ quantile: "0.5" }), Labels.of({ quantile: "0.95" }), Labels.of({ quantile: "0.99" })];

/** The metric snapshot of a CCU under its own keys. */
export const CCU_KEY_FAMILIES: readonly Family<LabelledCcu>[] = [
  {
    name: `${PREFIX}_latency_seconds`,
    type: "summary",
    unit: "seconds",
    help: "Measured times by metric key; the quantiles are of the last minutes.",
    samples: ({ labels, of }) =>
      shown(of.metrics.latency).flatMap(([key, latency]) => latencySamples(labels.and(Labels.of({ key })), latency)),
  },
  {
    ...COUNTERS,
    samples: ({ labels, of }) => shown(of.metrics.counters).map(([key, value]) => ({ labels: labels.and(Labels.of({ key })), value })),
  },
  {
    name: `${PREFIX}_metric_value`,
    type: "gauge",
    help: "Gauges by metric key.",
    samples: ({ labels, of }) => shown(of.metrics.gauges).map(([key, value]) => ({ labels: labels.and(Labels.of({ key })), value })),
  },
  {
    name: `${PREFIX}_omitted_keys`,
    type: "gauge",
    help: "Metric keys that are left out here because there are too many.",
    samples: ({ labels, of: { metrics } }) => [{ labels, value: omitted(metrics.latency, metrics.counters, metrics.gauges) }],
  },
];

/** Counters that belong to no CCU. */
export const APP_KEY_FAMILIES: readonly Family<AppFigures>[] = [
  {
    ...COUNTERS,
    samples: ({ counters }) => shown(new Map(Object.entries(counters))).map(([key, value]) => ({ labels: Labels.of({ key }), value })),
  },
];

function shown<Value>(entries: ReadonlyMap<string, Value>): IteratorObject<readonly [string, Value]> {
  return entries.entries().take(MAX_KEYS);
}

function omitted(...kinds: readonly { readonly size: number }[]): number {
  return kinds.reduce((sum, { size }) => sum + Math.max(0, size - MAX_KEYS), 0);
}

function latencySamples(labels: Labels, { count, totalMs, recent }: LatencyStatus): readonly Sample[] {
  return [
    { labels: labels.and(MEDIAN), value: seconds(recent.p50Ms) },
    { labels: labels.and(MOST), value: seconds(recent.p95Ms) },
    { labels: labels.and(NEARLY_ALL), value: seconds(recent.p99Ms) },
    { labels, value: seconds(totalMs), suffix: "_sum" },
    { labels, value: count, suffix: "_count" },
  ];
}
