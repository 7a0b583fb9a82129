import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../base/clock.ts";
import { EarliestTimer } from "../base/earliest-timer.ts";
import { fill } from "../base/local-text.ts";
import { CAUSES, causeMessage } from "../diagnosis/causes.ts";
import type { ActiveCause } from "../diagnosis/diagnosis.ts";
import { durationText, EVENT_TEXTS, WHOLE_CCU } from "./event-texts.ts";
import { FlapRule } from "./flap-rule.ts";
import type { HubProblem, HubProblemKey, HubSensorSink } from "./hub-sensor-sink.ts";
import { HUB_PROBLEM_KEYS } from "./hub-sensor-sink.ts";
import type { NamedReadings } from "./readings.ts";
import { presentTrouble, TROUBLES, type Trouble } from "./troubles.ts";

/** One trouble of one interface, as Home Assistant knows it. */
interface ToldTrouble {
  readonly rule: FlapRule<boolean>;
  /** Set while it was told to last. */
  lasting: { readonly sinceMs: number; readonly startedAtMs: number; readonly cause: ActiveCause | null } | null;
}

/**
 * Tells each trouble once when it begins and once when it ends. One that is over in a moment is not told, and one that comes and goes all
 * the time is told as lasting, after the rule for states that flap.
 */
export class TroubleTeller implements Disposable {
  readonly #ccuId: string;
  readonly #interfaces: () => readonly NamedReadings[];
  readonly #isQuiet: () => boolean;
  readonly #persistentMs: number;
  readonly #sink: HubSensorSink;
  readonly #clock: Clock;
  readonly #review: EarliestTimer;
  /** By interface; made when a trouble first comes up. */
  readonly #told = new Map<string | null, Map<Trouble, ToldTrouble>>();
  #problems: readonly HubProblem[] = [];

  constructor(parts: {
    ccuId: string;
    interfaces: () => readonly NamedReadings[];
    /** While nobody is to be alarmed no trouble begins; one that lasts is told afterwards. */
    isQuiet: () => boolean;
    /** A trouble is told when it has lasted so long. */
    persistentMs: number;
    sink: HubSensorSink;
    clock: Clock;
  }) {
    this.#ccuId = parts.ccuId;
    this.#interfaces = parts.interfaces;
    this.#isQuiet = parts.isQuiet;
    this.#persistentMs = parts.persistentMs;
    this.#sink = parts.sink;
    this.#clock = parts.clock;
    this.#review = new EarliestTimer({ clock: parts.clock, callback: () => this.review() });
  }

  review(): void {
    for (const named of this.#interfaces()) for (const trouble of TROUBLES) this.#reviewTrouble(trouble, named);
    this.#tellProblems();
  }

  /** All that troubled the interface is over. */
  endAll(interfaceName: string | null): void {
    for (const [trouble, told] of this.#told.get(interfaceName) ?? []) this.#end({ trouble, name: interfaceName, told });
    this.forget(interfaceName);
  }

  /** The interface is no longer watched; what troubled it is nobody's trouble any more. */
  forget(interfaceName: string | null): void {
    if (this.#told.delete(interfaceName)) this.#tellProblems();
  }

  [Symbol.dispose](): void {
    this.#review[Symbol.dispose]();
  }

  #reviewTrouble(trouble: Trouble, { name, readings: { diagnosis } }: NamedReadings): void {
    const present = presentTrouble(trouble, diagnosis);
    const told = this.#told.get(name)?.get(trouble) ?? (present && this.#remember(trouble, name));
    if (!told) return;
    const shown = told.lasting === null && this.#isQuiet() ? null : present;
    const { publish, reviewInMs } = told.rule.decide(shown !== null);
    this.#review.arm(reviewInMs);
    if (!publish) return;
    if (shown !== null) this.#begin({ trouble, name, told, ...shown });
    else this.#end({ trouble, name, told });
  }

  #remember(trouble: Trouble, name: string | null): ToldTrouble {
    const rule = new FlapRule<boolean>({
      clock: this.#clock,
      badness: Number,
      persistentMs: this.#persistentMs,
      published: { value: false },
    });
    const told = { rule, lasting: null };
    const ofInterface = this.#told.get(name) ?? new Map<Trouble, ToldTrouble>();
    this.#told.set(name, ofInterface.set(trouble, told));
    return told;
  }

  #begin(parts: { trouble: Trouble; name: string | null; told: ToldTrouble; sinceMs: number; cause: ActiveCause | null }): void {
    const { trouble, name, told, sinceMs, cause } = parts;
    told.lasting = { sinceMs, startedAtMs: this.#clock.monotonicMs() - Math.max(0, this.#clock.wallMs() - sinceMs), cause };
    const causeText = cause === null ? "" : causeMessage(cause.code, cause.facts);
    const text = EVENT_TEXTS[trouble.begins] ?? { en: "{cause}", de: "{cause}" };
    this.#sink.tell({
      ccuId: this.#ccuId,
      type: trouble.begins,
      interfaceName: name,
      cause: cause?.code ?? null,
      message: fill(text, { interface: name ?? WHOLE_CCU, cause: causeText }),
      remedy: cause && CAUSES[cause.code].remedy,
      sinceMs,
      durationSeconds: null,
    });
  }

  #end({ trouble, name, told }: { trouble: Trouble; name: string | null; told: ToldTrouble }): void {
    const { lasting } = told;
    told.lasting = null;
    const text = trouble.ends && EVENT_TEXTS[trouble.ends];
    if (lasting === null || trouble.ends === undefined || text === undefined) return;
    const durationSeconds = Math.round((this.#clock.monotonicMs() - lasting.startedAtMs) / 1_000);
    this.#sink.tell({
      ccuId: this.#ccuId,
      type: trouble.ends,
      interfaceName: name,
      cause: lasting.cause?.code ?? null,
      message: fill(text, { interface: name ?? WHOLE_CCU, duration: durationText(durationSeconds) }),
      remedy: null,
      sinceMs: lasting.sinceMs,
      durationSeconds,
    });
  }

  #tellProblems(): void {
    const problems = HUB_PROBLEM_KEYS.flatMap((key) => this.#problemOf(key));
    if (isDeepStrictEqual(problems, this.#problems)) return;
    this.#problems = problems;
    this.#sink.problems(this.#ccuId, problems);
  }

  #problemOf(key: HubProblemKey): readonly HubProblem[] {
    const interfaces: string[] = [];
    let url: string | null = null;
    let present = false;
    for (const [name, ofInterface] of this.#told) {
      for (const [{ problem }, { lasting }] of ofInterface) {
        if (problem !== key || lasting === null) continue;
        present = true;
        if (name !== null) interfaces.push(name);
        url ??= (key === "callback_unreachable" && lasting.cause?.facts.url) || null;
      }
    }
    return present ? [{ key, interfaces, url }] : [];
  }
}
