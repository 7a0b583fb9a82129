import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import { type Maintenance, type Quiet, type QuietReason, QuietTimes } from "./quiet-times.ts";

const QUIET_TEXTS: Readonly<Record<QuietReason | "over", string>> = {
  announced: "maintenance was announced: nothing is reported as a problem until it is over",
  boot: "the CCU is starting: nothing is reported as a problem for up to 10 min",
  maintenance: "maintenance has begun: nothing is reported as a problem until it is over",
  over: "problems are reported again",
};

/** Knows when nobody is to be alarmed about one CCU, and says in one line when that changes. */
export class QuietWatch {
  readonly #times: QuietTimes;
  readonly #logger: Logger;
  readonly #onChange: () => void;
  #told: QuietReason | null = null;

  constructor({ maintenance, clock, logger, onChange }: { maintenance: Maintenance; clock: Clock; logger: Logger; onChange: () => void }) {
    this.#times = new QuietTimes({ maintenance, clock });
    this.#logger = logger;
    this.#onChange = onChange;
  }

  /** `null`: alarms go out. */
  get current(): Quiet | null {
    return this.#times.current;
  }

  get reason(): QuietReason | null {
    return this.#times.reason;
  }

  /** Maintenance from now on, for so long; 0 ends what was announced. */
  announce(minutes: number): void {
    this.#times.announce(minutes);
    // Another length is a change of its own.
    if (minutes > 0) this.#told = null;
    this.#tell();
  }

  /** What is known about the interfaces, as often as it may have changed and every few seconds. */
  review(diagnoses: readonly Diagnosis[]): void {
    if (diagnoses.some(({ causes: [primary] }) => primary?.code === "ccu_booting")) this.#times.starting();
    else if (diagnoses.every(({ connected }) => connected === true)) this.#times.started();
    this.#tell();
  }

  #tell(): void {
    const { reason } = this.#times;
    if (reason === this.#told) return;
    this.#told = reason;
    this.#logger.info(QUIET_TEXTS[reason ?? "over"]);
    this.#onChange();
  }
}
