import { isoTime } from "./base/iso-time.ts";
import type { AvailabilityBySpan, Reliability } from "./central/reliability.ts";
import { CAUSE_CODES } from "./diagnosis/cause-codes.ts";
import { causeMessage } from "./diagnosis/causes.ts";
import { getOrInsert } from "./events/get-or-insert.ts";
import type { Availability } from "./incidents/availability.ts";
import type { Incident } from "./incidents/incident.ts";
import { timelineMessage } from "./timeline-words.ts";
import type { AvailabilityStatus, IncidentStatus, SpanAvailability } from "./web/status.ts";

/** How reliable a CCU, or with a name one of its interfaces, was; `null` while nobody can tell. */
export function availabilityStatus(reliability: Reliability, interfaceName: string | null): AvailabilityStatus | null {
  const known: AvailabilityBySpan | null = reliability.availability(interfaceName);
  return known && { day: spanStatus(known.day), week: spanStatus(known.week), month: spanStatus(known.month) };
}

/** Incidents never change, and each is asked for with every status. */
const KNOWN = new WeakMap<Incident, IncidentStatus>();

export function incidentStatus(incident: Incident): IncidentStatus {
  return getOrInsert(KNOWN, incident, () => described(incident));
}

function described({ id, interfaceName, cause, startedAtMs, endedAtMs, unobservedEnd, timeline }: Incident): IncidentStatus {
  const code = CAUSE_CODES.find((known) => known === cause);
  return {
    id,
    interface: interfaceName,
    cause,
    message: code === undefined ? null : causeMessage(code),
    startedAt: isoTime(startedAtMs),
    endedAt: endedAtMs === null ? null : isoTime(endedAtMs),
    durationSeconds: endedAtMs === null ? null : seconds(endedAtMs - startedAtMs),
    endUnobserved: unobservedEnd,
    timeline: timeline.map(({ atMs, kind, text }) => ({ at: isoTime(atMs), kind, text, message: timelineMessage({ kind, text }) })),
  };
}

function spanStatus({ ratio, watchedMs, downMs, failures, meanTimeBetweenFailuresMs }: Availability): SpanAvailability {
  return {
    ratio,
    watchedSeconds: seconds(watchedMs),
    downSeconds: seconds(downMs),
    failures,
    meanSecondsBetweenFailures: meanTimeBetweenFailuresMs === null ? null : seconds(meanTimeBetweenFailuresMs),
  };
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}
