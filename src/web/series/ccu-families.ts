import { type Family, Labels, type Sample } from "../exposition.ts";
import type { CauseStatus, CcuStatus } from "../status.ts";
import { flag, PREFIX, ratio, seconds } from "./naming.ts";

const STATUSES = ["ok", "degraded", "critical"] as const;

/** Each CCU as a whole. */
export function ccuFamilies(ccus: readonly CcuStatus[]): readonly Family[] {
  const perCcu = (value: (ccu: CcuStatus) => number | null): readonly Sample[] =>
    ccus.map((ccu) => ({ labels: Labels.of({ ccu: ccu.id }), value: value(ccu) }));
  return [
    {
      name: `${PREFIX}_ccu`,
      type: "info",
      help: "What is known about each CCU.",
      samples: ccus.map(({ id, name, host, model, firmware }) => ({
        labels: Labels.of({ ccu: id, name, host, model, firmware }),
        value: 1,
      })),
    },
    {
      name: `${PREFIX}_ccu_status`,
      type: "gauge",
      help: "1 for the status the CCU has, 0 for the others; absent while nothing is known.",
      samples: ccus.flatMap(({ id, status }) =>
        STATUSES.map((one) => ({ labels: Labels.of({ ccu: id, status: one }), value: status && flag(one === status) })),
      ),
    },
    {
      name: `${PREFIX}_ccu_connected`,
      type: "gauge",
      help: "1 while all interfaces of the CCU answer and report; absent while nothing is known.",
      samples: perCcu(({ connected }) => flag(connected)),
    },
    {
      name: `${PREFIX}_cause`,
      type: "gauge",
      help: "1 for what is wrong, the most telling cause of each interface; without interface it is about the CCU as a whole.",
      samples: ccus.flatMap(causeSamples),
    },
    {
      name: `${PREFIX}_system_health_ratio`,
      type: "gauge",
      unit: "ratio",
      help: "System health, 1 when everything works.",
      samples: perCcu(({ sensors }) => ratio(sensors.systemHealth.value)),
    },
    {
      name: `${PREFIX}_connection_latency_seconds`,
      type: "gauge",
      unit: "seconds",
      help: "Recent average time from a ping to its pong.",
      samples: perCcu(({ sensors }) => seconds(sensors.connectionLatency.value)),
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

/** At most one for each interface, so that the series stay few whatever happens. */
function causeSamples({ id, cause, interfaces }: CcuStatus): readonly Sample[] {
  const sample = (found: CauseStatus | null, name: string | null): readonly Sample[] =>
    found === null ? [] : [{ labels: Labels.of({ ccu: id, interface: name, cause: found.code, severity: found.severity }), value: 1 }];
  return [...sample(cause?.interface === null ? cause : null, null), ...interfaces.flatMap((one) => sample(one.cause, one.name))];
}
