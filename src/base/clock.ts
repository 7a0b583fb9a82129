import { performance } from "node:perf_hooks";

/** Time as the product sees it. Durations come from `monotonicMs`, wall time only goes into payloads. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never steps back. */
  monotonicMs(): number;
  /** Milliseconds since the epoch; may step in both directions. */
  wallMs(): number;
  /** Calls back once after `delayMs`, 24 days at most; disposing cancels it. */
  setTimer(callback: () => void, delayMs: number): Disposable;
}

/** Node runs a timer with a longer delay at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(delayMs, LONGEST_TIMER_MS));
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

/** Resolves after `delayMs`; rejects with the signal's reason when aborted. */
export function sleep({ clock, delayMs, signal }: { clock: Clock; delayMs: number; signal: AbortSignal }): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      timer[Symbol.dispose]();
      reject(signal.reason);
    };
    const timer = clock.setTimer(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** Calls back every `intervalMs` until disposed; a slow callback delays the next turn instead of piling up. */
export function every({ clock, intervalMs, callback }: { clock: Clock; intervalMs: number; callback: () => void }): Disposable {
  let timer: Disposable;
  let disposed = false;
  const arm = (): void => {
    timer = clock.setTimer(() => {
      try {
        callback();
      } finally {
        if (!disposed) arm();
      }
    }, intervalMs);
  };
  arm();
  return {
    [Symbol.dispose]() {
      disposed = true;
      timer[Symbol.dispose]();
    },
  };
}
