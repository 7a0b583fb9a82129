import type { SimulatedInterface } from "../../src/simulator/index.ts";
import type { SoakFault } from "./soak-faults.ts";
import type { Episode } from "./soak-plan.ts";
import type { Look, SoakedProgram } from "./soaked-program.ts";

/** How one fault went. Times from its beginning and from its end; null: it was not noticed, or nothing was to recover. */
export interface Played {
  readonly fault: SoakFault;
  readonly lastedMs: number;
  readonly namedMs: number | null;
  readonly recoveredMs: number | null;
  /** Named although nothing of the kind was wrong, in the pause before or since. */
  readonly wrongCauses: readonly string[];
  readonly problems: readonly string[];
}

/** Between two looks of the program. */
const LOOK_MS = 500;
/** What is not over by then is never over. */
const GIVE_UP_MS = 300_000;

/** One interface of a simulated CCU, its faults, and what the program says of it meanwhile. */
export class SoakedInterface {
  readonly key: string;
  readonly simulated: SimulatedInterface;
  readonly #program: SoakedProgram;
  readonly #episodes: Iterator<Episode, never>;
  /** What may be named at present: the fault that lasts, and the one before it. */
  #explained: readonly SoakFault[] = [];
  #isDisturbed = false;
  readonly #wrongCauses = new Set<string>();
  #lastAilingMs = 0;

  constructor(parts: { key: string; simulated: SimulatedInterface; program: SoakedProgram; episodes: Iterator<Episode, never> }) {
    this.key = parts.key;
    this.simulated = parts.simulated;
    this.#program = parts.program;
    this.#episodes = parts.episodes;
  }

  /** Nothing is done to it at present, nothing is wrong, and its devices are heard. */
  get isAtRest(): boolean {
    if (this.#look?.eventCount === 0) return false;
    return !this.#isDisturbed && this.#look?.isWell === true;
  }

  /** Plays the next fault up to its recovery; an end of the signal ends the pause before it and the fault itself. */
  async play(signal: AbortSignal): Promise<Played | null> {
    const { pauseMs, fault, lastsMs } = this.#episodes.next().value;
    this.#wrongCauses.clear();
    using _ = this.#program.onLook(() => this.#judge());
    await this.#until(() => false, pauseMs, signal);
    if (signal.aborted) return null;
    this.#explained = [...this.#explained.slice(-1), fault];
    const beganMs = performance.now();
    this.#isDisturbed = true;
    await fault.begin(this.simulated);
    const namedMs = await this.#last({ fault, lastsMs, beganMs, signal });
    await fault.end(this.simulated);
    this.#isDisturbed = false;
    const endedMs = performance.now();
    const problems: string[] = [];
    if (namedMs === null && this.#mustBeKnown(fault, beganMs)) problems.push(`not named within ${fault.detectedMs} ms`);
    if (namedMs !== null && namedMs > fault.detectedMs + LOOK_MS) problems.push(`named after ${namedMs.toFixed(0)} ms`);
    const recoveredMs = await this.#recover({ fault, endedMs, lateMs: namedMs === null ? fault.lateMs : 0, problems });
    if (fault.cause === null && recoveredMs !== null && this.#program.upSinceMs < beganMs)
      problems.push("not well, though nothing was wrong");
    return { fault, lastedMs: endedMs - beganMs, namedMs, recoveredMs, wrongCauses: [...this.#wrongCauses], problems };
  }

  get #look(): Look | undefined {
    return this.#program.look(this.key);
  }

  #judge(): void {
    const look = this.#look;
    if (look === undefined) return;
    if (!look.isWell) this.#lastAilingMs = look.atMs;
    const explains = ({ cause, passing }: SoakFault): boolean => cause === look.cause || passing.some((code) => code === look.cause);
    if (look.cause !== null && !this.#explained.some(explains)) this.#wrongCauses.add(look.cause);
  }

  /** When it was named, from the moment since which it could be; a moment's trouble is waited for. */
  async #last(parts: { fault: SoakFault; lastsMs: number; beganMs: number; signal: AbortSignal }): Promise<number | null> {
    const { fault, lastsMs, beganMs, signal } = parts;
    let namedMs: number | null = null;
    const isOver = (): boolean => {
      const seen = this.#look;
      const isNamed = fault.cause !== null && seen?.cause === fault.cause && seen.atMs > beganMs;
      if (isNamed) namedMs ??= this.#sinceUp(beganMs, seen.atMs);
      if (fault.isMoment !== true) return false;
      return namedMs !== null || this.#isReplaced(beganMs) || this.#mustBeKnown(fault, beganMs);
    };
    await (fault.isMoment === true ? this.#until(isOver, GIVE_UP_MS) : this.#until(isOver, lastsMs, signal));
    return namedMs;
  }

  #mustBeKnown({ cause, detectedMs, isMoment = false }: SoakFault, beganMs: number): boolean {
    if (cause === null || (isMoment && this.#isReplaced(beganMs))) return false;
    return this.#sinceUp(beganMs, performance.now()) > detectedMs + LOOK_MS;
  }

  /** The program was started anew meanwhile, and has registered as if nothing had been. */
  #isReplaced(beganMs: number): boolean {
    return this.#program.upSinceMs > beganMs;
  }

  /** How long it was not well from the end of the fault on; what was not noticed before may show later. */
  async #recover(parts: { fault: SoakFault; endedMs: number; lateMs: number; problems: string[] }): Promise<number | null> {
    const { fault, endedMs, lateMs, problems } = parts;
    const limitMs = lateMs + fault.recoveredMs;
    this.#lastAilingMs = 0;
    let isLate = false;
    let isOver = false;
    await this.#until(() => {
      const isWell = this.#look?.isWell === true;
      const passedMs = this.#sinceUp(endedMs, performance.now());
      isLate ||= !isWell && passedMs > limitMs + LOOK_MS;
      isOver = isWell && passedMs > lateMs;
      return isOver;
    }, GIVE_UP_MS);
    const recoveredMs = this.#lastAilingMs === 0 ? null : this.#sinceUp(endedMs, this.#lastAilingMs);
    if (!isOver) problems.push("never well again");
    else if (isLate) problems.push(`not well within ${limitMs} ms, but after ${recoveredMs?.toFixed(0)} ms`);
    return recoveredMs;
  }

  /** Without the time before the program was started. */
  #sinceUp(fromMs: number, toMs: number): number {
    return Math.max(0, toMs - Math.max(fromMs, this.#program.upSinceMs));
  }

  /** Asks after each look. */
  async #until(isReached: () => boolean, limitMs: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    using _ = this.#program.onLook(() => {
      if (isReached()) resolve();
    });
    const timer = setTimeout(resolve, limitMs);
    const onAbort = (): void => resolve();
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) resolve();
    await promise;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
