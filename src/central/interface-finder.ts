import { Backoff } from "../base/backoff.ts";
import { type Clock, sleep } from "../base/clock.ts";
import type { HomematicError } from "../base/errors.ts";
import type { RpcCaller } from "../ccu/guarded-caller.ts";
import { discoverInterfaces } from "../ccu/interface-discovery.ts";
import type { InterfaceName } from "../config.ts";

const REDISCOVERY_MS = 5 * 60_000;

/** Looks for interfaces: without pause until the first answers, later now and then for those that were still missing. */
export class InterfaceFinder {
  readonly #callerFor: (name: InterfaceName) => RpcCaller;
  readonly #clock: Clock;
  readonly #onFound: (names: readonly InterfaceName[]) => void;
  readonly #onNothingFound: (failure: HomematicError) => void;
  readonly #abort = new AbortController();
  #run: Promise<void> | undefined;

  constructor(parts: {
    callerFor: (name: InterfaceName) => RpcCaller;
    clock: Clock;
    /** Told the whole list each time something answers. */
    onFound: (names: readonly InterfaceName[]) => void;
    /** Told each time nothing answers, until something did once. */
    onNothingFound: (failure: HomematicError) => void;
  }) {
    this.#callerFor = parts.callerFor;
    this.#clock = parts.clock;
    this.#onFound = parts.onFound;
    this.#onNothingFound = parts.onNothingFound;
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
    let foundOnce = false;
    try {
      while (!signal.aborted) {
        const { found, failure } = await discoverInterfaces({ callerFor: this.#callerFor, signal });
        if (failure === null) {
          foundOnce = true;
          this.#onFound(found);
        } else if (!foundOnce) {
          this.#onNothingFound(failure);
        }
        await sleep({ clock: this.#clock, delayMs: foundOnce ? REDISCOVERY_MS : backoff.nextDelayMs(), signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
