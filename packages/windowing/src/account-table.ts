/** clock and next expiry as numbers of 8 bytes, then two words: where the rows are, and count with size class */
const ACCOUNT_BYTES = 24;
const CLOCK = 0;
const EXPIRY = 1;
const NUMBERS = 3;
const FIRST = 4;
const COUNT = 5;
const WORDS = 6;
/** the upper 6 bits of the count's word hold the size class */
const COUNT_BITS = 26;
const COUNT_MASK = (1 << COUNT_BITS) - 1;

/** Size classes that are none: rows in a buffer of their own, and rows under indexes. */
export const BUFFERED = 62;
export const INDEXED = 63;

/** Accounts by the number their owner gave them, 24 bytes each in one place. One that holds nothing has count 0. */
export class AccountTable {
  #size = 0;
  #capacity = 64;
  #numbers = new Float64Array(this.#capacity * NUMBERS);
  #words = new Uint32Array(this.#numbers.buffer);

  /** How many accounts hold a touch. */
  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#capacity * ACCOUNT_BYTES;
  }

  /** Accounts that hold a touch, by number. */
  *numbers(): Generator<number, void> {
    for (let account = 0; account < this.#capacity; account += 1) if (this.count(account) > 0) yield account;
  }

  /** Begins an account that holds nothing so far; the caller gives it rows. */
  create(account: number, clock: number): void {
    if (account >= this.#capacity) this.#grow(account + 1);
    this.#size += 1;
    this.setClock(account, clock);
    this.setExpiry(account, Number.POSITIVE_INFINITY);
  }

  drop(account: number): void {
    this.setRows(account, { first: 0, sizeClass: 0, count: 0 });
    this.#size -= 1;
  }

  /** How many touches the account holds. */
  count(account: number): number {
    return (this.#words[account * WORDS + COUNT] ?? 0) & COUNT_MASK;
  }

  setCount(account: number, count: number): void {
    const at = account * WORDS + COUNT;
    this.#words[at] = ((this.#words[at] ?? 0) & ~COUNT_MASK) | count;
  }

  /** First slot of the account's extent, or the number of its buffer or index. */
  first(account: number): number {
    return this.#words[account * WORDS + FIRST] ?? 0;
  }

  setFirst(account: number, first: number): void {
    this.#words[account * WORDS + FIRST] = first;
  }

  /** Size class of the account's extent, BUFFERED or INDEXED. */
  sizeClass(account: number): number {
    return (this.#words[account * WORDS + COUNT] ?? 0) >>> COUNT_BITS;
  }

  setRows(account: number, rows: { first: number; sizeClass: number; count: number }): void {
    this.#words[account * WORDS + FIRST] = rows.first;
    this.#words[account * WORDS + COUNT] = (rows.sizeClass << COUNT_BITS) | rows.count;
  }

  /** epoch ms up to which expiries are applied */
  clock(account: number): number {
    return this.#numbers[account * NUMBERS + CLOCK] ?? 0;
  }

  setClock(account: number, clock: number): void {
    this.#numbers[account * NUMBERS + CLOCK] = clock;
  }

  /** epoch ms of the next expiry; Infinity when there is none */
  expiry(account: number): number {
    return this.#numbers[account * NUMBERS + EXPIRY] ?? Number.POSITIVE_INFINITY;
  }

  setExpiry(account: number, instant: number): void {
    this.#numbers[account * NUMBERS + EXPIRY] = instant;
  }

  #grow(minimum: number): void {
    this.#capacity = Math.max(minimum, this.#capacity + (this.#capacity >>> 1));
    const numbers = new Float64Array(this.#capacity * NUMBERS);
    const words = new Uint32Array(numbers.buffer);
    // as words: bits that are no number must not pass through one
    words.set(this.#words);
    this.#numbers = numbers;
    this.#words = words;
  }
}
