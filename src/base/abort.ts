/** Calls back with the reason once `signal` is aborted, at once if it already is; disposing ends the wait. */
export function onAbort(signal: AbortSignal, callback: (reason: unknown) => void): Disposable {
  const listener = (): void => callback(signal.reason);
  if (signal.aborted) listener();
  else signal.addEventListener("abort", listener, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", listener) };
}

/** Is aborted with the first of its parents and lets go of them when disposed, which `AbortSignal.any` never does. */
export class FollowingAbort extends AbortController implements Disposable {
  readonly #parents = new DisposableStack();

  constructor(...parents: readonly AbortSignal[]) {
    super();
    for (const parent of parents) this.#parents.use(onAbort(parent, (reason) => this.abort(reason)));
  }

  [Symbol.dispose](): void {
    this.#parents.dispose();
  }
}
