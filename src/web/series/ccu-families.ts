import { type Family, Labels, type Sample } from "../exposition.ts";
import type { CcuFigures } from "../figures.ts";
import type { CauseStatus } from "../status.ts";
import type { Labelled, LabelledCcu } from "./labelled.ts";
import { flag, PREFIX, ratio, seconds } from "./naming.ts";

const STATUSES = (["ok", "degraded", "critical"] as const).map((status) => ({ status, label: Labels.of({ status }) }));

type Ccu = Labelled<CcuFigures>;

const one =
  (value: (ccu: CcuFigures) => number | null) =>
  ({ labels, of }: Ccu): readonly Sample[] => [{ labels, value: value(of) }];

/** A CCU as a whole. */
export const CCU_FAMILIES: readonly Family<LabelledCcu>[] = [
  {
    name: `${PREFIX}_ccu`,
    type: "info",
    help: "What is known about each CCU.",
    samples: ({ labels, of: { name, host, model, firmware } }) => [
      { labels: labels.and(Labels.of({ name, host, model, firmware })), value: 1 },
    ],
  },
  {
    name: `${PREFIX}_ccu_status`,
    type: "gauge",
    help: "1 for the status the CCU has, 0 for the others; absent while nothing is known.",
    samples: ({ labels, of: { status } }) =>
      STATUSES.map((each) => ({ labels: labels.and(each.label), value: status && flag(each.status === status) })),
  },
  {
    name: `${PREFIX}_ccu_connected`,
    type: "gauge",
    help: "1 while all interfaces of the CCU answer and report; absent while nothing is known.",
    samples: one(({ connected }) => flag(connected)),
  },
  {
    name: `${PREFIX}_ccu_quiet`,
    type: "gauge",
    help: "1 while nobody is to be alarmed, because the CCU starts or is under maintenance.",
    samples: one(({ quiet }) => flag(quiet !== null)),
  },
  {
    name: `${PREFIX}_cause`,
    type: "gauge",
    help: "1 for what is wrong, the most telling cause of each interface; without interface it is about the CCU as a whole.",
    samples: causeSamples,
  },
  {
    name: `${PREFIX}_system_health_ratio`,
    type: "gauge",
    unit: "ratio",
    help: "System health, 1 when everything works.",
    samples: one(({ sensors }) => ratio(sensors.systemHealth.value)),
  },
  {
    name: `${PREFIX}_connection_latency_seconds`,
    type: "gauge",
    unit: "seconds",
    help: "Recent average time from a ping to its pong.",
    samples: one(({ sensors }) => seconds(sensors.connectionLatency.value)),
  },
  {
    name: `${PREFIX}_last_event_age_seconds`,
    type: "gauge",
    unit: "seconds",
    help: "Time since the last device event.",
    samples: one(({ sensors }) => sensors.lastEventAge.value),
  },
];

/** At most one for each interface, so that the series stay few whatever happens. */
function causeSamples({ labels, of: { cause }, interfaces }: LabelledCcu): readonly Sample[] {
  return [
    ...sampleOf(cause?.interface === null ? cause : null, labels),
    ...interfaces.flatMap((each) => sampleOf(each.of.cause, each.labels)),
  ];
}

function sampleOf(cause: CauseStatus | null, labels: Labels): readonly Sample[] {
  return cause === null ? [] : [{ labels: labels.and(Labels.of({ cause: cause.code, severity: cause.severity })), value: 1 }];
}
