import type { BlockList } from './block-list.ts';
import { cellOf, DayTypeCounts } from './day-type-counts.ts';
import { HashIndex } from './hash-index.ts';
import type { LeafPool } from './leaf-pool.ts';
import { OrderedIndex } from './ordered-index.ts';
import type { WindowAggregate } from './touch.ts';
import type { TouchColumns } from './touch-columns.ts';
import type { TraitDictionary } from './trait-dictionary.ts';
import { shortestWindow } from './window-bounds.ts';
import { WindowCounters } from './window-counters.ts';
import { NONE } from './words.ts';

/** What all large accounts of a store share. */
export interface IndexParts {
  readonly columns: TouchColumns;
  readonly traits: TraitDictionary;
  readonly leaves: LeafPool;
  readonly fanout: number;
  readonly windows: number;
}

/**
 * What a large account keeps beside its touches, so that nothing ever looks at all of them: touches by id, touches in
 * time order (those that count apart from those that do not, so that neither hides the other), counts per window, and
 * per window the instant of its earliest counted touch.
 *
 * `bounds` is per window, epoch ms: a touch is inside when its time is greater.
 */
export class IndexedAccount {
  /** where its touches are */
  readonly rows: BlockList;
  readonly #parts: IndexParts;
  readonly #ids: HashIndex;
  readonly #counted: OrderedIndex;
  readonly #uncounted: OrderedIndex;
  readonly #counters: WindowCounters;
  /** epoch ms of the earliest counted touch inside each window; Infinity when there is none */
  readonly #earliest: Float64Array;
  /** what the score is computed from */
  readonly dayTypes = new DayTypeCounts();

  constructor(parts: IndexParts, rows: BlockList) {
    this.#parts = parts;
    this.rows = rows;
    this.#ids = new HashIndex(parts.columns);
    this.#counted = new OrderedIndex(parts.columns, parts.leaves, parts.fanout);
    this.#uncounted = new OrderedIndex(parts.columns, parts.leaves, parts.fanout);
    this.#counters = new WindowCounters(parts.columns, parts.traits, parts.windows);
    this.#earliest = new Float64Array(parts.windows).fill(Number.POSITIVE_INFINITY);
  }

  /** Without leaves, which the pool accounts for. */
  get bytes(): number {
    const indexes = this.#ids.bytes + this.#counted.bytes + this.#uncounted.bytes;
    return indexes + this.rows.bytes + this.#counters.bytes + this.#earliest.byteLength + this.dayTypes.bytes;
  }

  aggregate(window: number): WindowAggregate {
    return this.#counters.aggregate(window);
  }

  /** Numbers of the products, roles or channels (by tag) present in a window, in no particular order. */
  valuesOf(tag: number, window: number): number[] {
    return this.#counters.valuesOf(tag, window);
  }

  /** Slot of the touch whose id is sought in the columns; NONE when it is not here. */
  find(hash: number): number {
    return this.#ids.find(hash);
  }

  add(slot: number, bounds: Float64Array): void {
    const { columns, traits } = this.#parts;
    this.#ids.add(columns.hashOf(slot), slot);
    if (!traits.isCounted(columns.traits(slot))) {
      this.#uncounted.insert(slot);
      return;
    }
    this.#counted.insert(slot);
    const time = columns.time(slot);
    const first = shortestWindow(time, bounds);
    this.#counters.enter(slot, first);
    for (let window = first; window < this.#parts.windows; window += 1) {
      if (time < (this.#earliest[window] ?? 0)) this.#earliest[window] = time;
    }
    this.dayTypes.add(this.#cellOf(slot));
  }

  /** @param first the shortest window the touch is still counted in */
  remove(slot: number, first: number): void {
    const { columns, traits } = this.#parts;
    this.#ids.remove(columns.hashOf(slot), slot);
    if (!traits.isCounted(columns.traits(slot))) {
      this.#uncounted.remove(slot);
      return;
    }
    this.#counted.remove(slot);
    this.#counters.leave(slot, first, this.#parts.windows);
    this.dayTypes.remove(this.#cellOf(slot));
    const time = columns.time(slot);
    const longest = this.#parts.windows - 1;
    for (let window = first; window < longest; window += 1) {
      if (this.#earliest[window] === time) this.#earliest[window] = this.#timeOf(this.#counted.firstFrom(time));
    }
    // every counted touch is in the longest window: no need to search
    this.#earliest[longest] = this.#timeOf(this.#counted.first());
  }

  /** The touch in slot `from` is found in slot `to` from now on; `from` must still hold it. */
  renumber(from: number, to: number): void {
    const { columns, traits } = this.#parts;
    this.#ids.renumber(columns.hashOf(from), from, to);
    if (traits.isCounted(columns.traits(from))) this.#counted.renumber(from, to);
    else this.#uncounted.renumber(from, to);
  }

  /**
   * Takes touches at or before the bounds out of every window but the longest, which {@link expired} is asked for.
   * Returns a bit per window that lost one.
   */
  leaveShorterWindows(bounds: Float64Array): number {
    let lost = 0;
    for (let window = 0; window < this.#parts.windows - 1; window += 1) {
      const bound = bounds[window] ?? 0;
      const earliest = this.#earliest[window] ?? 0;
      if (earliest > bound) continue;
      lost |= 1 << window;
      let slot = this.#counted.firstFrom(earliest);
      while (this.#timeOf(slot) <= bound) {
        this.#counters.leave(slot, window, window + 1);
        slot = this.#counted.next();
      }
      this.#earliest[window] = this.#timeOf(slot);
    }
    return lost;
  }

  /** A touch at or before an instant, the longest window's bound; NONE when there is none left. */
  expired(bound: number): number {
    const counted = this.#counted.first();
    if (this.#timeOf(counted) <= bound) return counted;
    const uncounted = this.#uncounted.first();
    return this.#timeOf(uncounted) <= bound ? uncounted : NONE;
  }

  /** @param spans lengths of the windows in ms */
  nextExpiry(spans: Float64Array): number {
    const longest = spans.length - 1;
    let next = this.#timeOf(this.#uncounted.first()) + (spans[longest] ?? 0);
    for (let window = 0; window <= longest; window += 1) {
      next = Math.min(next, (this.#earliest[window] ?? 0) + (spans[window] ?? 0));
    }
    return next;
  }

  /** Slots of counted touches later than `bound`, newest first. Nothing may change meanwhile. */
  *newestFirst(bound: number): Generator<number, void> {
    for (let slot = this.#counted.last(); slot !== NONE; slot = this.#counted.previous()) {
      if (this.#parts.columns.time(slot) <= bound) return;
      yield slot;
    }
  }

  /** Slots of all touches, counted or not, in (time, id) order. */
  visitInOrder(visit: (slot: number) => void): void {
    const { columns } = this.#parts;
    let counted = this.#counted.first();
    let uncounted = this.#uncounted.first();
    while (counted !== NONE || uncounted !== NONE) {
      const isCountedNext = uncounted === NONE || (counted !== NONE && columns.compare(counted, uncounted) < 0);
      visit(isCountedNext ? counted : uncounted);
      if (isCountedNext) counted = this.#counted.next();
      else uncounted = this.#uncounted.next();
    }
  }

  /** Gives leaves back to the pool, but not the rows; the account must not be used afterwards. */
  dispose(): void {
    this.#counted.clear();
    this.#uncounted.clear();
  }

  #cellOf(slot: number): number {
    const { columns, traits } = this.#parts;
    return cellOf(columns.time(slot), traits.type(columns.traits(slot)));
  }

  #timeOf(slot: number): number {
    return slot === NONE ? Number.POSITIVE_INFINITY : this.#parts.columns.time(slot);
  }
}
