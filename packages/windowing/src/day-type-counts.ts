import type { DecayedSums } from './decayed-sums.ts';

const DAY_MS = 86_400_000;
/** a (UTC day, type) cell as one exact number: day × 2^26 + type */
const TYPE_RANGE = 2 ** 26;

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

  /** Adds every cell with the factor of its age. */
  addTo(sums: DecayedSums): void {
    for (let at = 0; at < this.#size; at += 1) {
      const cell = this.#cells[at] ?? 0;
      const day = Math.floor(cell / TYPE_RANGE);
      sums.addDay(cell - day * TYPE_RANGE, day, this.#counts[at] ?? 0);
    }
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
