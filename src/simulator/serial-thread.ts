/** Runs one task after the other, as the single thread of an interface process does: a task that waits holds up all others. */
export class SerialThread {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(task: () => T | Promise<T>): Promise<T> {
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => {});
    return result;
  }
}
