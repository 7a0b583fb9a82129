import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 50;

export interface EventuallyOptions<T> {
  /** Named in the error. */
  readonly what: string;
  readonly timeoutMs: number;
  /** Ends the wait with the signal's reason. */
  readonly signal?: AbortSignal;
  /** `undefined` and an error mean: not yet. */
  readonly ask: () => Promise<T | undefined> | T | undefined;
}

/**
 * Asks again until the answer is there.
 * @throws Error that has the last failure of `ask` as its cause.
 */
export async function eventually<T>({ what, timeoutMs, signal, ask }: EventuallyOptions<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    let cause: unknown;
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs} ms`, { cause });
    await sleep(PAUSE_MS);
  }
}
