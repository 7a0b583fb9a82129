import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";

const QUIET_MS = 600_000;

/** Counts what goes wrong by kind; the log hears of each kind at most once in ten minutes, however often it happens. */
export class CallbackComplaints<Kind extends string> {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #counts = new Map<Kind, number>();
  readonly #loggedAtMs = new Map<Kind, number>();

  constructor({ clock, logger }: { clock: Clock; logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
  }

  add(kind: Kind, message: string): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const nowMs = this.#clock.monotonicMs();
    const loggedAtMs = this.#loggedAtMs.get(kind);
    if (loggedAtMs !== undefined && nowMs - loggedAtMs < QUIET_MS) return;
    this.#loggedAtMs.set(kind, nowMs);
    this.#logger.warn({ kind, count }, message);
  }

  /** How often each kind happened; kinds that never did are missing. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
