import { Backoff } from "../base/backoff.ts";
import { type Clock, sleep } from "../base/clock.ts";
import type { GuardedCaller } from "./guarded-caller.ts";
import type { InterfaceTimings } from "./interface-listener.ts";
import type { Loss } from "./loss.ts";
import type { Registration } from "./registration.ts";

/** Nobody waits for less than this for a connection to an address from which nothing comes back. */
const STALL_MS = 60_000;

/** The CCU has registered us when it comes to these. */
const AFTER_REGISTERING: ReadonlySet<Loss["kind"]> = new Set<Loss["kind"]>(["events_missing", "registration_unanswered", "unexpected"]);

/** Between a loss and the next attempt: takes the registration back, and waits for as long as the kind of the loss and the losses before ask for. */
export class RetryPause {
  readonly #calls: GuardedCaller;
  readonly #registration: Registration;
  readonly #clock: Clock;
  readonly #timings: InterfaceTimings;
  readonly #backoff: Backoff;
  /** For losses while calls are answered: each new registration makes the CCU send its whole inventory. */
  readonly #registrationBackoff: Backoff;
  /** For registrations that hang: a CCU that cannot call back stands still for minutes each time, its radio included. */
  readonly #stallBackoff: Backoff;
  #nextAttemptAtMs: number | null = null;

  constructor({
    calls,
    registration,
    clock,
    timings,
    random,
  }: {
    calls: GuardedCaller;
    registration: Registration;
    clock: Clock;
    timings: InterfaceTimings;
    random: () => number;
  }) {
    this.#calls = calls;
    this.#registration = registration;
    this.#clock = clock;
    this.#timings = timings;
    this.#backoff = new Backoff({ firstMs: 1_000, maxMs: 10_000, random });
    this.#registrationBackoff = new Backoff({ firstMs: 1_000, maxMs: 60_000, random });
    this.#stallBackoff = new Backoff({ firstMs: 30_000, maxMs: 900_000, random });
  }

  /** Monotonic time of the next attempt, `null` when none is waited for. */
  get nextAttemptAtMs(): number | null {
    return this.#nextAttemptAtMs;
  }

  /** Both directions work, so the next loss is the first one again. */
  proved(): void {
    this.#backoff.reset();
    this.#registrationBackoff.reset();
    this.#stallBackoff.reset();
  }

  /** Resolves when it is time for the next attempt; rejects when the work is given up. */
  async after(loss: Loss, signal: AbortSignal): Promise<void> {
    try {
      const stalled = await this.#takeBackAfter(loss, signal);
      await this.#standBy(this.#backoffAfter(loss, stalled).nextDelayMs(), signal);
    } finally {
      this.#nextAttemptAtMs = null;
    }
  }

  #backoffAfter({ kind }: Loss, stalled: boolean): Backoff {
    if (stalled) return this.#stallBackoff;
    return AFTER_REGISTERING.has(kind) ? this.#registrationBackoff : this.#backoff;
  }

  /**
   * A CCU that cannot call us must not go on trying: it is told to forget us before anything else. Returns whether it stood still over it;
   * rejects when the work is given up.
   */
  async #takeBackAfter({ kind }: Loss, signal: AbortSignal): Promise<boolean> {
    // One that does not answer cannot be told, and forgets us when it is started anew.
    if (kind === "call_failed") return false;
    const startedAtMs = this.#clock.monotonicMs();
    const patient = kind === "registration_unanswered";
    while (this.#registration.isKnown) {
      this.#calls.probe();
      try {
        await this.#registration.takeBack(signal);
      } catch {
        signal.throwIfAborted();
        if (!patient) return false;
        this.#nextAttemptAtMs = this.#clock.monotonicMs() + this.#timings.callTimeoutMs;
        await sleep({ clock: this.#clock, delayMs: this.#timings.callTimeoutMs, signal });
        this.#nextAttemptAtMs = null;
      }
    }
    return this.#clock.monotonicMs() - startedAtMs >= STALL_MS;
  }

  /** Waits, and asks now and then whether the CCU still answers, lest a long wait hides that it does not. */
  async #standBy(delayMs: number, signal: AbortSignal): Promise<void> {
    const dueAtMs = this.#clock.monotonicMs() + delayMs;
    this.#nextAttemptAtMs = dueAtMs;
    for (let restMs = delayMs; restMs > 0; restMs = dueAtMs - this.#clock.monotonicMs()) {
      if (restMs < delayMs) await this.#askWhetherItAnswers(signal);
      await sleep({ clock: this.#clock, delayMs: Math.min(restMs, this.#timings.pingIntervalMs), signal });
    }
  }

  async #askWhetherItAnswers(signal: AbortSignal): Promise<void> {
    this.#calls.probe();
    try {
      await this.#calls.call("system.listMethods", [], signal);
    } catch {
      // The listener has been told.
      signal.throwIfAborted();
    }
  }
}
