import { type Family, Labels, NO_LABELS } from "../exposition.ts";
import type { AppStatus } from "../status.ts";
import { flag, PREFIX } from "./naming.ts";

/** The program itself. */
export function appFamilies({ app, homeAssistant }: AppStatus): readonly Family[] {
  const one = (value: number | null): Family["samples"] => [{ labels: NO_LABELS, value }];
  return [
    {
      name: `${PREFIX}_build`,
      type: "info",
      help: "The running version.",
      samples: [{ labels: Labels.of({ version: app.version }), value: 1 }],
    },
    {
      name: `${PREFIX}_start_time_seconds`,
      type: "gauge",
      unit: "seconds",
      help: "When the program started, since the epoch.",
      samples: one(Date.parse(app.startedAt) / 1000),
    },
    {
      name: "process_cpu_seconds",
      type: "counter",
      unit: "seconds",
      help: "CPU time that the program took, user and system together.",
      samples: one(app.process.cpuSeconds),
    },
    {
      name: "process_resident_memory_bytes",
      type: "gauge",
      unit: "bytes",
      help: "Memory that the program takes.",
      samples: one(app.process.residentBytes),
    },
    {
      name: `${PREFIX}_demo`,
      type: "gauge",
      help: "1 while a simulated CCU stands in for a real one.",
      samples: one(flag(app.demo)),
    },
    {
      name: `${PREFIX}_home_assistant_publishing`,
      type: "gauge",
      help: "1 while Home Assistant receives the values; absent where none is configured.",
      samples: one(homeAssistant.state === "off" ? null : flag(homeAssistant.state === "publishing")),
    },
  ];
}
