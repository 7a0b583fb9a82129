import type { Clock } from "../base/clock.ts";
import type { RadioRhythm } from "../diagnosis/radio-rhythm.ts";

/** An event path that failed for less than this cannot have swallowed more than a few reports. */
const BRIDGED_MS = 60_000;

/** Tells when the devices of one interface have been silent for longer than is usual there, and learns what is usual. */
export class RadioWatch {
  readonly #rhythm: RadioRhythm;
  readonly #clock: Clock;
  /** Since when devices are silent, as far as we can tell; monotonic. */
  #silentSinceMs: number | null = null;
  #lostAtMs: number | null = null;
  /** A silence that we did not watch from end to end says nothing about what is usual. */
  #wholeWatched = false;
  /** An interface that no device ever reported at may have none. */
  #hasDevices: boolean;

  constructor({ rhythm, clock }: { rhythm: RadioRhythm; clock: Clock }) {
    this.#rhythm = rhythm;
    this.#clock = clock;
    this.#hasDevices = rhythm.isKnown;
  }

  /** What devices report reaches us. */
  eventsArrive(): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#lostAtMs !== null && nowMs - this.#lostAtMs >= BRIDGED_MS) this.#silentSinceMs = null;
    this.#silentSinceMs ??= nowMs;
    this.#lostAtMs = null;
  }

  /** What devices report may not reach us. */
  eventsLost(): void {
    this.#lostAtMs ??= this.#clock.monotonicMs();
    this.#wholeWatched = false;
  }

  reported(): void {
    const nowMs = this.#clock.monotonicMs();
    const atMs = this.#clock.wallMs();
    if (this.#wholeWatched && this.#silentSinceMs !== null) this.#rhythm.reported({ sinceMs: atMs - (nowMs - this.#silentSinceMs), atMs });
    this.#hasDevices = true;
    this.#silentSinceMs = nowMs;
    this.#wholeWatched = this.#lostAtMs === null;
  }

  /** How long the devices have been silent, when that is longer than usual; `null` when it is not, or nobody can tell. */
  suspiciousSilenceMs(): number | null {
    if (!this.#hasDevices || this.#silentSinceMs === null || this.#lostAtMs !== null) return null;
    const silentMs = this.#clock.monotonicMs() - this.#silentSinceMs;
    const atMs = this.#clock.wallMs();
    return silentMs >= this.#rhythm.limitMs({ sinceMs: atMs - silentMs, atMs }) ? silentMs : null;
  }
}
