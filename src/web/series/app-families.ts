import { type Family, Labels, NO_LABELS, type Sample } from "../exposition.ts";
import type { AppFigures } from "../figures.ts";
import { flag, PREFIX } from "./naming.ts";

const one = (value: number | null): readonly Sample[] => [{ labels: NO_LABELS, value }];

/** The program itself. */
export const APP_FAMILIES: readonly Family<AppFigures>[] = [
  {
    name: `${PREFIX}_build`,
    type: "info",
    help: "The running version.",
    samples: ({ app }) => [{ labels: Labels.of({ version: app.version }), value: 1 }],
  },
  {
    name: `${PREFIX}_start_time_seconds`,
    type: "gauge",
    unit: "seconds",
    help: "When the program started, since the epoch.",
    samples: ({ app }) => one(Date.parse(app.startedAt) / 1000),
  },
  {
    name: "process_cpu_seconds",
    type: "counter",
    unit: "seconds",
    help: "CPU time that the program took, user and system together.",
    samples: ({ app }) => one(app.process.cpuSeconds),
  },
  {
    name: "process_resident_memory_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Memory that the program takes.",
    samples: ({ app }) => one(app.process.residentBytes),
  },
  {
    name: `${PREFIX}_demo`,
    type: "gauge",
    help: "1 while a simulated CCU stands in for a real one.",
    samples: ({ app }) => one(flag(app.demo)),
  },
  {
    name: `${PREFIX}_home_assistant_publishing`,
    type: "gauge",
    help: "1 while Home Assistant receives the values; absent where none is configured.",
    samples: ({ homeAssistant: { state } }) => one(state === "off" ? null : flag(state === "publishing")),
  },
];
