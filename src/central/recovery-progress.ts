import type { Clock } from "../base/clock.ts";
import type { ErrorCode, HomematicError } from "../base/errors.ts";
import type { Loss } from "../ccu/loss.ts";

/** What it takes until an interface is watched, in this order; the last one means that nothing is left to do. */
export const RECOVERY_STEPS = [
  "name_resolution",
  "connection",
  "http",
  "rpc",
  "callback_address",
  "registration",
  "first_pong",
  "inventory",
  "done",
] as const;

export type RecoveryStep = (typeof RECOVERY_STEPS)[number];

/** An interface without devices never tells any. */
const INVENTORY_LIMIT_MS = 30_000;

/** Where a call got stuck; it went through the steps before. */
const STEP_OF_ERROR: Readonly<Partial<Record<ErrorCode, RecoveryStep>>> = {
  DNS_FAILED: "name_resolution",
  NO_ROUTE: "connection",
  CONNECTION_REFUSED: "connection",
  TLS_FAILED: "connection",
  CONNECTION_LOST: "http",
  FORBIDDEN: "http",
  UNAUTHORIZED: "http",
  NOT_READY: "http",
  PROCESS_DOWN: "http",
  HTTP_ERROR: "http",
  NOT_XML_RPC: "rpc",
  LIMIT_EXCEEDED: "rpc",
};

const STEP_OF_LOSS: Readonly<Partial<Record<Loss["kind"], RecoveryStep>>> = {
  address_unknown: "callback_address",
  registration_refused: "registration",
  registration_unanswered: "registration",
  events_missing: "first_pong",
  unexpected: "first_pong",
};

/**
 * How far the connection to one interface has come. A new attempt goes through all steps again; shown is where it got stuck, until it gets further
 * or fails elsewhere.
 */
export class RecoveryProgress {
  readonly #clock: Clock;
  readonly #hasDevices: () => boolean;
  #step: RecoveryStep = "name_resolution";
  #sinceMs: number;
  #canProveEvents = true;

  constructor({ clock, hasDevices }: { clock: Clock; hasDevices: () => boolean }) {
    this.#clock = clock;
    this.#hasDevices = hasDevices;
    this.#sinceMs = clock.monotonicMs();
  }

  get step(): RecoveryStep {
    return this.#inventoryIsOver ? "done" : this.#step;
  }

  /** Monotonic. */
  get sinceMs(): number {
    return this.#inventoryIsOver ? this.#sinceMs + INVENTORY_LIMIT_MS : this.#sinceMs;
  }

  commandFailed({ code, context: { connected } }: HomematicError): void {
    const step = code === "TIMEOUT" ? (connected === false ? "connection" : "http") : STEP_OF_ERROR[code];
    if (step !== undefined) this.#moveTo(step);
  }

  answered(): void {
    this.#passed("rpc");
  }

  /** Our address is known and good. */
  registering({ canProveEvents }: { canProveEvents: boolean }): void {
    this.#canProveEvents = canProveEvents;
    this.#passed("callback_address");
  }

  registered(): void {
    this.#passed("registration");
    if (!this.#canProveEvents) this.eventPathConfirmed();
  }

  eventPathConfirmed(): void {
    this.#passed("first_pong");
    if (this.#hasDevices()) this.#passed("inventory");
  }

  devicesTold(): void {
    if (this.#step === "inventory") this.#passed("inventory");
  }

  lost({ kind }: Loss): void {
    const step = STEP_OF_LOSS[kind];
    if (step !== undefined) this.#moveTo(step);
  }

  get #inventoryIsOver(): boolean {
    return this.#step === "inventory" && this.#clock.monotonicMs() - this.#sinceMs >= INVENTORY_LIMIT_MS;
  }

  #passed(step: RecoveryStep): void {
    const next = RECOVERY_STEPS[RECOVERY_STEPS.indexOf(step) + 1];
    if (next !== undefined && RECOVERY_STEPS.indexOf(next) > RECOVERY_STEPS.indexOf(this.#step)) this.#moveTo(next);
  }

  #moveTo(step: RecoveryStep): void {
    if (step === this.#step) return;
    this.#step = step;
    this.#sinceMs = this.#clock.monotonicMs();
  }
}
