import { seededRandom } from "../../src/simulator/random.ts";
import type { SoakFault } from "./soak-faults.ts";

/** One fault of an interface: after the pause it begins, and lasts so long. */
export interface Episode {
  readonly pauseMs: number;
  readonly fault: SoakFault;
  readonly lastsMs: number;
}

const LONGEST_PAUSE_MS = 15_000;
/** Some are over before anybody can notice them. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 120_000;
/** The program is started anew in this first part only: what it holds in the end has grown over the rest. */
const PART_WITH_RESTARTS = 0.3;
const MINUTES_A_RESTART = 10;

/** The faults of one interface without an end; each kind comes once before one comes again. */
export function* episodes({ seed, faults }: { seed: number; faults: readonly SoakFault[] }): Generator<Episode, never> {
  const random = seededRandom(seed);
  for (;;) {
    const deck = [...faults];
    while (deck.length > 0) {
      const [fault] = deck.splice(Math.floor(random() * deck.length), 1);
      if (fault === undefined) break;
      const pauseMs = Math.round(random() * LONGEST_PAUSE_MS);
      // As many short ones as long ones, whatever the scale.
      const lastsMs = Math.round(SHORTEST_MS * (LONGEST_MS / SHORTEST_MS) ** random());
      yield { pauseMs, fault, lastsMs };
    }
  }
}

/** When the program is stopped and started again, in milliseconds from the beginning, in order. */
export function restarts({ seed, minutes }: { seed: number; minutes: number }): readonly number[] {
  const random = seededRandom(seed);
  const count = Math.max(1, Math.round(minutes / MINUTES_A_RESTART));
  const partMs = (minutes * 60_000 * PART_WITH_RESTARTS) / count;
  return Array.from({ length: count }, (_, index) => Math.round(partMs * (index + random())));
}
