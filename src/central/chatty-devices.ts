import type { Clock } from "../base/clock.ts";
import { HeavyHitters } from "../base/heavy-hitters.ts";
import { deviceOf } from "../ccu/device-address.ts";

const WINDOW_MS = 600_000;
const CAPACITY = 128;
const MINUTE_MS = 60_000;

export interface ChattyDevice {
  readonly device: string;
  readonly eventsPerMinute: number;
}

/** Which devices report most, over the last 10 to 20 minutes. Bounded: two sketches of 128 devices. */
export class ChattyDevices {
  readonly #clock: Clock;
  #current = new HeavyHitters({ capacity: CAPACITY });
  #previous: HeavyHitters | null = null;
  #currentSinceMs: number;

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
    this.#currentSinceMs = clock.monotonicMs();
  }

  /** Takes the address of a channel or a device. */
  add(address: string): void {
    this.#turn();
    this.#current.add(deviceOf(address));
  }

  /** The most talkative first. */
  top(limit: number): readonly ChattyDevice[] {
    this.#turn();
    const counts = new Map<string, number>();
    for (const sketch of [this.#current, this.#previous]) {
      for (const { key, count } of sketch?.top(CAPACITY) ?? []) counts.set(key, (counts.get(key) ?? 0) + count);
    }
    const watchedMs = this.#clock.monotonicMs() - this.#currentSinceMs + (this.#previous === null ? 0 : WINDOW_MS);
    if (watchedMs < MINUTE_MS) return [];
    return [...counts]
      .map(([device, count]) => ({ device, eventsPerMinute: (count / watchedMs) * MINUTE_MS }))
      .sort((a, b) => b.eventsPerMinute - a.eventsPerMinute || a.device.localeCompare(b.device))
      .slice(0, limit);
  }

  #turn(): void {
    const windows = Math.floor((this.#clock.monotonicMs() - this.#currentSinceMs) / WINDOW_MS);
    if (windows === 0) return;
    this.#previous = windows === 1 ? this.#current : new HeavyHitters({ capacity: CAPACITY });
    this.#current = new HeavyHitters({ capacity: CAPACITY });
    this.#currentSinceMs += windows * WINDOW_MS;
  }
}
