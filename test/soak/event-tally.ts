import { setTimeout as sleep } from "node:timers/promises";
import { type Random, seededRandom } from "../../src/simulator/random.ts";
import { reportEvent } from "./report-event.ts";
import type { SoakedInterface } from "./soaked-interface.ts";
import type { SoakedProgram } from "./soaked-program.ts";

const MEAN_PAUSE_MS = 400;
/** What was sent before has arrived or never will. */
const ARRIVAL_MS = 1_500;

/** Lets devices of all interfaces report at random, and compares what the CCU delivered with what the program counts. */
export class EventTally implements Disposable {
  readonly #interfaces: readonly SoakedInterface[];
  readonly #program: SoakedProgram;
  readonly #random: Random;
  /** Up to the end of the run before. */
  readonly #deliveredBefore = new Map<string, number>();
  readonly #deliveredBy = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #sent = 0;
  #delivered = 0;
  #lost = 0;
  #unconfirmed = 0;

  constructor(parts: { interfaces: readonly SoakedInterface[]; program: SoakedProgram; seed: number }) {
    this.#interfaces = parts.interfaces;
    this.#program = parts.program;
    this.#random = seededRandom(parts.seed);
  }

  get sent(): number {
    return this.#sent;
  }

  /** Events that the program took. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Delivered, and not counted by the program. */
  get lost(): number {
    return this.#lost;
  }

  /** Counted by the program, while the CCU did not get the answer any more. */
  get unconfirmed(): number {
    return this.#unconfirmed;
  }

  begin(): void {
    for (const each of this.#interfaces) this.#report(each);
  }

  /** Devices fall silent, until everything has arrived; what was delivered by then the program must know when it is looked at next. */
  async pause(): Promise<void> {
    this[Symbol.dispose]();
    await sleep(ARRIVAL_MS);
    for (const { key, simulated } of this.#interfaces) this.#deliveredBy.set(key, simulated.delivered);
  }

  /** After the last look at a run of the program, and its end. */
  add(): void {
    for (const { key, simulated } of this.#interfaces) {
      const delivered = (this.#deliveredBy.get(key) ?? 0) - (this.#deliveredBefore.get(key) ?? 0);
      const missing = delivered - (this.#program.look(key)?.eventCount ?? 0);
      this.#delivered += delivered;
      this.#lost += Math.max(0, missing);
      this.#unconfirmed += Math.max(0, -missing);
      this.#deliveredBefore.set(key, simulated.delivered);
    }
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #report(each: SoakedInterface): void {
    const pauseMs = -Math.log(1 - this.#random()) * MEAN_PAUSE_MS;
    const timer = setTimeout(() => {
      this.#sent += 1;
      reportEvent(each.simulated, this.#sent);
      this.#report(each);
    }, pauseMs);
    this.#timers.set(each.key, timer);
  }
}
