/**
 * Counts distinct values of one kind in nested windows in a single pass over touches in any order. Per value only the
 * shortest window it was seen in matters; `firstSeen[w]` is how many values have w as that window, so that a running
 * sum over windows gives the distinct counts. Marks are stamped with the pass: starting a new one clears nothing.
 */
export class LevelMarks {
  readonly firstSeen: Uint32Array;
  #stamps = new Uint32Array(64);
  #windows = new Uint32Array(64);
  #pass = 0;

  constructor(windows: number) {
    this.firstSeen = new Uint32Array(windows);
  }

  get bytes(): number {
    return this.#stamps.byteLength + this.#windows.byteLength;
  }

  /** @param capacity one more than the highest value of the pass */
  start(capacity: number): void {
    for (let window = 0; window < this.firstSeen.length; window += 1) this.firstSeen[window] = 0;
    if (capacity > this.#stamps.length || this.#pass === 0xffffffff) {
      const length = Math.max(capacity + (capacity >>> 1), this.#stamps.length);
      this.#stamps = new Uint32Array(length);
      this.#windows = new Uint32Array(length);
      this.#pass = 0;
    }
    this.#pass += 1;
  }

  /** Whether this is news: the value had not been seen, or only in longer windows. */
  mark(value: number, window: number): boolean {
    if (this.#stamps[value] === this.#pass) {
      const known = this.#windows[value] ?? 0;
      if (known <= window) return false;
      this.firstSeen[known] = (this.firstSeen[known] ?? 0) - 1;
    }
    this.#stamps[value] = this.#pass;
    this.#windows[value] = window;
    this.firstSeen[window] = (this.firstSeen[window] ?? 0) + 1;
    return true;
  }
}
