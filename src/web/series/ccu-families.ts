import { type Family, Labels, type SampleSink } from "../exposition.ts";
import type { CcuFigures } from "../figures.ts";
import type { CauseStatus } from "../status.ts";
import type { Labelled, LabelledCcu } from "./labelled.ts";
import { flag, PREFIX, ratio, seconds } from "./naming.ts";

const STATUSES = (["ok", "degraded", "critical"] as const).map((status) => ({ status, label: Labels.of({ status }) }));

type Ccu = Labelled<CcuFigures>;

const one =
  (value: (ccu: CcuFigures) => number | null) =>
  ({ labels, of }: Ccu, samples: SampleSink): void =>
    samples.add(labels, value(of));

/** A CCU as a whole. */
export const CCU_FAMILIES: readonly Family<LabelledCcu>[] = [
  {
    name: `${PREFIX}_ccu`,
    type: "info",
    help: "What is known about each CCU.",
    tell: ({ labels, of: { name, host, model, firmware } }, samples) => samples.add(labels, 1, Labels.of({ name, host, model, firmware })),
  },
  {
    name: `${PREFIX}_ccu_status`,
    type: "gauge",
    help: "1 for the status the CCU has, 0 for the others; absent while nothing is known.",
    tell: ({ labels, of: { status } }, samples) => {
      for (const each of STATUSES) samples.add(labels, status && flag(each.status === status), each.label);
    },
  },
  {
    name: `${PREFIX}_ccu_connected`,
    type: "gauge",
    help: "1 while all interfaces of the CCU answer and report; absent while nothing is known.",
    tell: one(({ connected }) => flag(connected)),
  },
  {
    name: `${PREFIX}_ccu_quiet`,
    type: "gauge",
    help: "1 while nobody is to be alarmed, because the CCU starts or is under maintenance.",
    tell: one(({ quiet }) => flag(quiet !== null)),
  },
  {
    name: `${PREFIX}_cause`,
    type: "gauge",
    help: "1 for what is wrong, the most telling cause of each interface; without interface it is about the CCU as a whole.",
    tell: tellCauses,
  },
  {
    name: `${PREFIX}_system_health_ratio`,
    type: "gauge",
    unit: "ratio",
    help: "System health, 1 when everything works.",
    tell: one(({ sensors }) => ratio(sensors.systemHealth.value)),
  },
  {
    name: `${PREFIX}_connection_latency_seconds`,
    type: "gauge",
    unit: "seconds",
    help: "Recent average time from a ping to its pong.",
    tell: one(({ sensors }) => seconds(sensors.connectionLatency.value)),
  },
  {
    name: `${PREFIX}_last_event_age_seconds`,
    type: "gauge",
    unit: "seconds",
    help: "Time since the last device event.",
    tell: one(({ sensors }) => sensors.lastEventAge.value),
  },
];

/** At most one for each interface, so that the series stay few whatever happens. */
function tellCauses({ labels, of: { cause }, interfaces }: LabelledCcu, samples: SampleSink): void {
  if (cause?.interface === null) tellCause(labels, cause, samples);
  for (const { labels: ofInterface, of } of interfaces) tellCause(ofInterface, of.cause, samples);
}

function tellCause(labels: Labels, cause: CauseStatus | null, samples: SampleSink): void {
  if (cause !== null) samples.add(labels, 1, Labels.of({ cause: cause.code, severity: cause.severity }));
}
