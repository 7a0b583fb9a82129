import { type Family, Labels, type Sample } from "../exposition.ts";
import type { AvailabilityStatus, CcuStatus, SpanAvailability } from "../status.ts";
import { divided, PREFIX } from "./naming.ts";

const SPANS = ["day", "week", "month"] as const;

interface Kept {
  readonly labels: Labels;
  readonly availability: AvailabilityStatus | null;
}

/** How reliable CCUs and interfaces were. */
export function* availabilityFamilies(ccus: readonly CcuStatus[]): Generator<Family> {
  const whole: readonly Kept[] = ccus.map(({ id, availability }) => ({ labels: Labels.of({ ccu: id }), availability }));
  const parts: readonly Kept[] = ccus.flatMap(({ id, interfaces }) =>
    interfaces.map(({ name, availability }) => ({ labels: Labels.of({ ccu: id, interface: name }), availability })),
  );
  yield {
    name: `${PREFIX}_ccu_availability_ratio`,
    type: "gauge",
    unit: "ratio",
    help: "How much of the watched time of the last day, week or month all interfaces of the CCU worked.",
    samples: spanSamples(whole, ({ ratio }) => ratio),
  };
  yield {
    name: `${PREFIX}_interface_availability_ratio`,
    type: "gauge",
    unit: "ratio",
    help: "How much of the watched time of the last day, week or month the interface worked.",
    samples: spanSamples(parts, ({ ratio }) => ratio),
  };
  yield {
    name: `${PREFIX}_interface_failures`,
    type: "gauge",
    help: "How often the interface was lost within the last day, week or month.",
    samples: spanSamples(parts, ({ failures }) => failures),
  };
}

function* spanSamples(all: readonly Kept[], value: (span: SpanAvailability) => number | null): Generator<Sample> {
  for (const { labels, availability } of all) {
    if (availability === null) continue;
    for (const span of SPANS) yield { labels: labels.and("span", span), value: divided(value(availability[span]), 1) };
  }
}
