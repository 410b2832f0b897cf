import type { StringDictionary } from './string-dictionary.ts';
import type { SumsByType } from './touch.ts';

const DAY_MS = 86_400_000;

/** Whether a touch weighs less as it ages. Factors by age never rise, so the first and the last tell. */
export function fades(decay: ArrayLike<number>): boolean {
  return decay[0] !== decay[decay.length - 1];
}

/**
 * Scratch: how many touches of each type there are and what their decay factors sum to. Sums of integers, so the order
 * of touches does not matter. Read by the order of the types' texts, since their numbers depend on the order of arrival.
 */
export class DecayedSums {
  readonly #types: StringDictionary;
  #counts = new Float64Array(32);
  #sums = new Float64Array(32);
  /** numbers of the types in the order of their texts, as of the dictionary's version */
  #order: number[] = [];
  #texts: readonly string[] = [];
  #version = -1;
  #today = 0;
  #decay: ArrayLike<number> = [];
  /** epoch ms of the UTC day that was added last, and its factor: touches of a day come together */
  #dayStart = 0;
  #dayEnd = 0;
  #factor = 0;

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

  /** Before anything is added: all types of the dictionary have room. `decay` is by age in UTC days on day `today`. */
  start({ today, decay }: { today: number; decay: ArrayLike<number> }): void {
    this.#today = today;
    this.#decay = decay;
    this.#dayStart = 0;
    this.#dayEnd = 0;
    const { capacity } = this.#types;
    if (capacity <= this.#counts.length) return;
    this.#counts = new Float64Array(capacity * 2);
    this.#sums = new Float64Array(capacity * 2);
  }

  /** A touch at an instant (epoch ms). */
  add(type: number, time: number): void {
    if (time < this.#dayStart || time >= this.#dayEnd) this.#turnTo(Math.floor(time / DAY_MS));
    this.#counts[type] = (this.#counts[type] ?? 0) + 1;
    this.#sums[type] = (this.#sums[type] ?? 0) + this.#factor;
  }

  /** Touches of one type and UTC day (day number floor(t / 86 400 000)). */
  addDay(type: number, day: number, touches: number): void {
    this.#counts[type] = (this.#counts[type] ?? 0) + touches;
    this.#sums[type] = (this.#sums[type] ?? 0) + touches * this.#factorOf(day);
  }

  /** Writes what was added, in the order of {@link texts}, and forgets it. */
  take({ counts, decayed }: SumsByType): void {
    const order = this.#order;
    for (let at = 0; at < order.length; at += 1) {
      const type = order[at] ?? 0;
      counts[at] = this.#counts[type] ?? 0;
      decayed[at] = this.#sums[type] ?? 0;
      this.#counts[type] = 0;
      this.#sums[type] = 0;
    }
  }

  #turnTo(day: number): void {
    this.#dayStart = day * DAY_MS;
    this.#dayEnd = this.#dayStart + DAY_MS;
    this.#factor = this.#factorOf(day);
  }

  /** What is not of the past has age 0. */
  #factorOf(day: number): number {
    return this.#decay[Math.max(0, this.#today - day)] ?? 0;
  }
}
