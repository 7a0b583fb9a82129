/** A record of incidents without a file: what was written can be read again. */
export class MemoryLog {
  /** Nothing can be written any more. */
  isFull = false;
  #lines: string[];

  constructor(lines: readonly unknown[] = []) {
    this.#lines = lines.map((line) => JSON.stringify(line));
  }

  read(): readonly unknown[] {
    return this.#lines.map((line): unknown => JSON.parse(line));
  }

  append(...values: readonly unknown[]): boolean {
    if (!this.isFull) this.#lines.push(...values.map((value) => JSON.stringify(value)));
    return !this.isFull;
  }

  rewrite(values: readonly unknown[]): boolean {
    if (!this.isFull) this.#lines = values.map((value) => JSON.stringify(value));
    return !this.isFull;
  }

  size(): number {
    return this.#lines.reduce((sum, line) => sum + line.length + 10, 0);
  }
}
