import { ROWS_PER_PAGE, type TouchColumns } from './touch-columns.ts';

const BLOCK_BITS = 4;
const ROWS_PER_BLOCK = 1 << BLOCK_BITS;
const BLOCK_MASK = ROWS_PER_BLOCK - 1;

/** Blocks of rows for large accounts, whose rows must stay where they are: fixed size, with a free list. */
export class BlockPool {
  readonly #columns: TouchColumns;
  readonly #free: number[] = [];

  constructor(columns: TouchColumns) {
    this.#columns = columns;
  }

  /** First slot of a block. */
  allocate(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const page = this.#columns.allocatePage();
    for (let block = page + ROWS_PER_PAGE - ROWS_PER_BLOCK; block > page; block -= ROWS_PER_BLOCK)
      this.#free.push(block);
    return page;
  }

  free(block: number): void {
    this.#free.push(block);
  }
}

/** The rows of one large account by position, without gaps. */
export class BlockList {
  readonly #pool: BlockPool;
  readonly #blocks: number[] = [];

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  get bytes(): number {
    return this.#blocks.length * Float64Array.BYTES_PER_ELEMENT;
  }

  slotAt(position: number): number {
    return (this.#blocks[position >>> BLOCK_BITS] ?? 0) + (position & BLOCK_MASK);
  }

  /** Makes room for a row after the last of `count`; returns its slot. */
  push(count: number): number {
    if ((count & BLOCK_MASK) === 0) this.#blocks.push(this.#pool.allocate());
    return this.slotAt(count);
  }

  /** Gives up the last row of `count`. */
  pop(count: number): void {
    if ((count & BLOCK_MASK) !== 1) return;
    const block = this.#blocks.pop();
    if (block !== undefined) this.#pool.free(block);
  }

  dispose(): void {
    for (const block of this.#blocks.splice(0)) this.#pool.free(block);
  }
}
