import type { Clock } from "../base/clock.ts";
import { EarliestTimer } from "../base/earliest-timer.ts";
import type { Logger } from "../base/logger.ts";
import type { CauseCode } from "../diagnosis/cause-codes.ts";
import { CAUSES, causeMessage } from "../diagnosis/causes.ts";
import { RANKED_CAUSES, severityOf } from "../diagnosis/diagnose.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import { durationText } from "../hub/event-texts.ts";
import { FlapRule } from "../hub/flap-rule.ts";

type State = CauseCode | "connected";

/**
 * Says in one line each what is wrong with an interface, most telling of all, and when that is over. What comes and goes all the time is told as
 * lasting, after the rule for states that flap.
 */
export class CauseLog implements Disposable {
  readonly #diagnosis: () => Diagnosis;
  readonly #failure: () => string | null;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #rule: FlapRule<State>;
  readonly #review: EarliestTimer;
  #told: { readonly state: State; readonly text: string; readonly sinceMs: number } | null = null;
  #isLost = false;
  /** Since it was said to be connected. */
  #losses = 0;

  constructor(parts: {
    diagnosis: () => Diagnosis;
    /** What fails at present, in the words of whoever noticed it. */
    failure: () => string | null;
    clock: Clock;
    logger: Logger;
  }) {
    this.#diagnosis = parts.diagnosis;
    this.#failure = parts.failure;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#rule = new FlapRule({ clock: parts.clock, badness: badnessOf });
    this.#review = new EarliestTimer({ clock: parts.clock, callback: () => this.changed() });
  }

  /** The diagnosis is another one. */
  changed(): void {
    const diagnosis = this.#diagnosis();
    this.#countLosses(diagnosis);
    const state = this.#stateOf(diagnosis);
    if (state === null) return;
    const { publish, reviewInMs } = this.#rule.decide(state);
    this.#review.arm(reviewInMs);
    if (publish) this.#tell(state, diagnosis);
  }

  [Symbol.dispose](): void {
    this.#review[Symbol.dispose]();
  }

  #countLosses({ lostSinceMs }: Diagnosis): void {
    const isLost = lostSinceMs !== null;
    if (isLost && !this.#isLost) this.#losses += 1;
    this.#isLost = isLost;
  }

  /** `null`: nothing to say yet. */
  #stateOf({ causes: [primary], connected, undecided }: Diagnosis): State | null {
    if (undecided) return null;
    if (primary === undefined) return connected === true ? "connected" : null;
    return this.#told !== null || connected === true || severityOf(primary.code) === "critical" ? primary.code : null;
  }

  #tell(state: State, { causes: [primary] }: Diagnosis): void {
    const text = primary === undefined ? "" : causeMessage(primary.code, primary.facts).en;
    const [level, line] = state === "connected" ? (["info", this.#ending()] as const) : this.#beginning(state, text);
    this.#logger[level](line);
    this.#told = { state, text, sinceMs: this.#clock.monotonicMs() };
    if (!isCritical(state)) this.#losses = 0;
  }

  #beginning(code: CauseCode, text: string): readonly ["info" | "warn", string] {
    const { severity, remedy } = CAUSES[code];
    const what = `${text} ${remedy.en}`;
    if (severity === "critical") {
      const failure = this.#failure();
      return ["warn", `${this.#interruption}: ${what}${failure === null ? "" : ` (${failure})`}`];
    }
    const isBack = this.#told === null || isCritical(this.#told.state);
    return [severity === "notice" ? "info" : "warn", isBack ? `${this.#connection}: ${what}` : what];
  }

  #ending(): string {
    if (this.#told === null || this.#told.state === "connected" || isCritical(this.#told.state)) return this.#connection;
    return `over after ${durationText((this.#clock.monotonicMs() - this.#told.sinceMs) / 1_000)}: ${this.#told.text}`;
  }

  get #connection(): string {
    return this.#losses > 1 ? `connected, after ${this.#losses} losses` : "connected";
  }

  get #interruption(): string {
    if (this.#told === null) return "not connected, trying again";
    return isCritical(this.#told.state) ? "still not connected" : "connection lost";
  }
}

function isCritical(state: State): boolean {
  return state !== "connected" && severityOf(state) === "critical";
}

function badnessOf(state: State): number {
  return state === "connected" ? 0 : RANKED_CAUSES.length - RANKED_CAUSES.indexOf(state);
}
