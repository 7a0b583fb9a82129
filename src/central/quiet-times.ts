import type { Clock } from "../base/clock.ts";
import { LONGEST_MAINTENANCE_MINUTES } from "../config.ts";
import { BOOT_LIMIT_MS } from "../diagnosis/diagnose.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** Minutes since midnight, local time; may cross midnight. */
export interface DailyWindow {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** The first one that holds is the one that is told. */
export type QuietReason = "announced" | "maintenance" | "boot";

const QUIET_REASONS: readonly QuietReason[] = ["announced", "maintenance", "boot"];

export interface Quiet {
  readonly reason: QuietReason;
  /** Wall time at which it ends by itself. */
  readonly untilMs: number;
}

/** Keeps an announcement over a restart of the program, as for an update of everything in one go. */
export interface AnnouncementMemory {
  /** Wall time until which maintenance was announced; `null` without. */
  readonly untilMs: number | null;
  remember(untilMs: number | null): void;
}

/** What is known of maintenance beforehand. */
export interface Maintenance {
  /** The time of each day. */
  readonly window: DailyWindow | null;
  readonly memory: AnnouncementMemory;
}

export const NO_MAINTENANCE: Maintenance = { window: null, memory: { untilMs: null, remember() {} } };

/**
 * When nobody is to be alarmed: while maintenance is announced, in the daily maintenance window, and while the CCU itself says that it is starting,
 * for 10 min at most. What is measured and shown stays the truth.
 */
export class QuietTimes {
  readonly #maintenance: Maintenance;
  readonly #clock: Clock;
  /** Monotonic, since the wall clock may be set meanwhile. */
  #announcedEndMs: number;
  /** When the CCU said for the first and for the last time that it is starting; monotonic. */
  #boot: { readonly sinceMs: number; readonly seenMs: number } | null = null;

  constructor({ maintenance, clock }: { maintenance: Maintenance; clock: Clock }) {
    this.#maintenance = maintenance;
    this.#clock = clock;
    const restMs = (maintenance.memory.untilMs ?? 0) - clock.wallMs();
    this.#announcedEndMs = clock.monotonicMs() + Math.min(restMs, LONGEST_MAINTENANCE_MINUTES * MINUTE_MS);
  }

  /** `null`: alarms go out. */
  get current(): Quiet | null {
    const restsMs: Readonly<Record<QuietReason, number>> = {
      announced: this.#announcedEndMs - this.#clock.monotonicMs(),
      maintenance: this.#windowRestMs(),
      boot: this.#boot === null ? 0 : this.#boot.sinceMs + BOOT_LIMIT_MS - this.#clock.monotonicMs(),
    };
    const reason = QUIET_REASONS.find((each) => restsMs[each] > 0);
    return reason === undefined ? null : { reason, untilMs: this.#clock.wallMs() + restsMs[reason] };
  }

  get reason(): QuietReason | null {
    return this.current?.reason ?? null;
  }

  /** Maintenance from now on, for so long; 0 ends what was announced. */
  announce(minutes: number): void {
    const lengthMs = minutes * MINUTE_MS;
    this.#announcedEndMs = this.#clock.monotonicMs() + lengthMs;
    this.#maintenance.memory.remember(lengthMs > 0 ? this.#clock.wallMs() + lengthMs : null);
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

  #windowRestMs(): number {
    const { window } = this.#maintenance;
    if (window === null) return 0;
    const wallMs = this.#clock.wallMs();
    const now = new Date(wallMs);
    const minute = now.getHours() * 60 + now.getMinutes();
    const passed = minutesBetween(window.fromMinute, minute);
    const length = minutesBetween(window.fromMinute, window.toMinute);
    return passed < length ? (length - passed) * MINUTE_MS - (wallMs % MINUTE_MS) : 0;
  }
}

function minutesBetween(from: number, to: number): number {
  return (to - from + DAY_MINUTES) % DAY_MINUTES;
}

/** Reads `03:00-03:30`; `null` when there is none. */
export function dailyWindow(text: string): DailyWindow | null {
  const [fromMinute, toMinute] = text.split("-").map((time) => {
    const [hours, minutes] = time.split(":").map(Number);
    return (hours ?? 0) * 60 + (minutes ?? 0);
  });
  return fromMinute === undefined || toMinute === undefined ? null : { fromMinute, toMinute };
}
