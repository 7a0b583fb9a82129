import type { Clock } from "../base/clock.ts";
import { type RadioRhythm, SHORTEST_LIMIT_MS } from "../diagnosis/radio-rhythm.ts";
import { HearingTime } from "./hearing-time.ts";

/** A time in which at most one device was heard; monotonic. */
interface Silence {
  readonly sinceMs: number;
  /** The one that was heard. */
  readonly device: string | null;
  readonly lastHeardMs: number;
}

export interface SuspiciousSilence {
  readonly silentMs: number;
  /** Whether one device was heard all the same. */
  readonly exceptOne: boolean;
}

/**
 * Tells when the devices of one interface have been silent for longer than is usual there, and learns what is usual.
 * A single device proves nothing: it may be unplugged where the radio is well, and the last one heard where the radio fails.
 */
export class RadioWatch {
  readonly #rhythm: RadioRhythm;
  readonly #clock: Clock;
  readonly #hearing: HearingTime;
  #silence: Silence | null = null;
  /** An interface at which no device ever reported may have none. */
  #hasDevices: boolean;
  /** Where there is but one device, its own silence has to do. */
  #hasSeveral: boolean;

  constructor({ rhythm, clock }: { rhythm: RadioRhythm; clock: Clock }) {
    this.#rhythm = rhythm;
    this.#clock = clock;
    this.#hearing = new HearingTime({ clock });
    this.#hasDevices = rhythm.isKnown;
    this.#hasSeveral = rhythm.isKnown;
  }

  /** What devices report reaches us. */
  eventsArrive(): void {
    this.#hearing.eventsArrive();
  }

  /** What devices report may not reach us. */
  eventsLost(): void {
    this.#hearing.eventsLost();
  }

  /** Returns whether that shows the radio to be well; it does not where only this device is still heard. */
  reported(device: string): boolean {
    this.#hearing.eventsArrive();
    const nowMs = this.#clock.monotonicMs();
    const silence = this.#present();
    const isEnded = silence !== null && this.#isEndedBy(device, silence);
    if (isEnded) this.#rhythm.silenceEnded(this.#wallTimes(silence.sinceMs));
    if (silence?.device !== null && silence?.device !== device) this.#hasSeveral = true;
    this.#hasDevices = true;
    const goesOn = silence !== null && !isEnded && this.#hasSeveral;
    this.#silence = { sinceMs: goesOn ? silence.sinceMs : nowMs, device, lastHeardMs: nowMs };
    return !goesOn;
  }

  /** The present silence when it is longer than usual; null when it is not, or nobody can tell. */
  suspiciousSilence(): SuspiciousSilence | null {
    const silence = this.#present();
    if (silence === null || !this.#hasDevices || !this.#isTooLong(silence.sinceMs)) return null;
    return { silentMs: this.#clock.monotonicMs() - silence.sinceMs, exceptOne: silence.lastHeardMs > silence.sinceMs };
  }

  /** By another device, and by the same one after it has been silent for too long itself. */
  #isEndedBy(device: string, { device: heard, lastHeardMs }: Silence): boolean {
    return (heard !== null && heard !== device) || this.#isTooLong(lastHeardMs);
  }

  #isTooLong(sinceMs: number): boolean {
    const silentMs = this.#clock.monotonicMs() - sinceMs;
    return silentMs >= SHORTEST_LIMIT_MS && silentMs >= this.#rhythm.limitMs(this.#wallTimes(sinceMs));
  }

  #wallTimes(sinceMs: number): { readonly sinceMs: number; readonly atMs: number } {
    const atMs = this.#clock.wallMs();
    return { sinceMs: atMs - (this.#clock.monotonicMs() - sinceMs), atMs };
  }

  /** Of what was before a time in which nothing reached us, nothing is known any more. */
  #present(): Silence | null {
    const { sinceMs } = this.#hearing;
    if (sinceMs === null) return null;
    if (this.#silence === null || this.#silence.sinceMs < sinceMs) this.#silence = { sinceMs, device: null, lastHeardMs: sinceMs };
    return this.#silence;
  }
}
