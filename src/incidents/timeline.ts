import type { IncidentEntry } from "./incident.ts";

/** What led to an incident. */
const BEFORE = 20;
/** How it began, what led to it included. */
const BEGINNING = 40;
const LONGEST = 60;

/** What happened last at one interface; while an incident lasts also how it began. Bounded, however long it lasts. */
export class Timeline {
  readonly #entries: IncidentEntry[] = [];
  #kept = 0;

  get entries(): readonly IncidentEntry[] {
    return [...this.#entries];
  }

  add(entry: IncidentEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > (this.#kept === 0 ? BEFORE : LONGEST)) this.#entries.splice(this.#kept, 1);
  }

  /** From now on the beginning is kept. */
  begin(): void {
    this.#kept = BEGINNING;
  }

  end(): void {
    this.#kept = 0;
    this.#entries.splice(0, this.#entries.length - BEFORE);
  }
}
