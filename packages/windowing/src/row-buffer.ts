import { ROW_WORDS } from './touch-columns.ts';
import type { ValueLedger } from './value-ledger.ts';

/** Room for one in sixteen more: what is wasted stays small, and a row is copied sixteen times in its life. */
const capacityFor = (rows: number): number => rows + Math.max(8, rows >>> 4);

/**
 * The rows of one account of middling size in memory of its own, in time order: expiry moves the beginning on, arrival
 * goes to the end. Freed room at the beginning is used again before the buffer grows.
 */
export class RowBuffer {
  words: Uint32Array<ArrayBuffer>;
  /** position of the first row */
  head = 0;
  /** per window, how many rows at the beginning are known to have left it: a later look goes on from there */
  readonly left: Uint32Array;
  /** made when somebody asks, kept while it can follow */
  ledger: ValueLedger | undefined;

  constructor(rows: number, windows: number) {
    this.left = new Uint32Array(windows);
    this.words = new Uint32Array(capacityFor(rows) * ROW_WORDS);
  }

  get bytes(): number {
    return this.words.byteLength + (this.ledger?.bytes ?? 0);
  }

  /** A row was put in, or taken out, at a position. */
  shifted(position: number, difference: 1 | -1): void {
    const { left } = this;
    for (let window = 0; window < left.length; window += 1) {
      const known = left[window] ?? 0;
      if (position < known) left[window] = known + difference;
    }
  }

  /** The first rows are gone. */
  drop(rows: number): void {
    const { left } = this;
    this.head += rows;
    for (let window = 0; window < left.length; window += 1) left[window] = Math.max(0, (left[window] ?? 0) - rows);
  }

  /** Makes room for one more after `count` rows. */
  makeRoom(count: number): void {
    const capacity = this.words.length / ROW_WORDS;
    if (this.head + count < capacity) return;
    const from = this.head * ROW_WORDS;
    const end = from + count * ROW_WORDS;
    if (this.head * 16 >= capacity) this.words.copyWithin(0, from, end);
    else this.#move(count + 1, from, end);
    this.head = 0;
  }

  /** After rows are gone: gives memory back when more than half is empty. */
  fit(count: number): void {
    if (count * 2 * ROW_WORDS >= this.words.length) return;
    const from = this.head * ROW_WORDS;
    this.#move(count, from, from + count * ROW_WORDS);
    this.head = 0;
  }

  #move(rows: number, from: number, end: number): void {
    const words = new Uint32Array(capacityFor(rows) * ROW_WORDS);
    words.set(this.words.subarray(from, end));
    this.words = words;
  }
}
