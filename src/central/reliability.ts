import type { Clock } from "../base/clock.ts";
import { AVAILABILITY_SPANS, type Availability, type AvailabilitySpan } from "../incidents/availability.ts";
import type { Incident } from "../incidents/incident.ts";
import type { IncidentStore } from "../incidents/incident-store.ts";
import { IncidentRecorder } from "./incident-recorder.ts";

/** Where incidents are kept, and what takes secrets out of their texts. */
export interface IncidentRecords {
  readonly store: IncidentStore;
  readonly redact: (text: string) => string;
}

export type AvailabilityBySpan = Readonly<Record<AvailabilitySpan, Availability>>;

/** How reliable one CCU and its interfaces were, now and in the last weeks. */
export class Reliability {
  readonly #ccuId: () => string | null;
  readonly #records: IncidentRecords;
  readonly #clock: Clock;
  readonly #recorders = new Map<string, IncidentRecorder>();

  constructor(parts: { ccuId: () => string | null; records: IncidentRecords; clock: Clock }) {
    this.#ccuId = parts.ccuId;
    this.#records = parts.records;
    this.#clock = parts.clock;
  }

  /** A recorder for an interface that is watched from now on. */
  record(interfaceName: string): IncidentRecorder {
    const recorder = new IncidentRecorder({ interfaceName, ccuId: this.#ccuId, ...this.#records, clock: this.#clock });
    this.#recorders.set(interfaceName, recorder);
    return recorder;
  }

  /** The interface is no longer watched. */
  remove(interfaceName: string): void {
    this.#recorders.delete(interfaceName);
  }

  checkpoint(): void {
    this.refresh();
    const recorders = [...this.#recorders.values()];
    this.#records.store.saveSpans(recorders.flatMap(({ span }) => span ?? []));
    for (const recorder of recorders) recorder.checkpoint();
  }

  /** Follows the time; called often. */
  refresh(): void {
    for (const recorder of this.#recorders.values()) recorder.refresh();
  }

  /** Newest first. */
  get incidents(): readonly Incident[] {
    const ccuId = this.#ccuId();
    return ccuId === null ? [] : this.#records.store.incidentsOf({ ccuId, interfaceName: null });
  }

  /** Of an interface, or of the CCU: down while one of its interfaces is. `null` until it is settled who the CCU is. */
  availability(interfaceName: string | null): AvailabilityBySpan | null {
    const ccuId = this.#ccuId();
    if (ccuId === null) return null;
    if (interfaceName === null) this.refresh();
    else this.#recorders.get(interfaceName)?.refresh();
    const record = this.#records.store.availability({ ccuId, interfaceName });
    const { day, week, month } = AVAILABILITY_SPANS;
    return { day: record.over(day), week: record.over(week), month: record.over(month) };
  }
}
