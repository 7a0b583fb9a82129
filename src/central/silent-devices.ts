import type { Clock } from "../base/clock.ts";
import { deviceOf } from "../ccu/device-address.ts";
import { HearingTime } from "./hearing-time.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MAX_DEVICES = 10_000;

/** A device is silent once it has not reported for so many times its longest usual pause. */
const TOLERANCE = 3;
/** No pause is taken for shorter: HmIP devices on mains power report every two to three minutes, and reports get lost. */
const SHORTEST_USUAL_MS = 20 * MINUTE_MS;
/** A device that has not been followed through a day and a night is taken for one that reports daily. */
const FOLLOWED_MS = DAY_MS;

export interface SilentDevice {
  readonly device: string;
  /** Monotonic. */
  readonly lastHeardMs: number;
  /** Its longest pause so far; null while too little is known of it. */
  readonly usualMs: number | null;
}

interface Heard {
  lastMs: number;
  longestMs: number;
  /** So long it has been followed from one report to the next. */
  followedMs: number;
}

/**
 * Which devices of one interface have been silent for much longer than they usually are. Only pauses that were watched from end to end
 * count, so an event path that failed makes nobody silent. Bounded: three numbers for each of 10,000 devices.
 */
export class SilentDevices {
  readonly #clock: Clock;
  readonly #devices = new Map<string, Heard>();
  readonly #hearing: HearingTime;

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
    this.#hearing = new HearingTime({ clock });
  }

  /** What devices report reaches us. */
  eventsArrive(): void {
    this.#hearing.eventsArrive();
  }

  /** What devices report may not reach us. */
  eventsLost(): void {
    this.#hearing.eventsLost();
  }

  /** Takes the address of a channel or a device. */
  heard(address: string): void {
    const device = deviceOf(address);
    const nowMs = this.#clock.monotonicMs();
    const known = this.#devices.get(device);
    if (known !== undefined) this.#follow(known, nowMs);
    else if (this.#devices.size < MAX_DEVICES) this.#devices.set(device, { lastMs: nowMs, longestMs: 0, followedMs: 0 });
  }

  forget(addresses: readonly string[]): void {
    for (const address of addresses) this.#devices.delete(address);
  }

  /** Since the start. */
  hasHeard(device: string): boolean {
    return this.#devices.has(device);
  }

  /** Those first whose silence is the most unusual; null while nobody can tell. */
  top(limit: number): readonly SilentDevice[] | null {
    const { sinceMs } = this.#hearing;
    if (sinceMs === null) return null;
    const nowMs = this.#clock.monotonicMs();
    return [...this.#devices]
      .map(([device, heard]) => ({ device, heard, times: (nowMs - Math.max(heard.lastMs, sinceMs)) / usualMs(heard) }))
      .filter(({ times }) => times >= TOLERANCE)
      .sort((a, b) => b.times - a.times || a.device.localeCompare(b.device))
      .slice(0, limit)
      .map(({ device, heard }) => ({ device, lastHeardMs: heard.lastMs, usualMs: isFollowed(heard) ? heard.longestMs : null }));
  }

  #follow(heard: Heard, nowMs: number): void {
    const { sinceMs } = this.#hearing;
    if (sinceMs !== null && heard.lastMs >= sinceMs) {
      const pauseMs = nowMs - heard.lastMs;
      // An empty battery must not make the next silence seem usual.
      heard.longestMs = Math.max(heard.longestMs, Math.min(pauseMs, TOLERANCE * usualMs(heard)));
      heard.followedMs += pauseMs;
    }
    heard.lastMs = nowMs;
  }
}

function isFollowed({ followedMs }: Heard): boolean {
  return followedMs >= FOLLOWED_MS;
}

function usualMs(heard: Heard): number {
  return Math.max(heard.longestMs, isFollowed(heard) ? SHORTEST_USUAL_MS : DAY_MS);
}
