import type { CauseCode } from "./cause-codes.ts";
import type { CauseFacts } from "./causes.ts";

/** One thing that is wrong. */
export interface ActiveCause {
  readonly code: CauseCode;
  /** Wall time. */
  readonly sinceMs: number;
  readonly facts: CauseFacts;
}

/** What is to be said about one interface, all of it at one moment. */
export interface Diagnosis {
  /** 0..1; `null` while nothing is known. */
  readonly score: number | null;
  /** A path that carries calls or events fails. */
  readonly failing: boolean;
  readonly connected: boolean | null;
  /** Wall time since when it has to be connected anew; `null` when it has not. */
  readonly lostSinceMs: number | null;
  /** A first PONG stays away and nothing else shows why: the next one decides whether that is a loss or was nothing. */
  readonly undecided: boolean;
  /** Most telling first; the first one is the primary cause. */
  readonly causes: readonly ActiveCause[];
}

export const NO_DIAGNOSIS: Diagnosis = { score: null, failing: false, connected: null, lostSinceMs: null, undecided: false, causes: [] };
