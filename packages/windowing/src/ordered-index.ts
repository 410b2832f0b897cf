import { LeafDirectory, type SortKey } from './leaf-directory.ts';
import type { LeafPool } from './leaf-pool.ts';
import type { TouchColumns } from './touch-columns.ts';
import { NONE } from './words.ts';

/**
 * Touches of one large account in (time, id) order: a B+ tree whose leaves hold slots only, since times and ids stay in
 * the columns. Insert and remove are O(log n) wherever they fall; arrival in order appends to full leaves; a full leaf
 * first shares with a neighbour before it is cut, so leaves stay well filled under late arrivals.
 */
export class OrderedIndex {
  readonly #columns: TouchColumns;
  readonly #leaves: LeafPool;
  readonly #directory: LeafDirectory;
  #head = NONE;
  #tail = NONE;
  /** where the last seek or step stands */
  #leaf = NONE;
  #position = 0;

  constructor(columns: TouchColumns, leaves: LeafPool, fanout: number) {
    this.#columns = columns;
    this.#leaves = leaves;
    this.#directory = new LeafDirectory(fanout);
  }

  get bytes(): number {
    return this.#directory.bytes;
  }

  insert(slot: number): void {
    if (this.#tail === NONE) this.#head = this.#tail = this.#appendLeaf(slot);
    if (this.#isAfterTail(slot)) {
      if (this.#leaves.count(this.#tail) === this.#leaves.capacity) this.#tail = this.#appendLeaf(slot);
      this.#leaves.insert(this.#tail, this.#leaves.count(this.#tail), slot);
      return;
    }
    const key = this.#keyOf(slot);
    let leaf = this.#directory.locate(key);
    if (this.#leaves.count(leaf) === this.#leaves.capacity) {
      this.#makeRoom(leaf);
      leaf = this.#directory.locate(key);
    }
    this.#leaves.insert(leaf, this.#firstNotBefore(leaf, slot), slot);
  }

  /** Removes a slot that is here; its row must still be intact. */
  remove(slot: number): void {
    const leaf = this.#leafOf(slot);
    const held = this.#leaves.count(leaf) === 1 ? this.#keyOf(slot) : undefined;
    this.#leaves.remove(leaf, this.#positionOf(leaf, slot));
    if (held) this.#dropLeaf(leaf, held);
    else if (this.#leaves.count(leaf) * 4 < this.#leaves.capacity) this.#mergeAround(leaf);
  }

  /** The touch in slot `from` is found in slot `to` from now on; `from` must still hold it. */
  renumber(from: number, to: number): void {
    const leaf = this.#leafOf(from);
    this.#leaves.replace(leaf, this.#positionOf(leaf, from), to);
  }

  /** Gives all leaves back; the index is empty afterwards. */
  clear(): void {
    while (this.#head !== NONE) {
      const next = this.#leaves.next(this.#head);
      this.#leaves.free(this.#head);
      this.#head = next;
    }
    this.#tail = NONE;
  }

  /** Earliest touch; NONE when empty. {@link next} goes on from it. */
  first(): number {
    this.#leaf = this.#head;
    this.#position = 0;
    return this.#current();
  }

  /** Latest touch; NONE when empty. {@link previous} goes on from it. */
  last(): number {
    this.#leaf = this.#tail;
    this.#position = this.#tail === NONE ? 0 : this.#leaves.count(this.#tail) - 1;
    return this.#current();
  }

  /** Earliest touch at or after an instant (epoch ms); NONE when there is none. */
  firstFrom(time: number): number {
    if (this.#head === NONE) return NONE;
    const leaf = this.#directory.locate({ time, a: -1, b: -1, c: -1, d: -1 });
    let low = 0;
    let high = this.#leaves.count(leaf);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#columns.time(this.#leaves.slot(leaf, middle)) < time) low = middle + 1;
      else high = middle;
    }
    this.#leaf = leaf;
    this.#position = low - 1;
    return this.next();
  }

  next(): number {
    this.#position += 1;
    if (this.#position >= this.#leaves.count(this.#leaf)) {
      this.#leaf = this.#leaves.next(this.#leaf);
      this.#position = 0;
    }
    return this.#current();
  }

  previous(): number {
    this.#position -= 1;
    if (this.#position < 0) {
      this.#leaf = this.#leaves.previous(this.#leaf);
      this.#position = this.#leaf === NONE ? 0 : this.#leaves.count(this.#leaf) - 1;
    }
    return this.#current();
  }

  #current(): number {
    return this.#leaf === NONE ? NONE : this.#leaves.slot(this.#leaf, this.#position);
  }

  #keyOf(slot: number): SortKey {
    const columns = this.#columns;
    return {
      time: columns.time(slot),
      a: columns.idWord(slot, 0),
      b: columns.idWord(slot, 1),
      c: columns.idWord(slot, 2),
      d: columns.idWord(slot, 3),
    };
  }

  /** Expiry takes from the front: known without a search. */
  #leafOf(slot: number): number {
    if (this.#leaves.slot(this.#head, 0) === slot) return this.#head;
    return this.#directory.locate(this.#keyOf(slot));
  }

  #positionOf(leaf: number, slot: number): number {
    const position = this.#leaves.positionOf(leaf, slot);
    if (position === -1) throw new Error(`slot ${slot} is not in the index`);
    return position;
  }

  #isAfterTail(slot: number): boolean {
    const count = this.#leaves.count(this.#tail);
    return count === 0 || this.#columns.compare(slot, this.#leaves.slot(this.#tail, count - 1)) > 0;
  }

  #firstNotBefore(leaf: number, slot: number): number {
    let low = 0;
    let high = this.#leaves.count(leaf);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#columns.compare(this.#leaves.slot(leaf, middle), slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #appendLeaf(slot: number): number {
    const leaf = this.#leaves.allocate(this.#tail, NONE);
    this.#directory.insert(this.#keyOf(slot), leaf);
    return leaf;
  }

  /** Shares with a neighbour that has room, else cuts the leaf in two. */
  #makeRoom(leaf: number): void {
    const { capacity } = this.#leaves;
    const next = this.#leaves.next(leaf);
    const previous = this.#leaves.previous(leaf);
    if (next !== NONE && this.#canShare(next)) {
      this.#shiftToNext(leaf, next, Math.ceil((capacity - this.#leaves.count(next)) / 2));
    } else if (previous !== NONE && this.#canShare(previous)) {
      this.#shiftToPrevious(leaf, previous, Math.ceil((capacity - this.#leaves.count(previous)) / 2));
    } else {
      const amount = capacity >>> 1;
      const bound = this.#keyOf(this.#leaves.slot(leaf, capacity - amount));
      const right = this.#leaves.allocate(leaf, next);
      if (leaf === this.#tail) this.#tail = right;
      this.#leaves.moveToNext(leaf, right, amount);
      this.#directory.insert(bound, right);
    }
  }

  /** Room for an eighth, two at least: half of it is taken, and the touch that waits may go to either leaf. */
  #canShare(neighbour: number): boolean {
    const { capacity } = this.#leaves;
    return capacity - this.#leaves.count(neighbour) >= Math.max(2, capacity >>> 3);
  }

  #shiftToNext(leaf: number, next: number, amount: number): void {
    const held = this.#keyOf(this.#leaves.slot(next, 0));
    this.#leaves.moveToNext(leaf, next, amount);
    this.#directory.moveBound(held, this.#keyOf(this.#leaves.slot(next, 0)));
  }

  #shiftToPrevious(leaf: number, previous: number, amount: number): void {
    const held = this.#keyOf(this.#leaves.slot(leaf, 0));
    this.#leaves.moveToPrevious(leaf, previous, amount);
    this.#directory.moveBound(held, this.#keyOf(this.#leaves.slot(leaf, 0)));
  }

  /** A leaf under a quarter joins a neighbour when both together stay under three quarters. */
  #mergeAround(leaf: number): void {
    const next = this.#leaves.next(leaf);
    const previous = this.#leaves.previous(leaf);
    if (next !== NONE && this.#fitTogether(leaf, next)) this.#mergeIntoPrevious(next, leaf);
    else if (previous !== NONE && this.#fitTogether(previous, leaf)) this.#mergeIntoPrevious(leaf, previous);
  }

  #fitTogether(left: number, right: number): boolean {
    return (this.#leaves.count(left) + this.#leaves.count(right)) * 4 <= this.#leaves.capacity * 3;
  }

  #mergeIntoPrevious(leaf: number, previous: number): void {
    const held = this.#keyOf(this.#leaves.slot(leaf, 0));
    this.#leaves.moveToPrevious(leaf, previous, this.#leaves.count(leaf));
    this.#dropLeaf(leaf, held);
  }

  #dropLeaf(leaf: number, held: SortKey): void {
    if (leaf === this.#head) this.#head = this.#leaves.next(leaf);
    if (leaf === this.#tail) this.#tail = this.#leaves.previous(leaf);
    this.#directory.remove(held);
    this.#leaves.free(leaf);
  }
}
