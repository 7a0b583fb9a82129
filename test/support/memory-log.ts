/** A record of incidents without a file: what was written can be read again. */
export class MemoryLog {
  /** Nothing can be written any more. */
  isFull = false;
  #lines: string[];
  #size: number;

  constructor(lines: readonly unknown[] = []) {
    this.#lines = lines.map((line) => JSON.stringify(line));
    this.#size = sizeOf(this.#lines);
  }

  read(): readonly unknown[] {
    return this.#lines.map((line): unknown => JSON.parse(line));
  }

  append(...values: readonly unknown[]): boolean {
    if (!this.isFull) {
      const lines = values.map((value) => JSON.stringify(value));
      this.#lines.push(...lines);
      this.#size += sizeOf(lines);
    }
    return !this.isFull;
  }

  rewrite(values: readonly unknown[]): boolean {
    if (!this.isFull) {
      this.#lines = values.map((value) => JSON.stringify(value));
      this.#size = sizeOf(this.#lines);
    }
    return !this.isFull;
  }

  size(): number {
    return this.#size;
  }
}

/** In bytes, each line behind its checksum. */
function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 10, 0);
}
