import { Backoff } from "../base/backoff.ts";
import { type Clock, sleep } from "../base/clock.ts";
import type { HomematicError } from "../base/errors.ts";
import type { RpcCaller } from "../ccu/guarded-caller.ts";
import { discoverInterfaces } from "../ccu/interface-discovery.ts";
import { INTERFACE_NAMES, type InterfaceName } from "../config.ts";

const REDISCOVERY_MS = 5 * 60_000;

/** Looks for interfaces that are not watched yet: without pause until there is one, later now and then. */
export class InterfaceFinder {
  readonly #callerFor: (name: InterfaceName) => RpcCaller;
  readonly #isWatched: (name: InterfaceName) => boolean;
  readonly #clock: Clock;
  readonly #onFound: (names: readonly InterfaceName[]) => void;
  readonly #onNothingFound: (failure: HomematicError) => void;
  readonly #abort = new AbortController();
  #run: Promise<void> | undefined;
  #nextAttemptAtMs: number | null = null;

  constructor(parts: {
    callerFor: (name: InterfaceName) => RpcCaller;
    isWatched: (name: InterfaceName) => boolean;
    clock: Clock;
    /** Told each time something answers. */
    onFound: (names: readonly InterfaceName[]) => void;
    /** Told each time nothing answers, as long as nothing is watched. */
    onNothingFound: (failure: HomematicError) => void;
  }) {
    this.#callerFor = parts.callerFor;
    this.#isWatched = parts.isWatched;
    this.#clock = parts.clock;
    this.#onFound = parts.onFound;
    this.#onNothingFound = parts.onNothingFound;
  }

  /** Monotonic; `null` while it looks. */
  get nextAttemptAtMs(): number | null {
    return this.#nextAttemptAtMs;
  }

  start(): void {
    this.#run ??= this.#search(this.#abort.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#run;
  }

  async #search(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff({ firstMs: 1_000, maxMs: 10_000 });
    try {
      while (!signal.aborted) {
        const failure = await this.#look(signal);
        const delayMs = this.#watchesNothing ? backoff.nextDelayMs() : REDISCOVERY_MS;
        this.#nextAttemptAtMs = this.#clock.monotonicMs() + delayMs;
        if (failure !== null && this.#watchesNothing) this.#onNothingFound(failure);
        await sleep({ clock: this.#clock, delayMs, signal });
        this.#nextAttemptAtMs = null;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #look(signal: AbortSignal): Promise<HomematicError | null> {
    const names = INTERFACE_NAMES.filter((name) => !this.#isWatched(name));
    if (names.length === 0) return null;
    const { found, failure } = await discoverInterfaces({ names, callerFor: this.#callerFor, signal });
    if (failure === null) this.#onFound(found);
    return failure;
  }

  get #watchesNothing(): boolean {
    return !INTERFACE_NAMES.some((name) => this.#isWatched(name));
  }
}
