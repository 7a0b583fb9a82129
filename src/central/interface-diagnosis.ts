import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../base/clock.ts";
import { EarliestTimer } from "../base/earliest-timer.ts";
import type { ErrorCode } from "../base/errors.ts";
import type { LocalText } from "../base/local-text.ts";
import type { Capabilities } from "../ccu/capabilities.ts";
import type { Loss } from "../ccu/loss.ts";
import type { PongResult } from "../ccu/ping-pong-tracker.ts";
import type { CauseCode } from "../diagnosis/cause-codes.ts";
import type { CauseFacts } from "../diagnosis/causes.ts";
import { causesOf, isConnected, isLost, isUndecided, severityOf } from "../diagnosis/diagnose.ts";
import { type ActiveCause, type Diagnosis, NO_DIAGNOSIS } from "../diagnosis/diagnosis.ts";
import { type Evidence, NOTHING_KNOWN } from "../diagnosis/evidence.ts";
import type { InterfaceHealth } from "./health-tracker.ts";
import type { RadioLevels } from "./radio-levels.ts";
import { RecentTimes } from "./recent-times.ts";

/** A CCU that took a registration calls back within this time. */
const CALLBACK_LIMIT_MS = 10_000;
/** So long after a registration its first PONG has come or is known to be missing. */
const PROOF_LIMIT_MS = 15_000;
const REMEMBERED_MS = 300_000;
/** A few PONGs of our own from before a restart are no second instance. */
const STRANGE_PONGS = 3;

type RadioFacts = Pick<RadioLevels, "dutyCycleHigh" | "carrierSenseHigh" | "disconnectedGateways">;

/** Collects what is known about one interface and says what is wrong with it, since when. */
export class InterfaceDiagnosis implements Disposable {
  readonly #clock: Clock;
  readonly #health: () => InterfaceHealth | null;
  readonly #radio: RadioFacts | null;
  readonly #siblingAnswers: () => boolean;
  readonly #onChange: (before: Diagnosis) => void;
  readonly #review: EarliestTimer;
  readonly #latePongs: RecentTimes;
  readonly #strangePongs: RecentTimes;
  #facts: Evidence = NOTHING_KNOWN;
  #errorSinceMs = 0;
  #url: string | undefined;
  #addressProblem: LocalText | null = null;
  #registeredAtMs: number | null = null;
  #calledBack = false;
  #lostUnexpectedly = false;
  #current: Diagnosis = NO_DIAGNOSIS;

  constructor(parts: {
    clock: Clock;
    health: () => InterfaceHealth | null;
    /** `null` where there is no radio to know of. */
    radio: RadioFacts | null;
    siblingAnswers: () => boolean;
    onChange: (before: Diagnosis) => void;
  }) {
    this.#clock = parts.clock;
    this.#health = parts.health;
    this.#radio = parts.radio;
    this.#siblingAnswers = parts.siblingAnswers;
    this.#onChange = parts.onChange;
    // What belongs together is told one after the other; half of it would be another cause.
    this.#review = new EarliestTimer({ clock: parts.clock, callback: () => this.review() });
    this.#latePongs = new RecentTimes({ clock: parts.clock, limit: 1, rememberedMs: REMEMBERED_MS });
    this.#strangePongs = new RecentTimes({ clock: parts.clock, limit: STRANGE_PONGS, rememberedMs: REMEMBERED_MS });
  }

  get current(): Diagnosis {
    return this.#current;
  }

  /** Whether its calls are answered at present. */
  get answers(): boolean {
    return this.#facts.everAnswered && this.#facts.commandError === null;
  }

  commandAnswered(): void {
    if (!this.answers) this.#learn({ everAnswered: true, commandError: null });
  }

  commandFailed(code: ErrorCode): void {
    if (this.#facts.commandError !== code) this.#errorSinceMs = this.#clock.monotonicMs();
    this.#learn({ commandError: code });
  }

  registering({ url, capabilities }: { url: string; capabilities: Capabilities }): void {
    // The path of the URL is secret.
    this.#url = URL.parse(url)?.origin;
    this.#calledBack = false;
    this.#registeredAtMs = null;
    this.#learn({ addressError: null, pingUnsupported: !capabilities.ping && !capabilities.registrationQuery });
  }

  registered(): void {
    this.#registeredAtMs = this.#clock.monotonicMs();
    this.#lostUnexpectedly = false;
    this.#learn({ registrationRefused: false, missedPongs: 0 });
  }

  callbackReceived(): void {
    this.#calledBack = true;
    if (this.#facts.callbacksMissing) this.#learn({ callbacksMissing: false });
  }

  pongMissed(): void {
    this.#learn({ missingPongs: this.#facts.missingPongs + 1, missedPongs: this.#facts.missedPongs + 1 });
  }

  eventPathConfirmed(): void {
    if (this.#facts.missingPongs > 0 || this.#facts.eventsStopped) this.#learn({ missingPongs: 0, missedPongs: 0, eventsStopped: false });
  }

  pongReceived(kind: PongResult["kind"]): void {
    if (kind === "late") this.#latePongs.add();
    if (kind === "unknown") this.#strangePongs.add();
    if (kind === "matched" || kind === "late") this.eventPathConfirmed();
    if (kind === "late" || kind === "unknown") this.changed();
  }

  lost(loss: Loss): void {
    this.#registeredAtMs = null;
    this.#lostUnexpectedly = loss.kind === "unexpected";
    switch (loss.kind) {
      case "address_unknown":
        this.#addressProblem = loss.problem;
        this.#learn({ addressError: loss.code });
        break;
      case "registration_refused":
        this.#learn({ registrationRefused: true });
        break;
      case "registration_unanswered":
        if (!this.#calledBack) this.#learn({ callbacksMissing: true });
        break;
      case "events_missing":
        this.#learn({ eventsStopped: true, callbacksMissing: this.#facts.callbacksMissing || !this.#calledBack });
        break;
      default:
        this.changed();
    }
  }

  /** Something it is made of has changed, and the rest of it may follow. */
  changed(): void {
    this.#review.arm(0);
  }

  /** Looks at everything anew; also finds what only time reveals. */
  review(): void {
    this.#reviewCallbacks();
    const before = this.#current;
    const next = this.#diagnosis();
    if (isDeepStrictEqual(next, before)) return;
    this.#current = next;
    this.#onChange(before);
  }

  [Symbol.dispose](): void {
    this.#review[Symbol.dispose]();
  }

  #learn(facts: Partial<Evidence>): void {
    this.#facts = { ...this.#facts, ...facts };
    this.changed();
  }

  #reviewCallbacks(): void {
    const isOverdue = this.#registeredAtMs !== null && this.#clock.monotonicMs() - this.#registeredAtMs >= CALLBACK_LIMIT_MS;
    if (isOverdue && !this.#calledBack) this.#facts = { ...this.#facts, callbacksMissing: true };
  }

  #diagnosis(): Diagnosis {
    const health = this.#health();
    const evidence = this.#evidence(health);
    this.#facts = evidence;
    return {
      score: health?.score ?? null,
      failing: evidence.paths.command === "failing" || evidence.paths.event === "failing",
      connected: isConnected(evidence),
      lostSinceMs: isLost(evidence) ? (this.#current.lostSinceMs ?? this.#clock.wallMs()) : null,
      undecided: isUndecided(evidence),
      causes: this.#named(causesOf(evidence)).map((code) => this.#activeCause(code)),
    };
  }

  /** Calls are answered again, and whether events follow is not known yet: until it is, what cut them off is still the reason. */
  #named(codes: readonly CauseCode[]): readonly CauseCode[] {
    const before = this.#current.causes[0]?.code;
    const holds = before !== undefined && severityOf(before) === "critical" && this.#isOnTheWayBack;
    return holds ? codes.map((code) => (code === "other" ? before : code)) : codes;
  }

  get #isOnTheWayBack(): boolean {
    if (this.#registeredAtMs === null) return !this.#lostUnexpectedly;
    return this.#clock.monotonicMs() - this.#registeredAtMs < PROOF_LIMIT_MS;
  }

  #evidence(health: InterfaceHealth | null): Evidence {
    const facts = this.#facts;
    const { command, event, radio } = health?.paths ?? {};
    // An event path that does not work hides the radio, but does not mend it.
    const staysSilent = facts.paths.radio === "failing" && radio?.state === "unknown";
    return {
      ...facts,
      paths: {
        command: command?.state ?? "unknown",
        event: event?.state ?? "unknown",
        radio: staysSilent ? "failing" : (radio?.state ?? "unknown"),
      },
      missedPongs: event?.state === "ok" ? 0 : facts.missedPongs,
      eventsStopped: facts.eventsStopped && event?.state !== "ok",
      commandErrorForMs: facts.commandError === null ? 0 : this.#clock.monotonicMs() - this.#errorSinceMs,
      siblingAnswers: this.#siblingAnswers(),
      pongsLate: this.#latePongs.isFull,
      idShared: this.#strangePongs.isFull,
      gatewayDisconnected: (this.#radio?.disconnectedGateways.length ?? 0) > 0,
      dutyCycleHigh: this.#radio?.dutyCycleHigh ?? false,
      carrierSenseHigh: this.#radio?.carrierSenseHigh ?? false,
    };
  }

  #activeCause(code: CauseCode): ActiveCause {
    const known = this.#current.causes.find((cause) => cause.code === code);
    return { code, sinceMs: known?.sinceMs ?? this.#clock.wallMs(), facts: this.#factsOf(code) };
  }

  #factsOf(code: CauseCode): CauseFacts {
    if (code === "callback_unreachable" && this.#url !== undefined) return { url: this.#url };
    if (code === "callback_address_unknown" && this.#addressProblem !== null) return { problem: afterColon(this.#addressProblem) };
    if (code === "gateway_disconnected") return { gateways: this.#radio?.disconnectedGateways.join(", ") ?? "" };
    return {};
  }
}

function afterColon({ en, de }: LocalText): LocalText {
  return { en: `: ${en}`, de: `: ${de}` };
}
