import type { Clock } from "../base/clock.ts";
import { EarliestTimer } from "../base/earliest-timer.ts";
import type { Logger } from "../base/logger.ts";
import { FlapRule } from "../hub/flap-rule.ts";

const MAX_TOLD_REASONS = 10;

/** Says in one line each when the connection to an interface is lost and when it is back. One that comes and goes all the time is lost. */
export class LinkLog implements Disposable {
  readonly #logger: Logger;
  readonly #rule: FlapRule<"connected" | "lost">;
  readonly #review: EarliestTimer;
  readonly #toldReasons = new Set<string>();
  #isConnected = false;
  /** Since it was said to be connected. */
  #losses = 0;

  constructor({ clock, logger }: { clock: Clock; logger: Logger }) {
    this.#logger = logger;
    this.#rule = new FlapRule({ clock, badness: (state) => (state === "lost" ? 1 : 0) });
    this.#review = new EarliestTimer({ clock, callback: () => this.#tellConnected() });
  }

  /** Told as often as it may have become so. */
  connected(): void {
    if (this.#isConnected) return;
    this.#isConnected = true;
    this.#tellConnected();
  }

  /** Each reason is told once an outage, however many attempts fail for it. */
  lost(reason: string): void {
    const what = this.#isConnected ? "connection lost" : "not connected, trying again";
    if (this.#isConnected) this.#losses += 1;
    this.#isConnected = false;
    this.#rule.decide("lost");
    if (this.#toldReasons.has(reason) || this.#toldReasons.size >= MAX_TOLD_REASONS) return;
    this.#toldReasons.add(reason);
    this.#logger.warn(`${what}: ${reason}`);
  }

  [Symbol.dispose](): void {
    this.#review[Symbol.dispose]();
  }

  #tellConnected(): void {
    if (!this.#isConnected) return;
    const { publish, reviewInMs } = this.#rule.decide("connected");
    this.#review.arm(reviewInMs);
    if (!publish) return;
    this.#logger.info(this.#losses > 1 ? `connected, after ${this.#losses} losses` : "connected");
    this.#toldReasons.clear();
    this.#losses = 0;
  }
}
