import type { Clock } from "../base/clock.ts";
import type { SimulatedDevice } from "./devices.ts";
import type { Random } from "./random.ts";
import { TimerSet } from "./timer-set.ts";

const EVERYBODY_HEARD_WITHIN_MS = 60_000;
/** Node turns a longer timer into one of 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Rhythm {
  readonly device: SimulatedDevice;
  readonly firstMs: number;
  readonly everyMs: number;
}

/** Lets every device report in a period of its own, which is drawn once. */
export class Reporter implements Disposable {
  readonly #rhythms: readonly Rhythm[];
  readonly #timers: TimerSet;
  readonly #onReport: (device: SimulatedDevice) => void;
  #running = false;

  constructor({
    devices,
    random,
    reportScale,
    clock,
    onReport,
  }: {
    devices: readonly SimulatedDevice[];
    random: Random;
    /** Multiplies all periods; 1e6 keeps everybody quiet. */
    reportScale: number;
    clock: Clock;
    onReport: (device: SimulatedDevice) => void;
  }) {
    this.#timers = new TimerSet(clock);
    this.#onReport = onReport;
    this.#rhythms = devices.map((device, index) => {
      const [min, max] = device.everySeconds;
      // Spread out, so that somebody is heard soon and not all at once.
      const phase = (index + random()) / devices.length;
      return {
        device,
        firstMs: Math.min(LONGEST_TIMER_MS, EVERYBODY_HEARD_WITHIN_MS * reportScale * phase),
        everyMs: Math.min(LONGEST_TIMER_MS, (min + (max - min) * random()) * 1_000 * reportScale),
      };
    });
  }

  /** Starting twice is harmless. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    for (const rhythm of this.#rhythms) this.#timers.after(rhythm.firstMs, () => this.#report(rhythm));
  }

  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]();
  }

  #report(rhythm: Rhythm): void {
    this.#timers.after(rhythm.everyMs, () => this.#report(rhythm));
    this.#onReport(rhythm.device);
  }
}
