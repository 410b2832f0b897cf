import { ROW_WORDS, rowTime } from './touch-columns.ts';
import { isSameId } from './words.ts';

const ID_WORDS = 4;
/** Late arrivals are few and mostly little late: so many rows are looked at from the end before halving begins. */
const NEAR_END = 8;

/** The rows of one account, one after the other in (time, id) order: what a sweep needs to know. Reused from account to account. */
export class Rows {
  words: Uint32Array<ArrayBufferLike> = new Uint32Array(0);
  /** offset of the first row's words */
  start = 0;
  count = 0;

  at(position: number): number {
    return this.start + position * ROW_WORDS;
  }

  time(position: number): number {
    return rowTime(this.words, this.start + position * ROW_WORDS);
  }

  /**
   * Position of the first row later than an instant; the count when there is none. Rows before `from` are known not to
   * be: the search goes on from there in steps that double, since what has just expired lies close by.
   */
  firstAfter(instant: number, from = 0): number {
    let low = from;
    let step = 1;
    while (low + step <= this.count && this.time(low + step - 1) <= instant) {
      low += step;
      step *= 2;
    }
    let high = Math.min(this.count, low + step - 1);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time(middle) <= instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Position at which a touch belongs. */
  placeOf(time: number, id: Uint32Array): number {
    let high = this.count;
    const near = Math.max(0, high - NEAR_END);
    while (high > near && this.#isAfter(high - 1, time, id)) high -= 1;
    if (high > near) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isAfter(middle, time, id)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Position of a touch by its id; -1 when it is not here. Looks at every row. */
  find(id: Uint32Array): number {
    const { words } = this;
    const end = this.at(this.count);
    const first = id[0];
    for (let at = this.start; at < end; at += ROW_WORDS) {
      if (words[at] === first && isSameId(words, at, id)) return (at - this.start) / ROW_WORDS;
    }
    return -1;
  }

  #isAfter(position: number, time: number, id: Uint32Array): boolean {
    const at = this.at(position);
    const difference = rowTime(this.words, at) - time;
    if (difference !== 0) return difference > 0;
    for (let word = 0; word < ID_WORDS; word += 1) {
      const own = this.words[at + word] ?? 0;
      const other = id[word] ?? 0;
      if (own !== other) return own > other;
    }
    return false;
  }
}
