import { BLOCK_NUMBERS, type BlockPool } from "./block-pool.ts";

/** Numbers, first in, first out. */
export class PooledList {
  readonly #pool: BlockPool;
  #firstBlock = 0;
  #start = 0;
  #lastBlock = 0;
  #end: number = BLOCK_NUMBERS;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  push(number: number): void {
    if (this.#end === BLOCK_NUMBERS) this.#addBlock();
    this.#pool.write(this.#lastBlock, this.#end, number);
    this.#end += 1;
  }

  /** Drops so many, oldest first. */
  drop(count: number): void {
    this.#start += count;
    while (this.#start >= BLOCK_NUMBERS) this.#dropBlock();
  }

  /** Tells, with each call, the next number, beginning with the oldest. */
  reader(): () => number {
    let block = this.#firstBlock;
    let index = this.#start;
    return () => {
      if (index === BLOCK_NUMBERS) {
        block = this.#pool.next(block);
        index = 0;
      }
      index += 1;
      return this.#pool.read(block, index - 1);
    };
  }

  #addBlock(): void {
    const block = this.#pool.take();
    if (this.#lastBlock === 0) this.#firstBlock = block;
    else this.#pool.link(this.#lastBlock, block);
    this.#lastBlock = block;
    this.#end = 0;
  }

  #dropBlock(): void {
    const next = this.#pool.next(this.#firstBlock);
    this.#pool.give(this.#firstBlock);
    this.#firstBlock = next;
    this.#start -= BLOCK_NUMBERS;
    if (next !== 0) return;
    this.#lastBlock = 0;
    this.#end = BLOCK_NUMBERS;
  }
}
