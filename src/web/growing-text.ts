const FIRST_BYTES = 1_024;
const GROWTH = 2;
/** Of one UTF-16 unit in UTF-8. */
const MOST_BYTES_A_UNIT = 3;

/** UTF-8 that is written piece by piece, outside the heap: megabytes of text would be copied by each garbage collection meanwhile. */
export class GrowingText {
  #buffer: Buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  append(text: string): void {
    const needed = this.#length + text.length * MOST_BYTES_A_UNIT;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#length += this.#buffer.write(text, this.#length, "utf8");
  }

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** A part of another text. */
  copy(other: GrowingText, from: number, to: number): void {
    const needed = this.#length + to - from;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#length += other.#buffer.copy(this.#buffer, this.#length, from, to);
  }

  /** What was written so far. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * GROWTH));
    larger.set(this.bytes);
    this.#buffer = larger;
  }
}
