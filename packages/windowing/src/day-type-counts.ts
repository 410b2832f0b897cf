import type { StringDictionary } from './string-dictionary.ts';

const DAY_MS = 86_400_000;
/** a (UTC day, type) cell as one exact number: day × 2^26 + type */
const TYPE_RANGE = 2 ** 26;

export type DayTypeVisitor = (day: number, type: string, count: number) => void;

/** The cell a touch falls into. */
export function cellOf(time: number, type: number): number {
  return Math.floor(time / DAY_MS) * TYPE_RANGE + type;
}

/**
 * Counted touches of one large account per (UTC day, type), kept sorted by cell. As many cells as days times counted
 * types at most, whatever the number of touches; new ones nearly always come last.
 */
export class DayTypeCounts {
  #cells = new Float64Array(64);
  #counts = new Uint32Array(64);
  #size = 0;

  get bytes(): number {
    return this.#cells.byteLength + this.#counts.byteLength;
  }

  add(cell: number): void {
    const at = this.#firstNotBelow(cell);
    if (at < this.#size && this.#cells[at] === cell) {
      this.#counts[at] = (this.#counts[at] ?? 0) + 1;
      return;
    }
    if (this.#size === this.#cells.length) this.#grow();
    this.#cells.copyWithin(at + 1, at, this.#size);
    this.#counts.copyWithin(at + 1, at, this.#size);
    this.#cells[at] = cell;
    this.#counts[at] = 1;
    this.#size += 1;
  }

  remove(cell: number): void {
    const at = this.#firstNotBelow(cell);
    const count = (this.#counts[at] ?? 0) - 1;
    this.#counts[at] = count;
    if (count > 0) return;
    this.#cells.copyWithin(at, at + 1, this.#size);
    this.#counts.copyWithin(at, at + 1, this.#size);
    this.#size -= 1;
  }

  emit(emitter: DayTypeEmitter, visit: DayTypeVisitor): void {
    for (let at = 0; at < this.#size; at += 1) emitter.take(this.#cells[at] ?? 0, this.#counts[at] ?? 0, visit);
    emitter.finish(visit);
  }

  #firstNotBelow(cell: number): number {
    let low = 0;
    let high = this.#size;
    if (high > 0 && (this.#cells[high - 1] ?? 0) === cell) return high - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#cells[middle] ?? 0) < cell) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const cells = new Float64Array(this.#cells.length * 2);
    const counts = new Uint32Array(this.#counts.length * 2);
    cells.set(this.#cells);
    counts.set(this.#counts);
    this.#cells = cells;
    this.#counts = counts;
  }
}

/**
 * Turns cells in ascending order into visits by day, and inside a day by type text: type numbers depend on the order
 * of arrival, and what is visited must not.
 */
export class DayTypeEmitter {
  readonly #types: StringDictionary;
  readonly #texts: string[] = [];
  readonly #counts: number[] = [];
  #day = 0;
  #size = 0;
  #scratch = new Float64Array(64);
  #scratchSize = 0;

  constructor(types: StringDictionary) {
    this.#types = types;
  }

  /** Collects a touch for {@link emitCollected}. */
  collect(cell: number): void {
    if (this.#scratchSize === this.#scratch.length) {
      const larger = new Float64Array(this.#scratch.length * 2);
      larger.set(this.#scratch);
      this.#scratch = larger;
    }
    this.#scratch[this.#scratchSize] = cell;
    this.#scratchSize += 1;
  }

  /** Visits what was collected and forgets it. */
  emitCollected(visit: DayTypeVisitor): void {
    const cells = this.#scratch.subarray(0, this.#scratchSize).sort();
    this.#scratchSize = 0;
    let start = 0;
    for (let at = 1; at <= cells.length; at += 1) {
      if (at < cells.length && cells[at] === cells[start]) continue;
      this.take(cells[start] ?? 0, at - start, visit);
      start = at;
    }
    this.finish(visit);
  }

  /** Next cell with its count; visits the day before when a new one begins. */
  take(cell: number, count: number, visit: DayTypeVisitor): void {
    const day = Math.floor(cell / TYPE_RANGE);
    if (day !== this.#day) this.finish(visit);
    this.#day = day;
    const text = this.#types.text(cell % TYPE_RANGE);
    let at = this.#size;
    for (; at > 0 && (this.#texts[at - 1] ?? '') > text; at -= 1) {
      this.#texts[at] = this.#texts[at - 1] ?? '';
      this.#counts[at] = this.#counts[at - 1] ?? 0;
    }
    this.#texts[at] = text;
    this.#counts[at] = count;
    this.#size += 1;
  }

  /** Visits the last day. */
  finish(visit: DayTypeVisitor): void {
    const size = this.#size;
    this.#size = 0;
    for (let at = 0; at < size; at += 1) visit(this.#day, this.#texts[at] ?? '', this.#counts[at] ?? 0);
  }
}
