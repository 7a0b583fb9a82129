import type { Clock } from "../base/clock.ts";
import { getOrInsert } from "../events/get-or-insert.ts";
import { AvailabilityRecord, type Span } from "./availability.ts";
import type { ChecksumLog } from "./checksum-log.ts";
import { type Incident, type IncidentRecord, incidentRecord, type WatchedSpan } from "./incident.ts";

const DAY_MS = 86_400_000;
const KEPT_MS = 30 * DAY_MS;
/** Of one CCU, lest one that flaps costs the others theirs. */
const MAX_INCIDENTS = 500;
const MAX_BYTES = 2_000_000;
/** What is kept leaves room, lest each line that is added has all of them written anew. */
const ROOM_BYTES = MAX_BYTES / 8;
const MAX_INCIDENT_BYTES = MAX_BYTES / 2;
const MAX_SPAN_BYTES = MAX_BYTES - MAX_INCIDENT_BYTES - ROOM_BYTES;
/** Of a line, beside the incident or the span. */
const LINE_BYTES = 45;

type Log = Pick<ChecksumLog, "read" | "append" | "rewrite" | "size">;

/** What is asked about; without the name of an interface the CCU as a whole. */
export interface Whose {
  readonly ccuId: string;
  readonly interfaceName: string | null;
}

/** What is on record of one CCU, by id. */
interface CcuRecord {
  readonly incidents: Map<string, Incident>;
  readonly spans: Map<string, WatchedSpan>;
}

/**
 * The incidents and the watched times of all CCUs: the newest 500 incidents of each of 30 days, in a file that outlives the program. It holds
 * 2 MB, and more only while so much lasts at once, since what lasts is always kept.
 */
export class IncidentStore {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #records = new Map<string, CcuRecord>();
  /** Something could not be written. It is still known, so the next time all is written that is. */
  #isBehind = false;
  /** Beyond this size the file is rewritten. */
  #fullBytes = MAX_BYTES;

  constructor({ log, clock }: { log: Log; clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Reads what earlier runs have left. What lasted when the last one ended, ended at an unknown time. */
  open(): void {
    const lines = this.#log.read();
    for (const line of lines) {
      const { data } = incidentRecord.safeParse(line);
      if (data?.type === "incident") this.#note(data.incident);
      else if (data?.type === "watched") this.noteSpan(data.span);
    }
    for (const incident of this.incidents) if (incident.endedAtMs === null) this.#note(this.#abandoned(incident));
    if (lines.length > 0) this.#compact();
  }

  /** All incidents, newest first. */
  get incidents(): readonly Incident[] {
    return newestFirst(this.#records.values().flatMap(({ incidents }) => incidents.values()));
  }

  incidentsOf(whose: Whose): readonly Incident[] {
    return newestFirst(this.#recordOf(whose).incidents.values().filter(isOf(whose)));
  }

  saveIncident(incident: Incident): void {
    this.#note(incident);
    this.#append({ type: "incident", incident });
  }

  /** Keeps it in mind only; written down later. */
  noteSpan(span: WatchedSpan): void {
    this.#recordOf(span).spans.set(span.id, span);
  }

  /** One write, however many there are: each waits for the disk. */
  saveSpans(spans: readonly WatchedSpan[]): void {
    if (spans.length === 0) return;
    for (const span of spans) this.noteSpan(span);
    this.#append(...spans.map((span): IncidentRecord => ({ type: "watched", span })));
  }

  /** What tells how reliable it was up to now. */
  availability(whose: Whose): AvailabilityRecord {
    const nowMs = this.#clock.wallMs();
    const { incidents, spans } = this.#recordOf(whose);
    const isAskedFor = isOf(whose);
    const watched: Span[] = [];
    const outages: Span[] = [];
    for (const span of spans.values()) if (isAskedFor(span)) watched.push(span);
    for (const incident of incidents.values()) {
      const { startedAtMs, endedAtMs } = incident;
      if (isAskedFor(incident)) outages.push({ fromMs: startedAtMs, toMs: endedAtMs ?? nowMs });
    }
    return new AvailabilityRecord({ watched, outages, nowMs });
  }

  /** Watched to the end of the last time that was written down, and down until then. */
  #abandoned(incident: Incident): Incident {
    const { startedAtMs } = incident;
    const watched = this.#recordOf(incident).spans.values().filter(isOf(incident));
    return { ...incident, endedAtMs: Math.max(startedAtMs, ...watched.map(({ toMs }) => toMs)), unobservedEnd: true };
  }

  #note(incident: Incident): void {
    const { incidents } = this.#recordOf(incident);
    incidents.set(incident.id, incident);
    const oldest = incidents.size > MAX_INCIDENTS ? newestFirst(incidents.values().filter(hasEnded)).at(-1) : undefined;
    if (oldest !== undefined) incidents.delete(oldest.id);
  }

  #recordOf({ ccuId }: Pick<Whose, "ccuId">): CcuRecord {
    return getOrInsert(this.#records, ccuId, () => ({ incidents: new Map(), spans: new Map() }));
  }

  #append(...records: readonly IncidentRecord[]): void {
    if (this.#isBehind || this.#log.size() > this.#fullBytes) this.#compact();
    else this.#isBehind = !this.#log.append(...records);
  }

  #compact(): void {
    const oldestMs = this.#clock.wallMs() - KEPT_MS;
    const records = [...this.#records.values()];
    const lasting = records.flatMap(({ incidents }) => [...incidents.values()].filter((incident) => !hasEnded(incident)));
    const ended = records.map(({ incidents }) =>
      newestFirst(incidents.values().filter(({ endedAtMs }) => endedAtMs !== null && endedAtMs >= oldestMs)),
    );
    const watched = records.map(({ spans }) => [...spans.values()].filter(({ toMs }) => toMs >= oldestMs).sort((a, b) => b.toMs - a.toMs));
    const incidents = [...fitting(byTurns(ended), MAX_INCIDENT_BYTES - bytesOf(lasting)).reverse(), ...lasting];
    const spans = fitting(byTurns(watched), MAX_SPAN_BYTES).reverse();
    this.#records.clear();
    for (const span of spans) this.noteSpan(span);
    for (const incident of incidents) this.#note(incident);
    this.#isBehind = !this.#log.rewrite([
      ...spans.map((span): IncidentRecord => ({ type: "watched", span })),
      ...incidents.map((incident): IncidentRecord => ({ type: "incident", incident })),
    ]);
    this.#fullBytes = Math.max(MAX_BYTES, this.#log.size() + ROOM_BYTES);
  }
}

function newestFirst(incidents: Iterable<Incident>): readonly Incident[] {
  return [...incidents].sort((a, b) => b.startedAtMs - a.startedAtMs);
}

function hasEnded({ endedAtMs }: Incident): boolean {
  return endedAtMs !== null;
}

/** Within the record of one CCU. */
function isOf({ interfaceName }: Pick<Whose, "interfaceName">): (entry: { readonly interfaceName: string }) => boolean {
  return (entry) => interfaceName === null || entry.interfaceName === interfaceName;
}

/** The first of each list, then the second of each, and so on. */
function byTurns<Item>(lists: readonly (readonly Item[])[]): readonly Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();
}

/** The first ones that fit together. */
function fitting<Entry>(entries: readonly Entry[], maxBytes: number): Entry[] {
  let bytes = 0;
  return entries.filter((entry) => {
    bytes += bytesOf([entry]);
    return bytes <= maxBytes;
  });
}

function bytesOf(entries: readonly unknown[]): number {
  return entries.reduce<number>((sum, entry) => sum + Buffer.byteLength(JSON.stringify(entry)) + LINE_BYTES, 0);
}
