import type { Clock } from "../base/clock.ts";
import { type Availability, availability, type Span } from "./availability.ts";
import type { ChecksumLog } from "./checksum-log.ts";
import { type Incident, type IncidentRecord, incidentRecord, type WatchedSpan } from "./incident.ts";

const DAY_MS = 86_400_000;
const KEPT_MS = 30 * DAY_MS;
const MAX_INCIDENTS = 500;
/** Each start of the program begins one for each interface. */
const MAX_SPANS = 1_000;
const MAX_BYTES = 2_000_000;

type Log = Pick<ChecksumLog, "read" | "append" | "rewrite" | "size">;

/** What is asked about; without the name of an interface the CCU as a whole. */
export interface Whose {
  readonly ccuId: string;
  readonly interfaceName: string | null;
}

/** The incidents and the watched times of all CCUs: the newest 500 of 30 days, 2 MB at most, in a file that outlives the program. */
export class IncidentStore {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #incidents = new Map<string, Incident>();
  readonly #spans = new Map<string, WatchedSpan>();
  /** Something could not be written. It is still known, so the next time all is written that is. */
  #isBehind = false;

  constructor({ log, clock }: { log: Log; clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Reads what earlier runs have left. What lasted when the last one ended, ended at an unknown time. */
  open(): void {
    const lines = this.#log.read();
    for (const line of lines) {
      const { data } = incidentRecord.safeParse(line);
      if (data?.type === "incident") this.#incidents.set(data.incident.id, data.incident);
      else if (data?.type === "watched") this.#spans.set(data.span.id, data.span);
    }
    for (const incident of this.#incidents.values())
      if (incident.endedAtMs === null) this.#incidents.set(incident.id, this.#abandoned(incident));
    if (lines.length > 0) this.#compact();
  }

  /** All incidents, newest first. */
  get incidents(): readonly Incident[] {
    return newestFirst(this.#incidents.values());
  }

  incidentsOf(whose: Whose): readonly Incident[] {
    return newestFirst(this.#incidents.values().filter((incident) => isOf(incident, whose)));
  }

  saveIncident(incident: Incident): void {
    this.#incidents.set(incident.id, incident);
    this.#append({ type: "incident", incident });
  }

  /** Keeps it in mind only; written down later. */
  noteSpan(span: WatchedSpan): void {
    this.#spans.set(span.id, span);
  }

  saveSpan(span: WatchedSpan): void {
    this.noteSpan(span);
    this.#append({ type: "watched", span });
  }

  /** Tells how reliable it was over a length of time before now; what happened is looked up once, however many are asked for. */
  availability(whose: Whose): (lengthMs: number) => Availability {
    const nowMs = this.#clock.wallMs();
    const watched = [...this.#spans.values().filter((span) => isOf(span, whose))];
    const outages = Array.from(
      this.#incidents.values().filter((incident) => isOf(incident, whose)),
      ({ startedAtMs, endedAtMs }): Span => ({ fromMs: startedAtMs, toMs: endedAtMs ?? nowMs }),
    );
    return (lengthMs) => availability({ watched, outages, lengthMs, nowMs });
  }

  /** Watched to the end of the last time that was written down, and down until then. */
  #abandoned(incident: Incident): Incident {
    const { ccuId, interfaceName, startedAtMs } = incident;
    const watched = [...this.#spans.values()].filter((span) => isOf(span, { ccuId, interfaceName }) && span.toMs >= startedAtMs);
    return { ...incident, endedAtMs: Math.max(startedAtMs, ...watched.map(({ toMs }) => toMs)), unobservedEnd: true };
  }

  #append(record: IncidentRecord): void {
    if (this.#isBehind || this.#incidents.size > MAX_INCIDENTS || this.#log.size() > MAX_BYTES) this.#compact();
    else this.#isBehind = !this.#log.append(record);
  }

  #compact(): void {
    const oldestMs = this.#clock.wallMs() - KEPT_MS;
    const spans = [...this.#spans.values()].filter(({ toMs }) => toMs >= oldestMs).slice(-MAX_SPANS);
    const recent = this.incidents.filter(({ endedAtMs }) => endedAtMs === null || endedAtMs >= oldestMs).slice(0, MAX_INCIDENTS);
    const kept = fitting(recent, MAX_BYTES / 2).reverse();
    this.#incidents.clear();
    for (const incident of kept) this.#incidents.set(incident.id, incident);
    this.#spans.clear();
    for (const span of spans) this.#spans.set(span.id, span);
    const records: readonly IncidentRecord[] = [
      ...spans.map((span): IncidentRecord => ({ type: "watched", span })),
      ...kept.map((incident): IncidentRecord => ({ type: "incident", incident })),
    ];
    this.#isBehind = !this.#log.rewrite(records);
  }
}

function newestFirst(incidents: Iterable<Incident>): readonly Incident[] {
  return [...incidents].sort((a, b) => b.startedAtMs - a.startedAtMs);
}

function isOf(entry: { ccuId: string; interfaceName: string }, { ccuId, interfaceName }: Whose): boolean {
  return entry.ccuId === ccuId && (interfaceName === null || entry.interfaceName === interfaceName);
}

/** The first ones that fit together. */
function fitting(incidents: readonly Incident[], maxBytes: number): Incident[] {
  let bytes = 0;
  return incidents.filter((incident) => {
    bytes += Buffer.byteLength(JSON.stringify(incident));
    return bytes <= maxBytes;
  });
}
