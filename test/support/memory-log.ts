/** A record of incidents without a file: what was written can be read again. */
export class MemoryLog {
  #lines: string[];

  constructor(lines: readonly unknown[] = []) {
    this.#lines = lines.map((line) => JSON.stringify(line));
  }

  read(): readonly unknown[] {
    return this.#lines.map((line): unknown => JSON.parse(line));
  }

  append(value: unknown): void {
    this.#lines.push(JSON.stringify(value));
  }

  rewrite(values: readonly unknown[]): void {
    this.#lines = values.map((value) => JSON.stringify(value));
  }

  size(): number {
    return this.#lines.reduce((sum, line) => sum + line.length + 10, 0);
  }
}
