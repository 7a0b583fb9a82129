/**
 * How long something is ago. Some browsers let one of the clocks stand still while the machine sleeps, and the other one may be set back;
 * the truth is what more has passed on.
 */
export class Stopwatch {
  #startedAt = now();

  restart(): void {
    this.#startedAt = now();
  }

  get elapsedMs(): number {
    const { steadyMs, wallMs } = now();
    return Math.max(steadyMs - this.#startedAt.steadyMs, wallMs - this.#startedAt.wallMs);
  }
}

function now(): { readonly steadyMs: number; readonly wallMs: number } {
  return { steadyMs: performance.now(), wallMs: Date.now() };
}
