import type { Soaked } from "./soak.ts";
import type { Check } from "./soak-report.ts";

const HEAP_GROWTH_MB = 3;
const RESIDENT_MB = 150;
/** The program gives itself 4 s, and then ends whatever is left open. */
const STOP_MS = 3_500;
/** One for each change of an interface's state or cause, and one for each that comes and goes on the way. */
const LINES_A_FAULT = 8;
const LINES_A_START = 20;

/** What has to hold after a soak. */
export function checksOf(soaked: Soaked): readonly Check[] {
  const { played, stops, events, readings, hours, lines, troubles, incidents, incidentsForgotten, warmAfterMinutes } = soaked;
  const { first, warm, last } = readings;
  const growthMb = last.heapMb - warm.heapMb;
  const slowestStopMs = Math.max(...stops.map(({ tookMs }) => tookMs));
  const most = played.length * LINES_A_FAULT + stops.length * LINES_A_START;
  const none = (what: string, found: readonly string[]): Check => ({
    what,
    found: found.length === 0 ? "none" : `${found.length}: ${found.slice(0, 3).join("; ")}`,
    wanted: "none",
    holds: found.length === 0,
  });
  const mb = (value: number): string => `${value.toFixed(1)} MB`;
  const after = `after ${warmAfterMinutes.toFixed(1)} min`;
  return [
    none(
      "faults named or over too late",
      played.flatMap(({ fault, problems }) => problems.map((problem) => `${fault.name}: ${problem}`)),
    ),
    none(
      "wrong causes",
      played.flatMap(({ fault, wrongCauses }) => wrongCauses.map((cause) => `${fault.name}: ${cause}`)),
    ),
    {
      what: `events lost, of ${events.delivered} delivered and ${events.sent} sent`,
      found: `${events.lost}; ${events.unconfirmed} taken of which the CCU does not know it`,
      wanted: "0",
      holds: events.lost === 0 && events.delivered > 0,
    },
    none("errors in the log, unhandled rejections, pages without answer", troubles),
    {
      what: `${stops.length} stops by SIGTERM`,
      found: `exit codes ${stops.map(({ code }) => code).join(", ")}; ${(slowestStopMs / 1_000).toFixed(1)} s at most`,
      wanted: `0, within ${STOP_MS / 1_000} s`,
      holds: stops.every(({ code }) => code === 0) && slowestStopMs <= STOP_MS,
    },
    {
      what: "registrations left at healthy interfaces after a stop",
      found: `${stops.reduce((sum, { clientsLeft }) => sum + clientsLeft, 0)}`,
      wanted: "0",
      holds: stops.every(({ clientsLeft }) => clientsLeft === 0),
    },
    {
      what: `incidents forgotten at a start, of ${incidents} in the end`,
      found: `${incidentsForgotten}`,
      wanted: "0",
      holds: incidentsForgotten === 0,
    },
    {
      what: `resident memory at the first start, ${after} of the last run, in the end`,
      found: [first, warm, last].map(({ residentMb }) => mb(residentMb)).join(", "),
      wanted: `<= ${RESIDENT_MB} MB`,
      holds: last.residentMb <= RESIDENT_MB,
    },
    {
      what: `growth of the heap in the last run, from ${after} on`,
      found: mb(growthMb),
      wanted: `<= ${HEAP_GROWTH_MB} MB`,
      holds: growthMb <= HEAP_GROWTH_MB,
    },
    {
      what: "sockets, timers and all handles before the first fault",
      found: `${first.sockets}, ${first.timers}, ${first.handles}`,
      wanted: "-",
      holds: true,
    },
    {
      what: "the same in the end, at the latest when all has been well for 6 min",
      found: `${last.sockets}, ${last.timers}, ${last.handles}`,
      wanted: "not more",
      holds: last.sockets <= first.sockets && last.timers <= first.timers,
    },
    {
      what: "lines of log",
      found: `${lines}, ${(lines / hours).toFixed(0)} an hour`,
      wanted: `<= ${most} for so many faults and starts`,
      holds: lines <= most,
    },
  ];
}
