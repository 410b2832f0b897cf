import type { StringDictionary } from './string-dictionary.ts';

/**
 * Scratch: how many touches of each type there are and what their decay factors sum to. Sums of integers, so the order
 * of touches does not matter. Read by the order of the types' texts, since their numbers depend on the order of arrival.
 */
export class TypeSums {
  readonly #types: StringDictionary;
  #counts = new Float64Array(32);
  #sums = new Float64Array(32);
  /** numbers of the types in the order of their texts, as of the dictionary's version */
  #order: number[] = [];
  #texts: readonly string[] = [];
  #version = -1;

  constructor(types: StringDictionary) {
    this.#types = types;
  }

  /** All types that touches have, counted or not, by text. The same array as long as they are the same. */
  get texts(): readonly string[] {
    const types = this.#types;
    if (this.#version !== types.version) {
      this.#version = types.version;
      this.#order = types.numbers().sort((left, right) => (types.text(left) < types.text(right) ? -1 : 1));
      this.#texts = this.#order.map((type) => types.text(type));
    }
    return this.#texts;
  }

  /** Before {@link add}: all types of the dictionary have room. */
  start(): void {
    const { capacity } = this.#types;
    if (capacity <= this.#counts.length) return;
    this.#counts = new Float64Array(capacity * 2);
    this.#sums = new Float64Array(capacity * 2);
  }

  add(type: number, count: number, factor: number): void {
    this.#counts[type] = (this.#counts[type] ?? 0) + count;
    this.#sums[type] = (this.#sums[type] ?? 0) + count * factor;
  }

  /** Writes what was added, in the order of {@link texts}, and forgets it. */
  take({ counts, decayed }: { counts: Float64Array; decayed: Float64Array }): void {
    const order = this.#order;
    for (let at = 0; at < order.length; at += 1) {
      const type = order[at] ?? 0;
      counts[at] = this.#counts[type] ?? 0;
      decayed[at] = this.#sums[type] ?? 0;
      this.#counts[type] = 0;
      this.#sums[type] = 0;
    }
  }
}
