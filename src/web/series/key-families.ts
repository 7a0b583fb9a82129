import { type Family, Labels, NO_LABELS, type SampleSink } from "../exposition.ts";
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
    tell: ({ labels, of }, samples) => {
      eachShown(of.metrics.latency, (key, latency) => tellLatency(labels.with("key", key), latency, samples));
    },
  },
  {
    ...COUNTERS,
    tell: ({ labels, of }, samples) => {
      eachShown(of.metrics.counters, (key, value) => samples.add(labels.with("key", key), value));
    },
  },
  {
    name: `${PREFIX}_metric_value`,
    type: "gauge",
    help: "Gauges by metric key.",
    tell: ({ labels, of }, samples) => {
      eachShown(of.metrics.gauges, (key, value) => samples.add(labels.with("key", key), value));
    },
  },
  {
    name: `${PREFIX}_omitted_keys`,
    type: "gauge",
    help: "Metric keys that are left out here because there are too many.",
    tell: ({ labels, of: { metrics } }, samples) => samples.add(labels, omitted(metrics.latency, metrics.counters, metrics.gauges)),
  },
];

/** Counters that belong to no CCU. */
export const APP_KEY_FAMILIES: readonly Family<AppFigures>[] = [
  {
    ...COUNTERS,
    tell: ({ counters }, samples) => {
      eachShown(new Map(Object.entries(counters)), (key, value) => samples.add(NO_LABELS.with("key", key), value));
    },
  },
];

function eachShown<Value>(entries: ReadonlyMap<string, Value>, tell: (key: string, value: Value) => void): void {
  let left = MAX_KEYS;
  for (const [key, value] of entries) {
    if (left === 0) return;
    left -= 1;
    tell(key, value);
  }
}

function omitted(...kinds: readonly { readonly size: number }[]): number {
  return kinds.reduce((sum, { size }) => sum + Math.max(0, size - MAX_KEYS), 0);
}

function tellLatency(labels: Labels, { count, totalMs, recent }: LatencyStatus, samples: SampleSink): void {
  samples.add(labels, seconds(recent.p50Ms), MEDIAN);
  samples.add(labels, seconds(recent.p95Ms), MOST);
  samples.add(labels, seconds(recent.p99Ms), NEARLY_ALL);
  samples.addPart("_sum", labels, seconds(totalMs));
  samples.addPart("_count", labels, count);
}
