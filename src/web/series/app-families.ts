import { type Family, Labels, NO_LABELS } from "../exposition.ts";
import type { AppFigures } from "../figures.ts";
import { flag, PREFIX } from "./naming.ts";

const one =
  (value: (figures: AppFigures) => number | null): Family<AppFigures>["tell"] =>
  (figures, samples) =>
    samples.add(NO_LABELS, value(figures));

/** The program itself. */
export const APP_FAMILIES: readonly Family<AppFigures>[] = [
  {
    name: `${PREFIX}_build`,
    type: "info",
    help: "The running version.",
    tell: ({ app }, samples) => samples.add(Labels.of({ version: app.version }), 1),
  },
  {
    name: `${PREFIX}_start_time_seconds`,
    type: "gauge",
    unit: "seconds",
    help: "When the program started, since the epoch.",
    tell: one(({ app }) => Date.parse(app.startedAt) / 1000),
  },
  {
    name: "process_cpu_seconds",
    type: "counter",
    unit: "seconds",
    help: "CPU time that the program took, user and system together.",
    tell: one(({ app }) => app.process.cpuSeconds),
  },
  {
    name: "process_resident_memory_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Memory that the program takes.",
    tell: one(({ app }) => app.process.residentBytes),
  },
  {
    name: `${PREFIX}_demo`,
    type: "gauge",
    help: "1 while a simulated CCU stands in for a real one.",
    tell: one(({ app }) => flag(app.demo)),
  },
  {
    name: `${PREFIX}_home_assistant_publishing`,
    type: "gauge",
    help: "1 while Home Assistant receives the values; absent where none is configured.",
    tell: one(({ homeAssistant: { state } }) => (state === "off" ? null : flag(state === "publishing"))),
  },
];
