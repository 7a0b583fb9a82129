/** Anything that travels on the bus. */
export interface BusEvent {
  readonly type: string;
  /** What the event is about, for subscribers of just that; null when it is about nothing in particular. */
  readonly key: string | null;
  /** Milliseconds: the epoch at start-up plus monotonic time, so it never steps back. */
  readonly timestamp: number;
}

/** Handlers of a level are done before those of the next one begin; LOW handlers run after the publisher has gone on. */
export type EventPriority = "CRITICAL" | "HIGH" | "NORMAL" | "LOW";

/** A class takes its instances and those of its subclasses, a string the events with that `type`. */
export type EventType<Event extends BusEvent> = (abstract new (...args: never[]) => Event) | string;

// Method syntax makes the parameter bivariant: the bus keeps handlers of all events in one list and hands each only its own.
export type EventHandler<Event extends BusEvent> = { handle(event: Event): void }["handle"];

/** The `timestamp` of an event that was made without a bus at hand. */
export function systemTimestamp(): number {
  return performance.timeOrigin + performance.now();
}
