import type { BusEvent } from "./bus-event.ts";
import type { Subscriber } from "./subscriber.ts";
import type { Target } from "./target.ts";

/** One call of one LOW handler that is still to be made. */
export interface Delivery {
  readonly event: BusEvent;
  readonly target: Target;
  /** Counts up from 1 in the order of entry. */
  readonly number: number;
  /** The number of the first delivery of the same publish. */
  readonly publish: number;
  next: Delivery | null;
}

/** First in, first out, linked so that it costs nothing while it is empty; when full, a new delivery pushes out the oldest. */
export class LowQueue {
  readonly #limit: number;
  #oldest: Delivery | null = null;
  #newest: Delivery | null = null;
  #entered = 0;
  #size = 0;
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** The number of the delivery that came in last. */
  get entered(): number {
    return this.#entered;
  }

  /** True once nothing up to this number waits. */
  isPast(number: number): boolean {
    return this.#oldest === null || this.#oldest.number > number;
  }

  /** False when the queue was full. */
  push({ event, target, publish }: Pick<Delivery, "event" | "target" | "publish">): boolean {
    this.#entered += 1;
    const delivery = { event, target, number: this.#entered, publish, next: null };
    if (this.#newest === null) this.#oldest = delivery;
    else this.#newest.next = delivery;
    this.#newest = delivery;
    this.#size += 1;
    if (this.#size <= this.#limit) return true;
    this.shift();
    this.#dropped += 1;
    return false;
  }

  peek(): Delivery | null {
    return this.#oldest;
  }

  shift(): Delivery | null {
    const delivery = this.#oldest;
    if (delivery !== null) this.#unlink(delivery, null);
    return delivery;
  }

  /** Takes out of turn, oldest first, what waits for one subscriber. */
  take(subscriber: Subscriber): Delivery[] {
    const taken: Delivery[] = [];
    let previous: Delivery | null = null;
    for (let delivery = this.#oldest; delivery !== null; ) {
      const next: Delivery | null = delivery.next;
      if (delivery.target.subscriber === subscriber) {
        this.#unlink(delivery, previous);
        taken.push(delivery);
      } else {
        previous = delivery;
      }
      delivery = next;
    }
    return taken;
  }

  #unlink(delivery: Delivery, previous: Delivery | null): void {
    if (previous === null) this.#oldest = delivery.next;
    else previous.next = delivery.next;
    if (this.#newest === delivery) this.#newest = previous;
    // A delivery that has grown old would keep its younger successors from the quick garbage collection.
    delivery.next = null;
    this.#size -= 1;
  }
}
