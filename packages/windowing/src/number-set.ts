import { grownWords } from './words.ts';

/**
 * Scratch set of a dictionary's numbers, which are small and dense: a stamp each of the pass that added it, so that
 * emptying the set costs nothing.
 */
export class NumberSet {
  #stamps = new Uint32Array(64);
  #pass = 1;

  clear(): void {
    this.#pass += 1;
    if (this.#pass <= 0xffffffff) return;
    this.#stamps.fill(0);
    this.#pass = 1;
  }

  /** Adds a number; whether it is new. */
  add(value: number): boolean {
    if (value >= this.#stamps.length) this.#stamps = grownWords(this.#stamps, value + 1);
    if (this.#stamps[value] === this.#pass) return false;
    this.#stamps[value] = this.#pass;
    return true;
  }
}
