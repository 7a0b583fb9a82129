import type { BusEvent } from "./bus-event.ts";
import { getOrInsert } from "./get-or-insert.ts";
import { type Route, RouteTable } from "./route-table.ts";
import { Effort, type TypeStatistics } from "./statistics.ts";
import type { Subscriber } from "./subscriber.ts";
import { Target } from "./target.ts";

/** What is known of one event type. */
class Topic {
  readonly effort: Effort = new Effort();
  readonly targets: Map<Subscriber, Target> = new Map();
  published = 0;
  /** Where events of the class seen last go; null once subscribers have come or gone. */
  table: RouteTable | null = null;
  eventClass: unknown = null;
}

/** Knows the subscribers in their one order and finds those of an event. */
export class Router {
  readonly #subscribers: Subscriber[] = [];
  readonly #topics = new Map<string, Topic>();

  add(subscriber: Subscriber): void {
    const next = this.#subscribers.findIndex(({ rank }) => rank > subscriber.rank);
    this.#subscribers.splice(next === -1 ? this.#subscribers.length : next, 0, subscriber);
    for (const topic of this.#topics.values()) topic.table = null;
  }

  remove(subscriber: Subscriber): void {
    if (!subscriber.active) return;
    subscriber.active = false;
    this.#subscribers.splice(this.#subscribers.indexOf(subscriber), 1);
    for (const topic of this.#topics.values()) {
      topic.table = null;
      topic.targets.delete(subscriber);
    }
  }

  removeAll(): void {
    for (const subscriber of [...this.#subscribers]) this.remove(subscriber);
  }

  /** Counts the event as published and tells who gets it. */
  route(event: BusEvent): Route {
    const topic = this.#topics.get(event.type) ?? this.#addTopic(event.type);
    topic.published += 1;
    const table = topic.eventClass === event.constructor && topic.table !== null ? topic.table : this.#fillTable(topic, event);
    return table.find(event);
  }

  statistics(): ReadonlyMap<string, TypeStatistics> {
    const types = new Map<string, TypeStatistics>();
    for (const [type, { published, effort, targets }] of this.#topics) {
      const handlers = this.#subscribers.flatMap((subscriber) => targets.get(subscriber) ?? []);
      types.set(type, {
        published,
        ...effort.figures(),
        handlers: handlers.map((target) => ({ name: target.subscriber.handler.name, ...target.effort.figures() })),
      });
    }
    return types;
  }

  #addTopic(type: string): Topic {
    const topic = new Topic();
    this.#topics.set(type, topic);
    return topic;
  }

  #fillTable(topic: Topic, event: BusEvent): RouteTable {
    const takers = this.#subscribers.filter((subscriber) => subscriber.accepts(event));
    topic.table = new RouteTable(takers.map((taker) => getOrInsert(topic.targets, taker, () => new Target(taker, topic.effort))));
    topic.eventClass = event.constructor;
    return topic.table;
  }
}
