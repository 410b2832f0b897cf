import { AccountTable } from './account-table.ts';
import { BlockList, BlockPool } from './block-list.ts';
import { DayTypeCounts } from './day-type-counts.ts';
import { ExtentRows } from './extent-rows.ts';
import { IndexedAccount, type IndexParts } from './indexed-account.ts';
import { LeafPool } from './leaf-pool.ts';
import { PeopleDictionary } from './people-dictionary.ts';
import type { WindowTouch } from './touch.ts';
import { ROW_WORDS, rowTime, rowTraits, TouchColumns } from './touch-columns.ts';
import { TraitDictionary } from './trait-dictionary.ts';
import { parseUuid } from './uuid-words.ts';
import { shortestWindow } from './window-bounds.ts';
import { hashOfId, isSameId, NONE } from './words.ts';

/** Sizes at which the store changes how it keeps an account. Results never depend on them. */
export interface StoreTuning {
  /** most touches of an account that are counted anew when asked for; above, the account is indexed */
  readonly scanLimit: number;
  /** most touches that are scanned for counts per day and type; above, these counts are kept */
  readonly dayTypeScanLimit: number;
  /** slots in a leaf of a large account's time order */
  readonly leafCapacity: number;
  /** entries in a node above the leaves */
  readonly fanout: number;
}

export const DEFAULT_TUNING: StoreTuning = { scanLimit: 128, dayTypeScanLimit: 1024, leafCapacity: 61, fanout: 64 };

/**
 * The touches of all accounts of a store, by account number, and what keeps them current: arrival, removal and expiry.
 * The rows of a small account are one extent and nothing else; a large one has its rows in blocks, and indexes on top.
 * An account becomes large above a size and small again at half of it, so that none goes back and forth.
 */
export class AccountTouches {
  readonly accounts = new AccountTable();
  readonly columns = new TouchColumns();
  readonly people = new PeopleDictionary();
  readonly traits = new TraitDictionary();
  /** counts changes of what is stored or of what is inside a window */
  changes = 0;
  readonly #tuning: StoreTuning;
  /** lengths of the windows in ms */
  readonly #spans: Float64Array;
  readonly #longest: number;
  readonly #bounds: Float64Array;
  readonly #extents: ExtentRows;
  readonly #blocks: BlockPool;
  readonly #indexed = new Map<number, IndexedAccount>();
  readonly #parts: IndexParts;
  #size = 0;

  /** @param spans lengths of the windows in ms, ascending */
  constructor(spans: Float64Array, tuning: StoreTuning) {
    this.#tuning = tuning;
    this.#spans = spans;
    this.#longest = spans.length - 1;
    this.#bounds = new Float64Array(spans.length);
    const { columns, traits } = this;
    // one row more than is scanned: an account becomes large after its row is in
    this.#extents = new ExtentRows(this.accounts, columns, tuning.scanLimit + 1);
    this.#blocks = new BlockPool(columns);
    const leaves = new LeafPool(tuning.leafCapacity);
    this.#parts = { columns, traits, leaves, fanout: tuning.fanout, windows: spans.length };
  }

  /** How many touches are held. */
  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    let bytes = this.columns.bytes + this.accounts.bytes + this.#extents.bytes + this.#parts.leaves.bytes;
    for (const indexed of this.#indexed.values()) bytes += indexed.bytes;
    return bytes;
  }

  /** The indexes of a large account; undefined when it is small. */
  indexOf(account: number): IndexedAccount | undefined {
    return this.#indexed.get(account);
  }

  /** Slot of an account's touch by position, 0 up to and without its count. Removal changes positions. */
  slotAt(account: number, position: number): number {
    return this.#indexed.get(account)?.rows.slotAt(position) ?? this.accounts.first(account) + position;
  }

  /** Per window the instant after which a touch is inside, at the account's clock. Overwritten by the next call. */
  boundsOf(account: number): Float64Array {
    const clock = this.accounts.clock(account);
    for (let window = 0; window <= this.#longest; window += 1) {
      this.#bounds[window] = clock - (this.#spans[window] ?? 0);
    }
    return this.#bounds;
  }

  /** Applies expiries up to `clock`; the account's number, NONE when it holds nothing (any more). */
  advance(name: string, clock: number): number {
    const account = this.accounts.find(name);
    if (account === NONE) return NONE;
    if (!(clock >= this.accounts.clock(account))) {
      throw new RangeError(`the clock of ${name} is at ${this.accounts.clock(account)} and cannot go back to ${clock}`);
    }
    this.accounts.setClock(account, clock);
    if (clock < this.accounts.expiry(account)) return account;
    this.changes += 1;
    this.#expire(account);
    return this.settle(name, account);
  }

  /** Slot of a touch by id (UUID text); NONE when the account does not hold it. */
  find(account: number, touchId: string): number {
    const { columns } = this;
    parseUuid(touchId, columns.sought);
    if (account === NONE) return NONE;
    const indexed = this.#indexed.get(account);
    if (indexed) return indexed.find(hashOfId(columns.sought, 0));
    const first = this.accounts.first(account);
    const words = columns.wordsOf(first);
    const start = columns.offsetOf(first);
    const end = start + this.accounts.count(account) * ROW_WORDS;
    for (let at = start; at < end; at += ROW_WORDS) {
      if (isSameId(words, at, columns.sought)) return first + (at - start) / ROW_WORDS;
    }
    return NONE;
  }

  /** Stores a touch that {@link find} has just not found, inside the longest window. Makes the account if need be. */
  add(name: string, touch: WindowTouch, clock: number): void {
    const { accounts } = this;
    const person = this.people.acquire(touch.personId);
    const traits = this.traits.acquire(touch);
    const known = accounts.find(name);
    const account = known === NONE ? this.#create(name, clock) : known;
    const indexed = this.#indexed.get(account);
    const count = accounts.count(account);
    const slot = indexed ? indexed.rows.push(count) : this.#extents.push(account, count);
    accounts.setCount(account, count + 1);
    this.columns.write(slot, { time: touch.time, person, traits });
    this.changes += 1;
    this.#size += 1;
    const bounds = this.boundsOf(account);
    accounts.setExpiry(account, Math.min(accounts.expiry(account), this.#expiryOf(touch.time, traits, bounds)));
    if (indexed) indexed.add(slot, bounds);
    else if (count + 1 > this.#tuning.scanLimit) this.#becomeLarge(account);
    if (count + 1 > this.#tuning.dayTypeScanLimit) this.#keepDayTypes(account);
  }

  /** Takes a touch out, filling its slot with the account's last touch; {@link settle} must follow the last removal. */
  remove(account: number, slot: number): void {
    const { columns } = this;
    const isCounted = this.traits.isCounted(columns.traits(slot));
    const window = isCounted ? shortestWindow(columns.time(slot), this.boundsOf(account)) : this.#longest;
    this.#removeRow(account, slot, window);
  }

  /** After removals: brings the account's form and next expiry up to date; its number, NONE when it is empty now. */
  settle(name: string, account: number): number {
    const { accounts } = this;
    const count = accounts.count(account);
    const indexed = this.#indexed.get(account);
    if (indexed) {
      if (count * 2 < this.#tuning.dayTypeScanLimit) indexed.dropDayTypes();
      if (count === 0 || count * 2 < this.#tuning.scanLimit) this.#becomeSmall(account, indexed);
    } else {
      this.#extents.fit(account);
    }
    if (count > 0) {
      this.#refreshExpiry(account);
      return account;
    }
    this.#extents.free(account);
    accounts.drop(name, account);
    return NONE;
  }

  /** Changes which types count and recomputes every account. */
  recount(isCounted: (type: string) => boolean): void {
    this.traits.setCounted(isCounted);
    this.changes += 1;
    for (const account of this.accounts.numbers()) {
      const indexed = this.#indexed.get(account);
      if (indexed) {
        indexed.dispose();
        this.#buildIndex(account, indexed.rows);
        if (this.accounts.count(account) > this.#tuning.dayTypeScanLimit) this.#keepDayTypes(account);
      }
      this.#refreshExpiry(account);
    }
  }

  /** Slots of counted touches inside a window, newest first. Nothing may change meanwhile. */
  newestFirst(account: number, window: number): Iterable<number> {
    const { columns } = this;
    const bound = this.boundsOf(account)[window] ?? 0;
    const indexed = this.#indexed.get(account);
    if (indexed) return indexed.newestFirst(bound);
    const slots: number[] = [];
    for (let position = 0; position < this.accounts.count(account); position += 1) {
      const slot = this.slotAt(account, position);
      if (columns.time(slot) > bound && this.traits.isCounted(columns.traits(slot))) slots.push(slot);
    }
    return slots.sort((left, right) => columns.compare(right, left));
  }

  /** When a touch leaves the next window. */
  #expiryOf(time: number, traits: number, bounds: Float64Array): number {
    return time + (this.#spans[this.traits.isCounted(traits) ? shortestWindow(time, bounds) : this.#longest] ?? 0);
  }

  #expire(account: number): void {
    const bounds = this.boundsOf(account);
    const bound = bounds[this.#longest] ?? 0;
    const indexed = this.#indexed.get(account);
    if (indexed) {
      indexed.leaveShorterWindows(bounds);
      for (let slot = indexed.expired(bound); slot !== NONE; slot = indexed.expired(bound)) {
        this.#removeRow(account, slot, this.#longest);
      }
      return;
    }
    const first = this.accounts.first(account);
    // backwards: the touch that fills a hole comes from the end, which has been looked at
    for (let slot = first + this.accounts.count(account) - 1; slot >= first; slot -= 1) {
      if (this.columns.time(slot) <= bound) this.#removeRow(account, slot, this.#longest);
    }
  }

  #removeRow(account: number, slot: number, firstWindow: number): void {
    const { accounts, columns } = this;
    const indexed = this.#indexed.get(account);
    indexed?.remove(slot, firstWindow);
    this.people.release(columns.person(slot));
    this.traits.release(columns.traits(slot));
    const count = accounts.count(account);
    const last = this.slotAt(account, count - 1);
    if (slot !== last) {
      indexed?.renumber(last, slot);
      columns.copy(last, slot, 1);
    }
    indexed?.rows.pop(count);
    accounts.setCount(account, count - 1);
    this.changes += 1;
    this.#size -= 1;
  }

  #refreshExpiry(account: number): void {
    const { accounts, columns } = this;
    const indexed = this.#indexed.get(account);
    if (indexed) {
      accounts.setExpiry(account, indexed.nextExpiry(this.#spans));
      return;
    }
    const bounds = this.boundsOf(account);
    const first = accounts.first(account);
    const words = columns.wordsOf(first);
    let at = columns.offsetOf(first);
    let next = Number.POSITIVE_INFINITY;
    for (const end = at + accounts.count(account) * ROW_WORDS; at < end; at += ROW_WORDS) {
      next = Math.min(next, this.#expiryOf(rowTime(words, at), rowTraits(words, at), bounds));
    }
    accounts.setExpiry(account, next);
  }

  #create(name: string, clock: number): number {
    const account = this.accounts.create(name, clock);
    this.#extents.allocate(account, 0);
    return account;
  }

  #becomeLarge(account: number): void {
    const rows = new BlockList(this.#blocks);
    for (let position = 0; position < this.accounts.count(account); position += 1) {
      this.columns.copy(this.accounts.first(account) + position, rows.push(position), 1);
    }
    this.#extents.free(account);
    this.#buildIndex(account, rows);
  }

  #becomeSmall(account: number, indexed: IndexedAccount): void {
    const count = this.accounts.count(account);
    this.#extents.allocate(account, count);
    const first = this.accounts.first(account);
    for (let position = 0; position < count; position += 1) {
      this.columns.copy(indexed.rows.slotAt(position), first + position, 1);
    }
    indexed.dispose();
    indexed.rows.dispose();
    this.#indexed.delete(account);
  }

  #buildIndex(account: number, rows: BlockList): void {
    const indexed = new IndexedAccount(this.#parts, rows);
    const bounds = this.boundsOf(account);
    for (let position = 0; position < this.accounts.count(account); position += 1) {
      indexed.add(rows.slotAt(position), bounds);
    }
    this.#indexed.set(account, indexed);
  }

  #keepDayTypes(account: number): void {
    const indexed = this.#indexed.get(account);
    if (indexed && !indexed.dayTypes) indexed.keepDayTypes(new DayTypeCounts());
  }
}
