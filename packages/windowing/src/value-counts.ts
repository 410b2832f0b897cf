const KEY_WORDS = 2;
const SMALLEST = 16;

/**
 * How often each value occurs in each window: an open-addressing table from (value, tag) to one count per window. The
 * tag says what kind of value it is and is never 0. Entries live while their count in the longest window is not 0;
 * windows are nested, so then all others are 0 too.
 */
export class ValueCounts {
  readonly #windows: number;
  readonly #stride: number;
  #table: Uint32Array<ArrayBuffer>;
  #capacity = SMALLEST;
  #size = 0;

  constructor(windows: number) {
    this.#windows = windows;
    this.#stride = KEY_WORDS + windows;
    this.#table = new Uint32Array(SMALLEST * this.#stride);
  }

  get bytes(): number {
    return this.#table.byteLength;
  }

  /** Where a value's entry is; made when new. Valid until the next call of this or {@link decrease}. */
  entry(value: number, tag: number): number {
    const at = this.#probe(value, tag);
    if (this.#table[at + 1] !== 0) return at;
    if ((this.#size + 1) * 5 > this.#capacity * 4) {
      this.#rebuild(this.#capacity + (this.#capacity >>> 1));
      return this.entry(value, tag);
    }
    this.#size += 1;
    this.#table[at] = value;
    this.#table[at + 1] = tag;
    return at;
  }

  /** The count of a value in a window; 0 when there is none. */
  count(value: number, tag: number, window: number): number {
    return this.#table[this.#probe(value, tag) + KEY_WORDS + window] ?? 0;
  }

  /** Values with a tag whose count in a window is not 0, in no particular order. */
  valuesOf(tag: number, window: number): number[] {
    const values: number[] = [];
    for (let at = 0; at < this.#table.length; at += this.#stride) {
      if (this.#table[at + 1] === tag && this.#table[at + KEY_WORDS + window] !== 0) values.push(this.#table[at] ?? 0);
    }
    return values;
  }

  /** Counts one more in a window of an entry; returns the new count. */
  increase(entry: number, window: number): number {
    const at = entry + KEY_WORDS + window;
    const count = (this.#table[at] ?? 0) + 1;
    this.#table[at] = count;
    return count;
  }

  /** Counts one less in a window of an entry; returns the new count. At 0 in the longest window the entry is gone. */
  decrease(entry: number, window: number): number {
    const at = entry + KEY_WORDS + window;
    const count = (this.#table[at] ?? 0) - 1;
    this.#table[at] = count;
    if (count === 0 && window === this.#windows - 1) this.#delete(entry);
    return count;
  }

  #home(value: number, tag: number): number {
    let hash = Math.imul(value ^ Math.imul(tag, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    return Math.floor((((hash ^ (hash >>> 16)) >>> 0) * this.#capacity) / 0x100000000) * this.#stride;
  }

  /** The entry of a value, or the free place where it would go. */
  #probe(value: number, tag: number): number {
    const table = this.#table;
    let at = this.#home(value, tag);
    while (table[at + 1] !== 0 && (table[at] !== value || table[at + 1] !== tag)) at = this.#after(at);
    return at;
  }

  #after(at: number): number {
    return at + this.#stride === this.#table.length ? 0 : at + this.#stride;
  }

  /** Closes the gap by moving back entries that were pushed past it (no tombstones). */
  #delete(entry: number): void {
    const table = this.#table;
    const { length } = table;
    let gap = entry;
    for (let at = this.#after(gap); table[at + 1] !== 0; at = this.#after(at)) {
      const home = this.#home(table[at] ?? 0, table[at + 1] ?? 0);
      if ((at - home + length) % length < (at - gap + length) % length) continue;
      table.copyWithin(gap, at, at + this.#stride);
      gap = at;
    }
    table.fill(0, gap, gap + this.#stride);
    this.#size -= 1;
    if (this.#capacity > SMALLEST && this.#size * 4 < this.#capacity) this.#rebuild((this.#capacity >>> 1) + 1);
  }

  #rebuild(capacity: number): void {
    const old = this.#table;
    this.#capacity = capacity;
    this.#table = new Uint32Array(capacity * this.#stride);
    for (let at = 0; at < old.length; at += this.#stride) {
      if (old[at + 1] === 0) continue;
      const to = this.#probe(old[at] ?? 0, old[at + 1] ?? 0);
      this.#table.set(old.subarray(at, at + this.#stride), to);
    }
  }
}
