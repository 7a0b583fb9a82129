import type { Clock } from "../base/clock.ts";
import type { SimulatedDevice } from "./devices.ts";
import { type Timetable, timetables } from "./rhythm.ts";
import { TimerSet } from "./timer-set.ts";

/** Node turns a longer timer into one of 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Lets every device report in a rhythm of its own. */
export class Reporter implements Disposable {
  readonly #devices: readonly SimulatedDevice[];
  readonly #timetables: readonly Timetable[];
  readonly #clock: Clock;
  readonly #timers: TimerSet;
  readonly #onReport: (device: SimulatedDevice) => void;
  #running = false;

  constructor({
    devices,
    seed,
    reportScale,
    clock,
    onReport,
  }: {
    devices: readonly SimulatedDevice[];
    seed: number;
    /** Multiplies all periods; 1e6 keeps everybody quiet. */
    reportScale: number;
    clock: Clock;
    onReport: (device: SimulatedDevice) => void;
  }) {
    this.#devices = devices;
    this.#timetables = timetables(
      devices.map(({ rhythm }) => rhythm),
      { seed, scale: reportScale },
    );
    this.#clock = clock;
    this.#timers = new TimerSet(clock);
    this.#onReport = onReport;
  }

  /** Starting twice is harmless. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    for (const [index, device] of this.#devices.entries()) {
      const timetable = this.#timetables[index];
      if (timetable !== undefined) this.#wait(device, timetable, timetable.firstMs(this.#clock.wallMs()));
    }
  }

  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]();
  }

  #wait(device: SimulatedDevice, timetable: Timetable, delayMs: number): void {
    this.#timers.after(Math.min(LONGEST_TIMER_MS, delayMs), () => {
      this.#wait(device, timetable, timetable.nextMs(this.#clock.wallMs()));
      this.#onReport(device);
    });
  }
}
