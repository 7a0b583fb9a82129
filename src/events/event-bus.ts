import { setImmediate } from "node:timers";
import { type Clock, systemClock } from "../base/clock.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import { type Subscription, subscription } from "../base/subscription.ts";
import type { BusEvent } from "./bus-event.ts";
import { DeliveryTimer } from "./delivery-timer.ts";
import { FailureLog } from "./failure-log.ts";
import { LowQueue } from "./low-queue.ts";
import { Router } from "./router.ts";
import type { BusStatistics } from "./statistics.ts";
import { type SubscribeOptions, Subscriber } from "./subscriber.ts";
import type { Target } from "./target.ts";

const LOW_QUEUE_LIMIT = 100_000;

/** So many LOW handlers are called before the sockets have their turn. */
const SLICE = 1_000;

export interface EventBusOptions {
  readonly clock?: Clock;
  /** How many calls of LOW handlers may wait; beyond, the oldest are dropped and counted. */
  readonly lowQueueLimit?: number;
  readonly logger?: Logger;
}

export interface BusSubscription extends Subscription {
  /** Makes at once, in their order, the calls that wait for this LOW handler. */
  deliverQueued(): void;
}

interface Dispatch {
  readonly event: BusEvent;
  readonly targets: readonly Target[];
}

interface Waiter {
  /** The last delivery it waits for. */
  readonly number: number;
  readonly resolve: () => void;
}

/**
 * Hands events to handlers in one order for all: that of publishing, within an event strictly by priority, and within a priority
 * first come, first served. A handler that throws is counted and logged, and does no harm to others.
 */
export class EventBus implements AsyncDisposable {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly #epochMs: number;
  readonly #router = new Router();
  readonly #failures: FailureLog;
  readonly #timer: DeliveryTimer;
  readonly #low: LowQueue;
  readonly #waiters: Waiter[] = [];
  /** Events published by handlers, until the handlers of the current event are through. */
  readonly #pending: Dispatch[] = [];
  #dispatching = false;
  #sliceDue = false;
  #toldOverflow = false;

  constructor({ clock = systemClock, lowQueueLimit = LOW_QUEUE_LIMIT, logger = silentLogger }: EventBusOptions = {}) {
    this.clock = clock;
    this.logger = logger;
    this.#epochMs = clock.wallMs() - clock.monotonicMs();
    this.#failures = new FailureLog(logger);
    this.#timer = new DeliveryTimer(clock);
    this.#low = new LowQueue(lowQueueLimit);
  }

  /** The `timestamp` of an event that happens now. */
  timestamp(): number {
    return this.#epochMs + this.clock.monotonicMs();
  }

  /** The handler gets what is published from now on; subscribed twice, it is called twice. */
  subscribe<Event extends BusEvent>(options: SubscribeOptions<Event>): BusSubscription {
    const subscriber = new Subscriber(options);
    this.#router.add(subscriber);
    const end = subscription(() => this.#router.remove(subscriber));
    return Object.assign(end, { deliverQueued: () => this.#deliverQueued(subscriber) });
  }

  /**
   * Calls the CRITICAL, HIGH and NORMAL handlers before it returns; the calls of LOW ones are queued. An event that is published
   * by a handler has its turn after the handlers of the current one.
   */
  publishSync(event: BusEvent): void {
    const { immediate, low } = this.#router.route(event);
    if (low.length > 0) this.#enqueue(event, low);
    if (immediate.length === 0) return;
    this.#pending.push({ event, targets: immediate });
    if (!this.#dispatching) this.#dispatch(this.#deliverPending);
  }

  /** Like `publishSync`, and resolves once the LOW handlers were called, too. */
  async publish(event: BusEvent): Promise<void> {
    this.publishSync(event);
    await this.#passed(this.#low.entered);
  }

  /** Resolves once nothing is queued. */
  async flush(): Promise<void> {
    while (this.#low.size > 0) await this.#passed(this.#low.entered);
  }

  statistics(): BusStatistics {
    return { types: this.#router.statistics(), queued: this.#low.size, dropped: this.#low.dropped };
  }

  /** Makes the calls that are queued and lets all handlers go. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    this.#router.removeAll();
  }

  #enqueue(event: BusEvent, targets: readonly Target[]): void {
    const publish = this.#low.entered + 1;
    for (const target of targets) if (!this.#low.push({ event, target, publish })) this.#tellOverflow();
    if (!this.#sliceDue) this.#scheduleSlice();
  }

  #tellOverflow(): void {
    if (this.#toldOverflow) return;
    this.#toldOverflow = true;
    this.logger.warn("The queue of LOW handlers is full; the oldest calls are dropped and counted");
  }

  #scheduleSlice(): void {
    this.#sliceDue = true;
    setImmediate(() => {
      this.#sliceDue = false;
      this.#dispatch(this.#deliverSlice);
      if (this.#low.size > 0) this.#scheduleSlice();
      this.#releaseWaiters();
    });
  }

  /** Calls handlers; what they publish is delivered before the outermost dispatch ends. */
  #dispatch(work: () => void): void {
    const outermost = !this.#dispatching;
    this.#dispatching = true;
    try {
      work();
      if (outermost) this.#deliverPending();
    } finally {
      if (outermost) this.#dispatching = false;
    }
  }

  readonly #deliverPending = (): void => {
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      this.#timer.start();
      for (const target of next.targets) this.#deliver(next.event, target, this.#timer);
      this.#timer.stop();
    }
  };

  readonly #deliverSlice = (): void => {
    this.#timer.start();
    for (let calls = 1; ; calls += 1) {
      const delivery = this.#low.shift();
      if (delivery === null) break;
      this.#deliver(delivery.event, delivery.target, this.#timer);
      if (this.#low.peek()?.publish === delivery.publish) continue;
      if (calls >= SLICE) break;
      if (this.#pending.length > 0) {
        this.#timer.stop();
        this.#deliverPending();
        this.#timer.start();
      }
    }
    this.#timer.stop();
  };

  #deliverQueued(subscriber: Subscriber): void {
    this.#dispatch(() => {
      const timer = new DeliveryTimer(this.clock);
      timer.start();
      for (const { event, target } of this.#low.take(subscriber)) this.#deliver(event, target, timer);
      timer.stop();
    });
  }

  #deliver(event: BusEvent, target: Target, timer: DeliveryTimer): void {
    const { subscriber } = target;
    if (!subscriber.active) return;
    timer.begin(target);
    try {
      const outcome: unknown = subscriber.handler(event);
      if (outcome instanceof Promise) outcome.catch((error: unknown) => this.#failed(target, error));
    } catch (error) {
      this.#failed(target, error);
    }
    timer.end(target);
  }

  #failed(target: Target, error: unknown): void {
    target.failed();
    this.#failures.report({ handler: target.subscriber.handler, error });
  }

  #passed(number: number): Promise<void> {
    return this.#low.isPast(number) ? Promise.resolve() : new Promise((resolve) => this.#waiters.push({ number, resolve }));
  }

  #releaseWaiters(): void {
    const waiting = this.#waiters.findIndex(({ number }) => !this.#low.isPast(number));
    for (const { resolve } of this.#waiters.splice(0, waiting === -1 ? this.#waiters.length : waiting)) resolve();
  }
}
