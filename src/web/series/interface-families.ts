import { type Family, Labels, type SampleSink } from "../exposition.ts";
import type { InterfaceFigures } from "../figures.ts";
import { PATH_NAMES } from "../path-names.ts";
import type { PathStatus } from "../status.ts";
import type { Labelled, LabelledCcu } from "./labelled.ts";
import { divided, flag, PREFIX, ratio, seconds } from "./naming.ts";

const PATH_VALUES: Readonly<Record<PathStatus["state"], number | null>> = { ok: 1, failing: 0, unknown: null, unsupported: null };

type Read<Thing, Value = number> = (thing: Thing) => Value | null;

interface Row<Thing> extends Pick<Family<never>, "help" | "unit"> {
  readonly name: string;
  readonly type?: "gauge" | "counter";
  readonly value: Read<Thing>;
}

/** One number for each interface. */
const NUMBERS: readonly Row<InterfaceFigures>[] = [
  {
    name: "interface_connected",
    help: "1 while the interface answers and reports; absent while nothing is known.",
    value: ({ connected }) => flag(connected),
  },
  {
    name: "interface_score_ratio",
    unit: "ratio",
    help: "Health of the interface, 1 when all its paths work.",
    value: ({ score }) => score,
  },
  {
    name: "interface_last_event_age_seconds",
    unit: "seconds",
    help: "Time since the last device event of the interface.",
    value: ({ lastEventAgeSeconds }) => divided(lastEventAgeSeconds, 1),
  },
  { name: "interface_events", type: "counter", help: "Device events of the interface.", value: ({ eventCount }) => eventCount },
  {
    name: "interface_events_estimated_lost",
    type: "counter",
    help: "Device events that the CCU has probably thrown away because it could not deliver them in time.",
    value: ({ traffic }) => traffic.delivery.estimatedLost,
  },
  {
    name: "interface_events_per_minute",
    help: "Device events a minute, over the last quarter of an hour.",
    value: ({ signals }) => divided(signals.eventsPerMinute, 1),
  },
  { name: "interface_recent_timeouts", help: "Pings that got no pong recently.", value: ({ latency }) => latency.timeouts },
  { name: "interface_devices", help: "Devices known to the interface.", value: ({ deviceCount }) => deviceCount },
  {
    name: "interface_unreachable_devices",
    help: "Devices that do not answer the CCU.",
    value: ({ signals }) => signals.unreachableDevices?.value ?? null,
  },
  {
    name: "interface_low_batteries",
    help: "Devices whose battery is nearly empty.",
    value: ({ signals }) => signals.lowBatteries?.value ?? null,
  },
  {
    name: "interface_service_messages",
    help: "Service messages that the CCU shows.",
    value: ({ signals }) => signals.serviceMessages?.value ?? null,
  },
];

/** One number for each radio module or access point of an interface. */
const RADIO_NUMBERS: readonly Row<InterfaceFigures["radioModules"][number]>[] = [
  {
    name: "radio_module_connected",
    help: "1 while the CCU reaches the radio module.",
    value: ({ connected }) => flag(connected),
  },
  {
    name: "radio_duty_cycle_ratio",
    unit: "ratio",
    help: "Sending time that the radio module has used up, 1 when nothing may be sent any more.",
    value: ({ dutyCycle }) => ratio(dutyCycle),
  },
  {
    name: "radio_carrier_sense_ratio",
    unit: "ratio",
    help: "How much of the time the radio module finds its channel occupied.",
    value: ({ carrierSense }) => ratio(carrierSense),
  },
];

const HISTOGRAMS: readonly (Pick<Family<never>, "help"> & {
  readonly name: string;
  readonly read: Read<InterfaceFigures, InterfaceFigures["durations"]["rpc"]>;
})[] = [
  {
    name: "round_trip_seconds",
    help: "From a ping to its pong; a lost ping counts as 10 s.",
    read: ({ durations }) => durations.roundTrip,
  },
  {
    name: "rpc_duration_seconds",
    help: "From a call to its answer, of all methods; a timeout counts as 10 s.",
    read: ({ durations }) => durations.rpc,
  },
];

const PATHS = PATH_NAMES.map((path) => ({ path, label: Labels.of({ path }) }));

/** Of the limits of all histograms, which are few and never move. */
const limitLabels = new Map<number, Labels>();

/** The interfaces of a CCU, their paths and their radio modules. */
export const INTERFACE_FAMILIES: readonly Family<LabelledCcu>[] = [
  {
    name: `${PREFIX}_path_ok`,
    type: "gauge",
    help: "1 while the path works, 0 while it fails; absent while nothing is known.",
    tell: ({ interfaces }, samples) => {
      for (const each of interfaces) tellPaths(each, samples);
    },
  },
  ...NUMBERS.map((row) => numberFamily(row, ({ interfaces }) => interfaces)),
  ...RADIO_NUMBERS.map((row) => numberFamily(row, ({ modules }) => modules)),
  ...HISTOGRAMS.map(
    ({ name, help, read }): Family<LabelledCcu> => ({
      name: `${PREFIX}_${name}`,
      type: "histogram",
      unit: "seconds",
      help,
      tell: ({ interfaces }, samples) => {
        for (const { labels, of } of interfaces) tellHistogram(labels, read(of), samples);
      },
    }),
  ),
];

function numberFamily<Thing>(
  { name, type = "gauge", unit, help, value }: Row<Thing>,
  partsOf: (ccu: LabelledCcu) => readonly Labelled<Thing>[],
): Family<LabelledCcu> {
  const tell: Family<LabelledCcu>["tell"] = (ccu, samples) => {
    for (const { labels, of } of partsOf(ccu)) samples.add(labels, value(of));
  };
  return { name: `${PREFIX}_${name}`, type, ...(unit && { unit }), help, tell };
}

function tellPaths({ labels, of: { paths } }: Labelled<InterfaceFigures>, samples: SampleSink): void {
  for (const { path, label } of PATHS) samples.add(labels, PATH_VALUES[paths[path].state], label);
}

/** Each bucket holds all that is not longer than its limit. */
function tellHistogram(labels: Labels, histogram: InterfaceFigures["durations"]["rpc"], samples: SampleSink): void {
  if (histogram === null) return;
  const { counts, limitsMs, totalMs, count } = histogram;
  let upToHere = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    upToHere += counts[bucket] ?? 0;
    samples.addPart("_bucket", labels, upToHere, limitLabel(limitsMs[bucket]));
  }
  samples.addPart("_sum", labels, seconds(totalMs));
  samples.addPart("_count", labels, count);
}

function limitLabel(limitMs = Number.POSITIVE_INFINITY): Labels {
  return limitLabels.get(limitMs) ?? newLimitLabel(limitMs);
}

function newLimitLabel(limitMs: number): Labels {
  const label = Labels.of({ le: limitText(limitMs) });
  limitLabels.set(limitMs, label);
  return label;
}

/** OpenMetrics writes whole limits as `1.0`. */
function limitText(limitMs: number): string {
  if (limitMs === Number.POSITIVE_INFINITY) return "+Inf";
  const limit = limitMs / 1_000;
  return Number.isInteger(limit) ? limit.toFixed(1) : String(limit);
}
