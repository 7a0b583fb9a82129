import type { BusEvent, EventHandler, EventPriority, EventType } from "./bus-event.ts";

const RANK: Readonly<Record<EventPriority, number>> = { CRITICAL: 0, HIGH: 1, NORMAL: 2, LOW: 3 };

export interface SubscribeOptions<Event extends BusEvent> {
  readonly eventType: EventType<Event>;
  /** Null takes the events of every key. */
  readonly eventKey: string | null;
  /** Synchronous; long work belongs into a queue of its own. */
  readonly handler: EventHandler<Event>;
  readonly priority?: EventPriority;
}

/** One call of `subscribe`. */
export class Subscriber {
  readonly handler: EventHandler<BusEvent>;
  readonly eventKey: string | null;
  readonly rank: number;
  readonly #eventType: EventType<BusEvent>;
  /** False once unsubscribed; whoever still holds the subscriber then leaves it alone. */
  active = true;

  constructor({ eventType, eventKey, handler, priority = "NORMAL" }: SubscribeOptions<BusEvent>) {
    this.#eventType = eventType;
    this.eventKey = eventKey;
    this.handler = handler;
    this.rank = RANK[priority];
  }

  get isLow(): boolean {
    return this.rank === RANK.LOW;
  }

  accepts(event: BusEvent): boolean {
    return typeof this.#eventType === "string" ? event.type === this.#eventType : event instanceof this.#eventType;
  }
}
