/** Entries by which a list grows: what is wasted stays small beside the rows. */
const GROWTH = 8;
const NUMBER = 0;
const HOLDERS = 1;
const ENTRY_WORDS = 2;

/** Short list of numbers with how many rows hold each, and the latest instant of one. Once too long it is full, for good. */
export class LatestByNumber {
  readonly #most: number;
  #words = new Uint32Array(GROWTH * ENTRY_WORDS);
  /** epoch ms */
  #latest = new Float64Array(GROWTH);
  #size = 0;
  #isFull = false;

  constructor(most: number) {
    this.#most = most;
  }

  get bytes(): number {
    return this.#words.byteLength + this.#latest.byteLength;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  add(number: number, time: number): void {
    if (this.#isFull) return;
    const at = this.#find(number);
    if (at === this.#size && !this.#append(number)) return;
    const holders = at * ENTRY_WORDS + HOLDERS;
    this.#words[holders] = (this.#words[holders] ?? 0) + 1;
    if (time > (this.#latest[at] ?? 0)) this.#latest[at] = time;
  }

  /** One row fewer holds the number, and it was not the latest unless it was the last. */
  remove(number: number): void {
    if (this.#isFull) return;
    const at = this.#find(number);
    const holders = at * ENTRY_WORDS + HOLDERS;
    const left = (this.#words[holders] ?? 0) - 1;
    this.#words[holders] = left;
    if (left > 0) return;
    this.#size -= 1;
    const last = this.#size * ENTRY_WORDS;
    this.#words.copyWithin(at * ENTRY_WORDS, last, last + ENTRY_WORDS);
    this.#latest[at] = this.#latest[this.#size] ?? 0;
  }

  /** How many numbers a row later than an instant holds. */
  countAfter(instant: number): number {
    const latest = this.#latest;
    let found = 0;
    for (let at = 0; at < this.#size; at += 1) if ((latest[at] ?? 0) > instant) found += 1;
    return found;
  }

  visit(visit: (number: number, holders: number, latest: number) => void): void {
    for (let at = 0; at < this.#size; at += 1) {
      const word = at * ENTRY_WORDS;
      visit(this.#words[word + NUMBER] ?? 0, this.#words[word + HOLDERS] ?? 0, this.#latest[at] ?? 0);
    }
  }

  /** Position of a number; the size when it is not here. */
  #find(number: number): number {
    const words = this.#words;
    const end = this.#size * ENTRY_WORDS;
    for (let word = 0; word < end; word += ENTRY_WORDS) if (words[word] === number) return word / ENTRY_WORDS;
    return this.#size;
  }

  #append(number: number): boolean {
    const size = this.#size;
    if (size === this.#most) {
      this.#isFull = true;
      return false;
    }
    if (size === this.#latest.length) this.#grow();
    this.#words[size * ENTRY_WORDS + NUMBER] = number;
    this.#words[size * ENTRY_WORDS + HOLDERS] = 0;
    this.#latest[size] = 0;
    this.#size = size + 1;
    return true;
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length + GROWTH * ENTRY_WORDS);
    words.set(this.#words);
    this.#words = words;
    const latest = new Float64Array(this.#latest.length + GROWTH);
    latest.set(this.#latest);
    this.#latest = latest;
  }
}
