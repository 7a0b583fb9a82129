import type { Clock } from "../base/clock.ts";
import { BOOT_LIMIT_MS } from "../diagnosis/diagnose.ts";

/** Minutes since midnight, local time; may cross midnight. */
export interface DailyWindow {
  readonly fromMinute: number;
  readonly toMinute: number;
}

export type QuietReason = "maintenance" | "boot";

/**
 * When nobody is to be alarmed: in the daily maintenance window, and while the CCU itself says that it is starting, for 10 min at most. What is measured and
 * shown stays the truth.
 */
export class QuietTimes {
  readonly #window: DailyWindow | null;
  readonly #clock: Clock;
  /** When the CCU said for the first and for the last time that it is starting; monotonic. */
  #boot: { readonly sinceMs: number; readonly seenMs: number } | null = null;

  constructor({ window, clock }: { window: DailyWindow | null; clock: Clock }) {
    this.#window = window;
    this.#clock = clock;
  }

  /** `null`: alarms go out. */
  get reason(): QuietReason | null {
    if (this.#inWindow()) return "maintenance";
    return this.#boot !== null && this.#clock.monotonicMs() - this.#boot.sinceMs < BOOT_LIMIT_MS ? "boot" : null;
  }

  /** An interface answers that the CCU is starting. */
  starting(): void {
    const seenMs = this.#clock.monotonicMs();
    const goesOn = this.#boot !== null && seenMs - this.#boot.seenMs < BOOT_LIMIT_MS;
    this.#boot = { sinceMs: goesOn && this.#boot !== null ? this.#boot.sinceMs : seenMs, seenMs };
  }

  /** All interfaces are connected. */
  started(): void {
    this.#boot = null;
  }

  #inWindow(): boolean {
    if (this.#window === null) return false;
    const { fromMinute, toMinute } = this.#window;
    const now = new Date(this.#clock.wallMs());
    const minute = now.getHours() * 60 + now.getMinutes();
    return fromMinute <= toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;
  }
}

/** Reads `03:00-03:30`; `null` when there is none. */
export function dailyWindow(text: string): DailyWindow | null {
  const [fromMinute, toMinute] = text.split("-").map((time) => {
    const [hours, minutes] = time.split(":").map(Number);
    return (hours ?? 0) * 60 + (minutes ?? 0);
  });
  return fromMinute === undefined || toMinute === undefined ? null : { fromMinute, toMinute };
}
