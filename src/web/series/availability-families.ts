import { type Family, Labels, type SampleSink } from "../exposition.ts";
import type { AvailabilityStatus, SpanAvailability } from "../status.ts";
import type { Labelled, LabelledCcu } from "./labelled.ts";
import { divided, PREFIX } from "./naming.ts";

const SPANS = (["day", "week", "month"] as const).map((span) => ({ span, label: Labels.of({ span }) }));

type Watched = Labelled<{ readonly availability: AvailabilityStatus | null }>;
type Read = (span: SpanAvailability) => number | null;

/** How reliable a CCU and its interfaces were. */
export const AVAILABILITY_FAMILIES: readonly Family<LabelledCcu>[] = [
  {
    name: `${PREFIX}_ccu_availability_ratio`,
    type: "gauge",
    unit: "ratio",
    help: "How much of the watched time of the last day, week or month all interfaces of the CCU worked.",
    tell: (ccu, samples) => tellSpans([ccu], ({ ratio }) => ratio, samples),
  },
  {
    name: `${PREFIX}_interface_availability_ratio`,
    type: "gauge",
    unit: "ratio",
    help: "How much of the watched time of the last day, week or month the interface worked.",
    tell: ({ interfaces }, samples) => tellSpans(interfaces, ({ ratio }) => ratio, samples),
  },
  {
    name: `${PREFIX}_interface_failures`,
    type: "gauge",
    help: "How often the interface was lost within the last day, week or month.",
    tell: ({ interfaces }, samples) => tellSpans(interfaces, ({ failures }) => failures, samples),
  },
];

function tellSpans(all: readonly Watched[], read: Read, samples: SampleSink): void {
  for (const {
    labels,
    of: { availability },
  } of all) {
    if (availability === null) continue;
    for (const { span, label } of SPANS) samples.add(labels, divided(read(availability[span]), 1), label);
  }
}
