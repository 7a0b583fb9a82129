import type { IncidentStatus } from "../status.ts";

/** A CCU that goes is noticed at its interfaces within a ping interval and a timeout of each other. */
const TOGETHER_MS = 60_000;

/** Interfaces that were lost together; the first to be lost comes first. */
export type Outage = readonly [IncidentStatus, ...IncidentStatus[]];

/** The incidents, newest first, as whoever lived through them saw them: for one reason, several interfaces were lost at once. */
export function outagesOf(incidents: readonly IncidentStatus[]): readonly Outage[] {
  const outages: [IncidentStatus, ...IncidentStatus[]][] = [];
  for (const incident of incidents) {
    const outage = outages.find((known) => belongsTo(incident, known));
    if (outage === undefined) outages.push([incident]);
    else outage.unshift(incident);
  }
  return outages;
}

function belongsTo(incident: IncidentStatus, outage: Outage): boolean {
  const [first] = outage;
  return (
    incident.cause === first.cause &&
    (incident.endedAt === null) === (first.endedAt === null) &&
    Math.abs(Date.parse(incident.startedAt) - Date.parse(first.startedAt)) <= TOGETHER_MS &&
    outage.every((other) => other.interface !== incident.interface)
  );
}
