import type { Clock } from "../base/clock.ts";
import { deviceOf } from "../ccu/device-address.ts";
import { HearingTime } from "./hearing-time.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MAX_DEVICES = 10_000;
/** Over a restart: 50 bytes each. */
const MAX_REMEMBERED = 1_000;

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

/** What is kept of a device for the next start. */
export type RememberedDevice = readonly [device: string, lastHeardWallMs: number, longestMs: number, followedMs: number];

interface Heard {
  /** In this run, and not only in an earlier one. */
  sinceStart: boolean;
  lastMs: number;
  longestMs: number;
  /** So long it has been followed from one report to the next. */
  followedMs: number;
}

/**
 * Which devices of one interface have been silent for much longer than they usually are. A pause counts as far as it was watched, so an
 * event path that failed makes nobody silent. Bounded: three numbers for each of 10,000 devices.
 */
export class SilentDevices {
  readonly #clock: Clock;
  readonly #devices = new Map<string, Heard>();
  readonly #isGone: (device: string) => boolean;
  readonly #hearing: HearingTime;

  constructor(parts: { clock: Clock; remembered: readonly RememberedDevice[]; isGone: (device: string) => boolean }) {
    this.#clock = parts.clock;
    this.#isGone = parts.isGone;
    this.#hearing = new HearingTime({ clock: parts.clock });
    const nowMs = parts.clock.monotonicMs();
    for (const [device, wallMs, longestMs, followedMs] of parts.remembered.slice(0, MAX_REMEMBERED)) {
      const agoMs = Math.max(0, parts.clock.wallMs() - wallMs);
      this.#devices.set(device, { sinceStart: false, lastMs: nowMs - agoMs, longestMs, followedMs });
    }
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
    else if (this.#devices.size < MAX_DEVICES) this.#devices.set(device, { sinceStart: true, lastMs: nowMs, longestMs: 0, followedMs: 0 });
  }

  forget(addresses: readonly string[]): void {
    for (const address of addresses) this.#devices.delete(address);
  }

  /** Since the start. */
  hasHeard(device: string): boolean {
    return this.#devices.get(device)?.sinceStart ?? false;
  }

  /** Those first whose silence is the most unusual; null while nobody can tell. */
  top(limit: number): readonly SilentDevice[] | null {
    const { sinceMs } = this.#hearing;
    if (sinceMs === null) return null;
    const nowMs = this.#clock.monotonicMs();
    return this.#present
      .map(([device, heard]) => ({ device, heard, times: (nowMs - Math.max(heard.lastMs, sinceMs)) / usualMs(heard) }))
      .filter(({ times }) => times >= TOLERANCE)
      .sort((a, b) => b.times - a.times || a.device.localeCompare(b.device))
      .slice(0, limit)
      .map(({ device, heard }) => ({ device, lastHeardMs: heard.lastMs, usualMs: isFollowed(heard) ? heard.longestMs : null }));
  }

  /** What to remember over a restart. */
  remembered(): readonly RememberedDevice[] {
    const offsetMs = this.#clock.wallMs() - this.#clock.monotonicMs();
    return this.#present
      .slice(0, MAX_REMEMBERED)
      .map(([device, { lastMs, longestMs, followedMs }]) => [
        device,
        Math.round(offsetMs + lastMs),
        Math.round(longestMs),
        Math.round(followedMs),
      ]);
  }

  /** Of those that are remembered, only what the CCU still has. */
  get #present(): readonly (readonly [string, Heard])[] {
    return [...this.#devices].filter(([device, { sinceStart }]) => sinceStart || !this.#isGone(device));
  }

  #follow(heard: Heard, nowMs: number): void {
    const { sinceMs } = this.#hearing;
    if (sinceMs !== null) {
      const pauseMs = nowMs - Math.max(heard.lastMs, sinceMs);
      // An empty battery must not make the next silence seem usual.
      heard.longestMs = Math.max(heard.longestMs, Math.min(pauseMs, TOLERANCE * usualMs(heard)));
      heard.followedMs += pauseMs;
    }
    heard.lastMs = nowMs;
    heard.sinceStart = true;
  }
}

function isFollowed({ followedMs }: Heard): boolean {
  return followedMs >= FOLLOWED_MS;
}

function usualMs(heard: Heard): number {
  return Math.max(heard.longestMs, isFollowed(heard) ? SHORTEST_USUAL_MS : DAY_MS);
}
