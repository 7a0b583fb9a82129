import type { EventDispatcher } from "./event-dispatcher.ts";
import type { DeviceEvent } from "./inventory.ts";

/** One registered client as the interface sees it. */
export interface SimulatedClient {
  readonly url: string;
  readonly interfaceId: string;
  /** Events that wait for delivery. */
  readonly queued: number;
  /** Events that fell out of the full queue. */
  readonly dropped: number;
  /** Batches lost in a row. */
  readonly failedBatches: number;
}

/** Who receives events. Clients are known by their URL alone. */
export class ClientRegistry {
  readonly #dispatchers = new Map<string, EventDispatcher>();
  readonly #onForgotten: (url: string) => void;

  constructor({ onForgotten }: { onForgotten: (url: string) => void }) {
    this.#onForgotten = onForgotten;
  }

  get clients(): readonly SimulatedClient[] {
    return [...this.#dispatchers].map(([url, { interfaceId, queued, dropped, failedBatches }]) => ({
      url,
      interfaceId,
      queued,
      dropped,
      failedBatches,
    }));
  }

  has(url: string): boolean {
    return this.#dispatchers.has(url);
  }

  hasId(interfaceId: string): boolean {
    return this.clients.some((client) => client.interfaceId === interfaceId);
  }

  add(url: string, dispatcher: EventDispatcher): void {
    this.#dispatchers.set(url, dispatcher);
  }

  remove(url: string): void {
    this.#dispatchers.get(url)?.[Symbol.dispose]();
    this.#dispatchers.delete(url);
  }

  clear(): void {
    for (const url of [...this.#dispatchers.keys()]) this.remove(url);
  }

  /** Queues the event for every client, and for none that turned out to be unreachable: that one is forgotten here. */
  broadcast(event: DeviceEvent): void {
    for (const [url, dispatcher] of [...this.#dispatchers]) {
      if (dispatcher.unreachable) {
        this.remove(url);
        this.#onForgotten(url);
      } else {
        dispatcher.enqueue(event);
      }
    }
  }
}
