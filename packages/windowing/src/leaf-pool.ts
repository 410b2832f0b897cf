import { NONE } from './words.ts';

const HEADER_WORDS = 3;
const COUNT = 0;
const PREVIOUS = 1;
const NEXT = 2;
const LEAVES_PER_PAGE = 64;
const NO_PAGE = new Uint32Array(0);

/** Leaves of all ordered indexes of a store: fixed-size runs of slots, doubly linked, from pages with a free list. */
export class LeafPool {
  /** slots a leaf holds */
  readonly capacity: number;
  readonly #leafWords: number;
  readonly #pages: Uint32Array[] = [];
  #used = 0;
  #free = NONE;

  /** @param capacity slots a leaf holds, at least 2 */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#leafWords = HEADER_WORDS + capacity;
  }

  get bytes(): number {
    return this.#pages.length * LEAVES_PER_PAGE * this.#leafWords * Uint32Array.BYTES_PER_ELEMENT;
  }

  allocate(previous: number, next: number): number {
    const leaf = this.#free === NONE ? this.#used : this.#free;
    if (leaf === this.#used) {
      this.#used += 1;
      if (this.#used > this.#pages.length * LEAVES_PER_PAGE) {
        this.#pages.push(new Uint32Array(LEAVES_PER_PAGE * this.#leafWords));
      }
    } else {
      this.#free = this.next(leaf);
    }
    const page = this.#pageOf(leaf);
    const at = this.#at(leaf);
    page[at + COUNT] = 0;
    page[at + PREVIOUS] = previous;
    page[at + NEXT] = next;
    if (previous !== NONE) this.#pageOf(previous)[this.#at(previous) + NEXT] = leaf;
    if (next !== NONE) this.#pageOf(next)[this.#at(next) + PREVIOUS] = leaf;
    return leaf;
  }

  /** Unlinks a leaf from its neighbours and gives it back. */
  free(leaf: number): void {
    const previous = this.previous(leaf);
    const next = this.next(leaf);
    if (previous !== NONE) this.#pageOf(previous)[this.#at(previous) + NEXT] = next;
    if (next !== NONE) this.#pageOf(next)[this.#at(next) + PREVIOUS] = previous;
    this.#pageOf(leaf)[this.#at(leaf) + NEXT] = this.#free;
    this.#free = leaf;
  }

  count(leaf: number): number {
    return this.#pageOf(leaf)[this.#at(leaf) + COUNT] ?? 0;
  }

  previous(leaf: number): number {
    return this.#pageOf(leaf)[this.#at(leaf) + PREVIOUS] ?? 0;
  }

  next(leaf: number): number {
    return this.#pageOf(leaf)[this.#at(leaf) + NEXT] ?? 0;
  }

  slot(leaf: number, position: number): number {
    return this.#pageOf(leaf)[this.#at(leaf) + HEADER_WORDS + position] ?? 0;
  }

  /** Position of a slot in a leaf; -1 when it is not there. */
  positionOf(leaf: number, slot: number): number {
    const page = this.#pageOf(leaf);
    const start = this.#at(leaf) + HEADER_WORDS;
    const end = start + this.count(leaf);
    for (let at = start; at < end; at += 1) if (page[at] === slot) return at - start;
    return -1;
  }

  replace(leaf: number, position: number, slot: number): void {
    this.#pageOf(leaf)[this.#at(leaf) + HEADER_WORDS + position] = slot;
  }

  insert(leaf: number, position: number, slot: number): void {
    const page = this.#pageOf(leaf);
    const start = this.#at(leaf) + HEADER_WORDS;
    const count = this.count(leaf);
    if (position < count) page.copyWithin(start + position + 1, start + position, start + count);
    page[start + position] = slot;
    page[start - HEADER_WORDS + COUNT] = count + 1;
  }

  remove(leaf: number, position: number): void {
    const page = this.#pageOf(leaf);
    const start = this.#at(leaf) + HEADER_WORDS;
    const count = this.count(leaf);
    page.copyWithin(start + position, start + position + 1, start + count);
    page[start - HEADER_WORDS + COUNT] = count - 1;
  }

  /** Moves the last `amount` slots of a leaf to the front of the next one, which has room for them. */
  moveToNext(leaf: number, next: number, amount: number): void {
    const page = this.#pageOf(next);
    const start = this.#at(next) + HEADER_WORDS;
    const kept = this.count(leaf) - amount;
    page.copyWithin(start + amount, start, start + this.count(next));
    for (let moved = 0; moved < amount; moved += 1) page[start + moved] = this.slot(leaf, kept + moved);
    this.#setCount(next, this.count(next) + amount);
    this.#setCount(leaf, kept);
  }

  /** Moves the first `amount` slots of a leaf to the end of the previous one, which has room for them. */
  moveToPrevious(leaf: number, previous: number, amount: number): void {
    const page = this.#pageOf(leaf);
    const start = this.#at(leaf) + HEADER_WORDS;
    const present = this.count(previous);
    for (let moved = 0; moved < amount; moved += 1) this.replace(previous, present + moved, this.slot(leaf, moved));
    page.copyWithin(start, start + amount, start + this.count(leaf));
    this.#setCount(previous, present + amount);
    this.#setCount(leaf, this.count(leaf) - amount);
  }

  #setCount(leaf: number, count: number): void {
    this.#pageOf(leaf)[this.#at(leaf) + COUNT] = count;
  }

  #pageOf(leaf: number): Uint32Array {
    return this.#pages[Math.floor(leaf / LEAVES_PER_PAGE)] ?? NO_PAGE;
  }

  #at(leaf: number): number {
    return (leaf % LEAVES_PER_PAGE) * this.#leafWords;
  }
}
