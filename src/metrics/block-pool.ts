/** Numbers that a block holds, besides the one that leads to the next block. */
export const BLOCK_NUMBERS = 15;
const BLOCK: number = BLOCK_NUMBERS + 1;
const PAGE_BITS = 14;
const PAGE: number = 2 ** PAGE_BITS;

type Numbers = Uint32Array | Float64Array;

/** Memory for very many short lists, in small blocks that are linked. An array for each list would take several times as much. */
export class BlockPool {
  readonly #NumberArray: new (
    length: number,
  ) => Numbers;
  readonly #pages: Numbers[] = [];
  /** There is no block 0. */
  #blocks = 1;
  /** The first of the blocks that were given back. */
  #unused = 0;

  constructor(NumberArray: new (length: number) => Numbers) {
    this.#NumberArray = NumberArray;
  }

  /** A block that leads nowhere. */
  take(): number {
    const block = this.#unused;
    if (block === 0) return this.#add();
    this.#unused = this.next(block);
    this.link(block, 0);
    return block;
  }

  give(block: number): void {
    this.link(block, this.#unused);
    this.#unused = block;
  }

  read(block: number, index: number): number {
    const position = block * BLOCK + index;
    return this.#pages[position >> PAGE_BITS]?.[position % PAGE] ?? 0;
  }

  write(block: number, index: number, number: number): void {
    const position = block * BLOCK + index;
    const page = this.#pages[position >> PAGE_BITS];
    if (page !== undefined) page[position % PAGE] = number;
  }

  /** 0 behind the last block of a list. */
  next(block: number): number {
    return this.read(block, BLOCK_NUMBERS);
  }

  link(block: number, next: number): void {
    this.write(block, BLOCK_NUMBERS, next);
  }

  #add(): number {
    const block = this.#blocks;
    this.#blocks += 1;
    if (this.#blocks * BLOCK > this.#pages.length * PAGE) this.#pages.push(new this.#NumberArray(PAGE));
    return block;
  }
}
