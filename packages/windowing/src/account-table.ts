import { NONE } from './words.ts';

/** clock and next expiry as numbers of 8 bytes, then two words: first slot, and count with size class */
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

/** Accounts by number, 24 bytes each in one place. Numbers of dropped accounts are used again. */
export class AccountTable {
  readonly #numbersByName = new Map<string, number>();
  readonly #free: number[] = [];
  #used = 0;
  #capacity = 64;
  #numbers = new Float64Array(this.#capacity * NUMBERS);
  #words = new Uint32Array(this.#numbers.buffer);
  /** the name asked for last: one record asks for its account several times */
  #lastName = '';
  #lastAccount = NONE;

  get size(): number {
    return this.#numbersByName.size;
  }

  get bytes(): number {
    return this.#capacity * ACCOUNT_BYTES;
  }

  names(): IterableIterator<string> {
    return this.#numbersByName.keys();
  }

  numbers(): IterableIterator<number> {
    return this.#numbersByName.values();
  }

  /** NONE when the account holds nothing. */
  find(name: string): number {
    if (name !== this.#lastName) {
      this.#lastAccount = this.#numbersByName.get(name) ?? NONE;
      this.#lastName = name;
    }
    return this.#lastAccount;
  }

  create(name: string, clock: number): number {
    const account = this.#free.pop() ?? this.#used;
    if (account === this.#used) {
      this.#used += 1;
      if (this.#used > this.#capacity) this.#grow();
    }
    this.#numbersByName.set(name, account);
    this.#lastName = name;
    this.#lastAccount = account;
    this.setClock(account, clock);
    this.setExpiry(account, Number.POSITIVE_INFINITY);
    return account;
  }

  drop(name: string, account: number): void {
    this.#numbersByName.delete(name);
    this.#free.push(account);
    if (name === this.#lastName) this.#lastAccount = NONE;
  }

  /** How many touches the account holds. */
  count(account: number): number {
    return (this.#words[account * WORDS + COUNT] ?? 0) & COUNT_MASK;
  }

  setCount(account: number, count: number): void {
    const at = account * WORDS + COUNT;
    this.#words[at] = ((this.#words[at] ?? 0) & ~COUNT_MASK) | count;
  }

  /** First slot of the extent of a small account. */
  first(account: number): number {
    return this.#words[account * WORDS + FIRST] ?? 0;
  }

  setFirst(account: number, first: number): void {
    this.#words[account * WORDS + FIRST] = first;
  }

  /** Size class of the extent of a small account. */
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
    return this.#numbers[account * NUMBERS + EXPIRY] ?? 0;
  }

  setExpiry(account: number, instant: number): void {
    this.#numbers[account * NUMBERS + EXPIRY] = instant;
  }

  #grow(): void {
    this.#capacity += this.#capacity >>> 1;
    const numbers = new Float64Array(this.#capacity * NUMBERS);
    const words = new Uint32Array(numbers.buffer);
    // as words: bits that are no number must not pass through one
    words.set(this.#words);
    this.#numbers = numbers;
    this.#words = words;
  }
}
