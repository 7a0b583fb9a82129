import type { BusEvent } from "./bus-event.ts";
import type { Target } from "./target.ts";

/** Who gets an event, in the order of delivery. Never changed once made, so a running dispatch can hold on to it. */
export interface Route {
  readonly immediate: readonly Target[];
  readonly low: readonly Target[];
}

/** The routes for events of one type and class. */
export class RouteTable {
  readonly #targets: readonly Target[];
  readonly #anyKey: Route;
  /** Only keys that are subscribed to have an entry, filled in when it is first needed; else events could make it grow. */
  readonly #byKey: Map<string, Route | null>;

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
    this.#anyKey = this.#routeFor(null);
    this.#byKey = new Map();
    for (const { subscriber } of targets) if (subscriber.eventKey !== null) this.#byKey.set(subscriber.eventKey, null);
  }

  find(event: BusEvent): Route {
    return this.#byKey.size === 0 ? this.#anyKey : this.#findByKey(event.key);
  }

  #findByKey(key: string | null): Route {
    const known = key === null ? undefined : this.#byKey.get(key);
    if (key === null || known === undefined) return this.#anyKey;
    const route = known ?? this.#routeFor(key);
    this.#byKey.set(key, route);
    return route;
  }

  #routeFor(key: string | null): Route {
    const targets = this.#targets.filter(({ subscriber }) => subscriber.eventKey === null || subscriber.eventKey === key);
    return {
      immediate: targets.filter(({ subscriber }) => !subscriber.isLow),
      low: targets.filter(({ subscriber }) => subscriber.isLow),
    };
  }
}
