import { AccountTable, BUFFERED, INDEXED } from './account-table.ts';
import { BlockList, BlockPool } from './block-list.ts';
import { ExtentRows } from './extent-rows.ts';
import { IdFilter } from './id-filter.ts';
import { IndexedAccount, type IndexParts } from './indexed-account.ts';
import { LeafPool } from './leaf-pool.ts';
import { NumberedList } from './numbered-list.ts';
import { PeopleDictionary } from './people-dictionary.ts';
import { RowBuffer } from './row-buffer.ts';
import { Rows } from './rows.ts';
import type { SectionReader, SectionWriter } from './sections.ts';
import type { StoreTuning } from './store-tuning.ts';
import type { Id, WindowTouch } from './touch.ts';
import { ROW_WORDS, rowPerson, rowTime, rowTraits, TouchColumns, writeRow } from './touch-columns.ts';
import { TraitDictionary } from './trait-dictionary.ts';
import { writeId } from './uuid-words.ts';
import { ValueLedger } from './value-ledger.ts';
import { shortestWindow } from './window-bounds.ts';
import { hashOfId, NONE } from './words.ts';

/** Gets the words and the offset of one row; true: no more. */
export type RowVisitor = (words: Uint32Array, at: number) => boolean;

/**
 * The touches of all accounts of a store, by account number, and what keeps them current: arrival, removal and expiry.
 * The rows of an account that is not large are one run in time order: in an extent of a shared page, or in a buffer of
 * its own. A large one has its rows in blocks, and indexes on top. An account goes back to the form below at half of
 * that one's limit, so that none goes back and forth.
 */
export class AccountTouches {
  readonly accounts = new AccountTable();
  readonly columns = new TouchColumns();
  readonly people = new PeopleDictionary();
  readonly traits = new TraitDictionary();
  readonly #tuning: StoreTuning;
  /** lengths of the windows in ms */
  readonly #spans: Float64Array;
  readonly #longest: number;
  readonly #bounds: Float64Array;
  readonly #extents: ExtentRows;
  readonly #buffers = new NumberedList<RowBuffer>();
  /** ids of buffered accounts */
  readonly #ids = new IdFilter();
  readonly #blocks: BlockPool;
  readonly #indexed = new NumberedList<IndexedAccount>();
  readonly #parts: IndexParts;
  readonly #rows = new Rows();
  #size = 0;

  /** @param spans lengths of the windows in ms, ascending */
  constructor(spans: Float64Array, tuning: StoreTuning) {
    this.#tuning = tuning;
    this.#spans = spans;
    this.#longest = spans.length - 1;
    this.#bounds = new Float64Array(spans.length);
    const { columns, traits } = this;
    // one row more than the limit: an account changes its form after its row is in
    this.#extents = new ExtentRows(this.accounts, columns, tuning.extentLimit + 1);
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
    bytes += this.#ids.bytes;
    for (const buffer of this.#buffers) bytes += buffer.bytes;
    for (const indexed of this.#indexed) bytes += indexed.bytes;
    return bytes;
  }

  /** The indexes of a large account; undefined when it is not. */
  indexOf(account: number): IndexedAccount | undefined {
    return this.accounts.sizeClass(account) === INDEXED ? this.#indexed.get(this.accounts.first(account)) : undefined;
  }

  /** The rows of an account that is not large. Overwritten by the next call. */
  rowsOf(account: number): Rows {
    const { accounts, columns } = this;
    const rows = this.#rows;
    const first = accounts.first(account);
    rows.count = accounts.count(account);
    if (accounts.sizeClass(account) === BUFFERED) {
      const buffer = this.#bufferAt(first);
      rows.words = buffer.words;
      rows.start = buffer.head * ROW_WORDS;
    } else {
      rows.words = columns.wordsOf(first);
      rows.start = columns.offsetOf(first);
    }
    return rows;
  }

  /** What tells an account's windows without a sweep over its rows; undefined when nothing does. */
  ledgerOf(account: number): ValueLedger | undefined {
    if (this.accounts.count(account) < this.#tuning.ledgerFrom) return undefined;
    const buffer = this.#bufferOf(account);
    if (!buffer) return undefined;
    buffer.ledger ??= new ValueLedger(this.traits, this.rowsOf(account));
    return buffer.ledger.isExact ? buffer.ledger : undefined;
  }

  /** How many rows, counted or not, a window of an account that is not large holds. */
  rowsInside(account: number, window: number): number {
    const bound = this.boundsOf(account)[window] ?? 0;
    const left = window < this.#longest ? this.#leftOf(account, window, bound) : 0;
    return this.accounts.count(account) - left;
  }

  /** Per window the instant after which a touch is inside, at the account's clock. Overwritten by the next call. */
  boundsOf(account: number): Float64Array {
    const clock = this.accounts.clock(account);
    for (let window = 0; window <= this.#longest; window += 1) {
      this.#bounds[window] = clock - (this.#spans[window] ?? 0);
    }
    return this.#bounds;
  }

  /** Applies expiries up to `clock`; a bit per window that lost a counted touch. */
  advance(account: number, clock: number): number {
    const { accounts } = this;
    if (accounts.count(account) === 0) return 0;
    const before = accounts.clock(account);
    if (!(clock >= before)) {
      throw new RangeError(`the clock of account ${account} is at ${before} and cannot go back to ${clock}`);
    }
    accounts.setClock(account, clock);
    if (clock < accounts.expiry(account)) return 0;
    const indexed = this.indexOf(account);
    const lost = indexed ? this.#expireIndexed(account, indexed) : this.#expireRows(account, clock - before);
    this.settle(account);
    return lost;
  }

  /** Whether an account holds a touch. */
  has(account: number, touchId: Id): boolean {
    writeId(touchId, this.columns.sought);
    const indexed = this.indexOf(account);
    return indexed ? indexed.find(hashOfId(this.columns.sought, 0)) !== NONE : this.#find(account) !== -1;
  }

  /** Stores a touch that {@link has} has just not found, inside the longest window. Makes the account if need be. */
  add(account: number, touch: WindowTouch, clock: number): void {
    const { accounts } = this;
    const person = this.people.acquire(touch.personId);
    const traits = this.traits.acquire(touch);
    if (accounts.count(account) === 0) {
      accounts.create(account, clock);
      this.#extents.allocate(account, 0);
    }
    const count = accounts.count(account);
    const bounds = this.boundsOf(account);
    const values = { time: touch.time, person, traits };
    const indexed = this.indexOf(account);
    if (indexed) {
      const slot = indexed.rows.push(count);
      writeRow(this.columns.wordsOf(slot), this.columns.offsetOf(slot), this.columns.sought, values);
      accounts.setCount(account, count + 1);
      indexed.add(slot, bounds);
    } else {
      this.#insertRow(account, count, values);
    }
    accounts.setExpiry(account, Math.min(accounts.expiry(account), this.#expiryOf(touch.time, traits, bounds)));
    this.#size += 1;
    if (accounts.sizeClass(account) < BUFFERED && count + 1 > this.#tuning.extentLimit) this.#becomeBuffered(account);
    if (accounts.sizeClass(account) === BUFFERED && count + 1 > this.#tuning.scanLimit) this.#becomeIndexed(account);
  }

  /**
   * Takes the touch sought last out; its row is given to `visit` before. False when it is not here. {@link settle} must
   * follow the last removal.
   */
  removeSought(account: number, visit: RowVisitor): boolean {
    const { columns } = this;
    const indexed = this.indexOf(account);
    if (indexed) {
      const slot = indexed.find(hashOfId(columns.sought, 0));
      if (slot === NONE) return false;
      visit(columns.wordsOf(slot), columns.offsetOf(slot));
      this.#removeSlot(account, indexed, slot);
      return true;
    }
    const position = this.#find(account);
    if (position === -1) return false;
    const rows = this.rowsOf(account);
    visit(rows.words, rows.at(position));
    this.#removeRow(account, position);
    return true;
  }

  /** Visits all rows of an account, the last one first; true: the row goes. {@link settle} must follow. Returns how many went. */
  removeWhere(account: number, visit: RowVisitor): number {
    const { accounts, columns } = this;
    const before = accounts.count(account);
    const indexed = this.indexOf(account);
    // backwards: what fills a gap comes from the end, which has been looked at
    for (let position = before - 1; position >= 0; position -= 1) {
      if (indexed) {
        const slot = indexed.rows.slotAt(position);
        if (visit(columns.wordsOf(slot), columns.offsetOf(slot))) this.#removeSlot(account, indexed, slot);
      } else {
        const rows = this.rowsOf(account);
        if (visit(rows.words, rows.at(position))) this.#removeRow(account, position);
      }
    }
    return before - accounts.count(account);
  }

  /** After removals: brings the account's form and next expiry up to date. */
  settle(account: number): void {
    const { accounts } = this;
    const count = accounts.count(account);
    const indexed = this.indexOf(account);
    if (indexed && (count === 0 || count * 2 < this.#tuning.scanLimit)) this.#leaveIndexes(account, indexed);
    if (accounts.sizeClass(account) === BUFFERED) {
      if (count === 0 || count * 2 < this.#tuning.extentLimit) this.#leaveBuffer(account);
      else this.#bufferAt(accounts.first(account)).fit(count);
    }
    if (count === 0) {
      this.#extents.free(account);
      accounts.drop(account);
      return;
    }
    if (accounts.sizeClass(account) < BUFFERED) this.#extents.fit(account);
    this.#refreshExpiry(account);
  }

  /** Changes which types count and recomputes every account. */
  recount(isCounted: (type: string) => boolean): void {
    this.traits.setCounted(isCounted);
    for (const buffer of this.#buffers) buffer.ledger = undefined;
    for (const account of this.accounts.numbers()) {
      const indexed = this.indexOf(account);
      if (indexed) {
        indexed.dispose();
        this.#indexed.set(this.accounts.first(account), this.#indexOver(account, indexed.rows));
      }
      this.#refreshExpiry(account);
    }
  }

  /** Visits the counted rows inside a window, newest first, until one says that it was enough. Nothing may change meanwhile. */
  visitNewest(account: number, window: number, visit: RowVisitor): void {
    const { columns, traits } = this;
    const bound = this.boundsOf(account)[window] ?? 0;
    const indexed = this.indexOf(account);
    if (indexed) {
      for (const slot of indexed.newestFirst(bound)) {
        if (visit(columns.wordsOf(slot), columns.offsetOf(slot))) return;
      }
      return;
    }
    const { words, start, count } = this.rowsOf(account);
    for (let at = start + (count - 1) * ROW_WORDS; at >= start && rowTime(words, at) > bound; at -= ROW_WORDS) {
      if (traits.isCounted(rowTraits(words, at)) && visit(words, at)) return;
    }
  }

  /** Visits every row, in no particular order. */
  visitAll(account: number, visit: RowVisitor): void {
    const { columns } = this;
    const indexed = this.indexOf(account);
    const { words, start, count } = this.rowsOf(account);
    for (let position = 0; position < count; position += 1) {
      if (indexed) {
        const slot = indexed.rows.slotAt(position);
        visit(columns.wordsOf(slot), columns.offsetOf(slot));
      } else {
        visit(words, start + position * ROW_WORDS);
      }
    }
  }

  /** Which types count is not saved: a policy says it. */
  save(to: SectionWriter): void {
    const { accounts } = this;
    const numbers = Uint32Array.from(accounts.numbers());
    const rows = new Uint32Array(this.#size * ROW_WORDS);
    let end = 0;
    for (const account of numbers) {
      this.#visitInOrder(account, (words, at) => {
        rows.set(words.subarray(at, at + ROW_WORDS), end);
        end += ROW_WORDS;
      });
    }
    to.numbers(numbers);
    to.numbers(Float64Array.from(numbers, (account) => accounts.clock(account)));
    to.numbers(Uint32Array.from(numbers, (account) => accounts.count(account)));
    to.numbers(rows);
    this.people.save(to);
    this.traits.save(to);
  }

  /** Becomes what was saved; only for a store that holds nothing yet. */
  load(from: SectionReader, isCounted: (type: string) => boolean): void {
    const numbers = from.words();
    const clocks = from.floats();
    const counts = from.words();
    const rows = from.words();
    this.people.load(from);
    this.traits.load(from, isCounted);
    let start = 0;
    numbers.forEach((account, at) => {
      const end = start + (counts[at] ?? 0) * ROW_WORDS;
      this.#loadAccount(account, clocks[at] ?? 0, rows.subarray(start, end));
      start = end;
    });
  }

  #loadAccount(account: number, clock: number, rows: Uint32Array): void {
    const { accounts, columns } = this;
    const count = rows.length / ROW_WORDS;
    accounts.create(account, clock);
    this.#size += count;
    if (count <= this.#tuning.extentLimit) {
      this.#extents.allocate(account, count);
      const first = accounts.first(account);
      columns.wordsOf(first).set(rows, columns.offsetOf(first));
    } else {
      const buffer = new RowBuffer(count, this.#longest);
      buffer.words.set(rows);
      accounts.setRows(account, { first: this.#buffers.add(buffer), sizeClass: BUFFERED, count });
      this.#noteIds(account);
      if (count > this.#tuning.scanLimit) this.#becomeIndexed(account);
    }
    this.#refreshExpiry(account);
  }

  #visitInOrder(account: number, visit: (words: Uint32Array, at: number) => void): void {
    const { columns } = this;
    const indexed = this.indexOf(account);
    if (indexed) indexed.visitInOrder((slot) => visit(columns.wordsOf(slot), columns.offsetOf(slot)));
    else
      this.visitAll(account, (words, at) => {
        visit(words, at);
        return false;
      });
  }

  /** Position of the touch sought; -1 when the account, which is not large, does not hold it. */
  #find(account: number): number {
    const { accounts, columns } = this;
    if (accounts.count(account) === 0) return -1;
    const isBuffered = accounts.sizeClass(account) === BUFFERED;
    if (isBuffered && !this.#ids.mayHold(hashOfId(columns.sought, 0))) return -1;
    return this.rowsOf(account).find(columns.sought);
  }

  #insertRow(account: number, count: number, values: { time: number; person: number; traits: number }): void {
    const { accounts, columns } = this;
    if (accounts.sizeClass(account) === BUFFERED) {
      this.#bufferAt(accounts.first(account)).makeRoom(count);
      this.#ids.add(hashOfId(columns.sought, 0));
    } else {
      this.#extents.makeRoom(account, count);
    }
    const rows = this.rowsOf(account);
    const position = rows.placeOf(values.time, columns.sought);
    const at = rows.at(position);
    if (position < count) {
      rows.words.copyWithin(at + ROW_WORDS, at, rows.at(count));
      this.#bufferOf(account)?.shifted(position, 1);
    }
    writeRow(rows.words, at, columns.sought, values);
    this.#bufferOf(account)?.ledger?.add(rows.words, at);
    accounts.setCount(account, count + 1);
  }

  /** When a touch leaves the next window. */
  #expiryOf(time: number, traits: number, bounds: Float64Array): number {
    return time + (this.#spans[this.traits.isCounted(traits) ? shortestWindow(time, bounds) : this.#longest] ?? 0);
  }

  #expireIndexed(account: number, indexed: IndexedAccount): number {
    const { columns, traits } = this;
    const bounds = this.boundsOf(account);
    const bound = bounds[this.#longest] ?? 0;
    let lost = indexed.leaveShorterWindows(bounds);
    for (let slot = indexed.expired(bound); slot !== NONE; slot = indexed.expired(bound)) {
      if (traits.isCounted(columns.traits(slot))) lost |= 1 << this.#longest;
      this.#removeSlot(account, indexed, slot, this.#longest);
    }
    return lost;
  }

  /** @param elapsed ms since the account's clock stood before */
  #expireRows(account: number, elapsed: number): number {
    const { accounts, traits } = this;
    const bounds = this.boundsOf(account);
    const rows = this.rowsOf(account);
    let lost = 0;
    for (let window = 0; window < this.#longest; window += 1) {
      const bound = bounds[window] ?? 0;
      const end = this.#leftOf(account, window, bound);
      for (let position = end - 1; position >= 0 && rows.time(position) > bound - elapsed; position -= 1) {
        if (!traits.isCounted(rowTraits(rows.words, rows.at(position)))) continue;
        lost |= 1 << window;
        break;
      }
    }
    const gone = rows.firstAfter(bounds[this.#longest] ?? 0);
    if (gone === 0) return lost;
    for (let position = 0; position < gone; position += 1) {
      if (traits.isCounted(rowTraits(rows.words, rows.at(position)))) lost |= 1 << this.#longest;
      this.#bufferOf(account)?.ledger?.removeFirst(rows.words, rows.at(position));
      this.#releaseRow(account, rows, position);
    }
    if (accounts.sizeClass(account) === BUFFERED) this.#bufferAt(accounts.first(account)).drop(gone);
    else rows.words.copyWithin(rows.start, rows.at(gone), rows.at(rows.count));
    accounts.setCount(account, rows.count - gone);
    return lost;
  }

  #removeRow(account: number, position: number): void {
    const rows = this.rowsOf(account);
    this.#releaseRow(account, rows, position);
    rows.words.copyWithin(rows.at(position), rows.at(position + 1), rows.at(rows.count));
    const buffer = this.#bufferOf(account);
    if (buffer) {
      buffer.shifted(position, -1);
      buffer.ledger = undefined;
    }
    this.accounts.setCount(account, rows.count - 1);
  }

  /** Lets go of what a row holds; the row itself is the caller's to take out. */
  #releaseRow(account: number, { words, start }: Rows, position: number): void {
    const at = start + position * ROW_WORDS;
    if (this.accounts.sizeClass(account) === BUFFERED) this.#ids.remove(hashOfId(words, at));
    this.people.release(rowPerson(words, at));
    this.traits.release(rowTraits(words, at));
    this.#size -= 1;
  }

  /** Takes a large account's row out, filling its slot with the last row. `firstWindow`: the shortest it still counts in. */
  #removeSlot(account: number, indexed: IndexedAccount, slot: number, firstWindow?: number): void {
    const { accounts, columns } = this;
    const traits = columns.traits(slot);
    const first = firstWindow ?? shortestWindow(columns.time(slot), this.boundsOf(account));
    indexed.remove(slot, first);
    this.people.release(columns.person(slot));
    this.traits.release(traits);
    const count = accounts.count(account);
    const last = indexed.rows.slotAt(count - 1);
    if (slot !== last) {
      indexed.renumber(last, slot);
      columns.copy(last, slot, 1);
    }
    indexed.rows.pop(count);
    accounts.setCount(account, count - 1);
    this.#size -= 1;
  }

  #refreshExpiry(account: number): void {
    const { accounts, traits } = this;
    const indexed = this.indexOf(account);
    if (indexed) {
      accounts.setExpiry(account, indexed.nextExpiry(this.#spans));
      return;
    }
    const bounds = this.boundsOf(account);
    const rows = this.rowsOf(account);
    // counted or not, a row leaves the longest window
    let next = rows.time(0) + (this.#spans[this.#longest] ?? 0);
    for (let window = 0; window < this.#longest; window += 1) {
      let position = this.#leftOf(account, window, bounds[window] ?? 0);
      while (position < rows.count && !traits.isCounted(rowTraits(rows.words, rows.at(position)))) position += 1;
      if (position < rows.count) next = Math.min(next, rows.time(position) + (this.#spans[window] ?? 0));
    }
    accounts.setExpiry(account, next);
  }

  /** How many rows at the beginning of an account that is not large have left a shorter window. */
  #leftOf(account: number, window: number, bound: number): number {
    const rows = this.rowsOf(account);
    const buffer = this.#bufferOf(account);
    if (!buffer) return rows.firstAfter(bound);
    const left = rows.firstAfter(bound, buffer.left[window]);
    buffer.left[window] = left;
    return left;
  }

  #bufferOf(account: number): RowBuffer | undefined {
    return this.accounts.sizeClass(account) === BUFFERED ? this.#bufferAt(this.accounts.first(account)) : undefined;
  }

  #bufferAt(number: number): RowBuffer {
    return this.#buffers.get(number);
  }

  #becomeBuffered(account: number): void {
    const rows = this.rowsOf(account);
    const { count } = rows;
    const buffer = new RowBuffer(count, this.#longest);
    buffer.words.set(rows.words.subarray(rows.start, rows.at(count)));
    this.#extents.free(account);
    this.accounts.setRows(account, { first: this.#buffers.add(buffer), sizeClass: BUFFERED, count });
    this.#noteIds(account);
  }

  #noteIds(account: number): void {
    const { words, start, count } = this.rowsOf(account);
    for (let position = 0; position < count; position += 1) {
      this.#ids.add(hashOfId(words, start + position * ROW_WORDS));
    }
  }

  /** Gives up a buffer, whose rows have been copied from where {@link rowsOf} said. */
  #dropBuffer(account: number): void {
    const { words, start, count } = this.rowsOf(account);
    for (let position = 0; position < count; position += 1) {
      this.#ids.remove(hashOfId(words, start + position * ROW_WORDS));
    }
    this.#buffers.remove(this.accounts.first(account));
  }

  #leaveBuffer(account: number): void {
    const { accounts, columns } = this;
    const { words, start, count } = this.rowsOf(account);
    this.#dropBuffer(account);
    this.#extents.allocate(account, count);
    const first = accounts.first(account);
    columns.wordsOf(first).set(words.subarray(start, start + count * ROW_WORDS), columns.offsetOf(first));
  }

  #becomeIndexed(account: number): void {
    const { accounts, columns } = this;
    const { words, start, count } = this.rowsOf(account);
    const blocks = new BlockList(this.#blocks);
    for (let position = 0; position < count; position += 1) {
      const slot = blocks.push(position);
      const at = start + position * ROW_WORDS;
      columns.wordsOf(slot).set(words.subarray(at, at + ROW_WORDS), columns.offsetOf(slot));
    }
    this.#dropBuffer(account);
    const index = this.#indexOver(account, blocks);
    accounts.setRows(account, { first: this.#indexed.add(index), sizeClass: INDEXED, count });
  }

  #leaveIndexes(account: number, indexed: IndexedAccount): void {
    const { accounts, columns } = this;
    const count = accounts.count(account);
    const buffer = new RowBuffer(count, this.#longest);
    let at = 0;
    indexed.visitInOrder((slot) => {
      const from = columns.offsetOf(slot);
      buffer.words.set(columns.wordsOf(slot).subarray(from, from + ROW_WORDS), at);
      at += ROW_WORDS;
    });
    indexed.dispose();
    indexed.rows.dispose();
    this.#indexed.remove(accounts.first(account));
    accounts.setRows(account, { first: this.#buffers.add(buffer), sizeClass: BUFFERED, count });
    this.#noteIds(account);
  }

  #indexOver(account: number, blocks: BlockList): IndexedAccount {
    const indexed = new IndexedAccount(this.#parts, blocks);
    const bounds = this.boundsOf(account);
    for (let position = 0; position < this.accounts.count(account); position += 1) {
      indexed.add(blocks.slotAt(position), bounds);
    }
    return indexed;
  }
}
