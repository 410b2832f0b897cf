import type { StringDictionary } from './string-dictionary.ts';
import type { TypeSumVisitor } from './touch.ts';

/**
 * Scratch: how many touches of each type there are and what their decay factors sum to. Sums of integers, so the order
 * of touches does not matter; types are visited by text, since their numbers depend on the order of arrival.
 */
export class TypeSums {
  readonly #types: StringDictionary;
  #counts = new Float64Array(32);
  #sums = new Float64Array(32);
  /** numbers of the types in the order of their texts, as of the dictionary's version */
  #order: number[] = [];
  #version = -1;

  constructor(types: StringDictionary) {
    this.#types = types;
  }

  /** Before {@link add}: all types of the dictionary have room. */
  start(): void {
    const { capacity } = this.#types;
    if (capacity > this.#counts.length) {
      this.#counts = new Float64Array(capacity * 2);
      this.#sums = new Float64Array(capacity * 2);
    }
  }

  add(type: number, count: number, factor: number): void {
    this.#counts[type] = (this.#counts[type] ?? 0) + count;
    this.#sums[type] = (this.#sums[type] ?? 0) + count * factor;
  }

  /** Visits the types that have touches, by text, and forgets what was added. */
  visit(visit: TypeSumVisitor): void {
    const types = this.#types;
    if (this.#version !== types.version) {
      this.#version = types.version;
      this.#order = types.numbers().sort((left, right) => (types.text(left) < types.text(right) ? -1 : 1));
    }
    for (const type of this.#order) {
      const count = this.#counts[type] ?? 0;
      if (count === 0) continue;
      const sum = this.#sums[type] ?? 0;
      this.#counts[type] = 0;
      this.#sums[type] = 0;
      visit(types.text(type), count, sum);
    }
  }
}
