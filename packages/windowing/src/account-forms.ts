import { AccountTable, BUFFERED, INDEXED } from './account-table.ts';
import { BlockList, BlockPool } from './block-list.ts';
import { IndexedAccount, type IndexParts } from './indexed-account.ts';
import { LeafPool } from './leaf-pool.ts';
import { NumberedList } from './numbered-list.ts';
import { RowRuns } from './row-runs.ts';
import { Rows } from './rows.ts';
import type { StoreTuning } from './store-tuning.ts';
import { ROW_WORDS, type RowValues, TouchColumns, writeRow } from './touch-columns.ts';
import type { TraitDictionary } from './trait-dictionary.ts';
import { shortestWindow } from './window-bounds.ts';
import { hashOfId, NONE } from './words.ts';

interface FormOptions {
  /** lengths of the windows in ms, ascending */
  readonly spans: Float64Array;
  readonly traits: TraitDictionary;
  readonly tuning: StoreTuning;
}

/**
 * The rows of all accounts of a store, by account number, each kept in the form that suits how many it has: one run in
 * time order, or, of a large account, rows in blocks with indexes on top. An account goes back to the form below at half
 * of that one's limit, so that none goes back and forth.
 *
 * A place is where a row of an account is until a row is put in or taken out: its position in the run, or its slot.
 */
export class AccountForms {
  readonly accounts = new AccountTable();
  readonly columns = new TouchColumns();
  /** of the accounts that are not large */
  readonly runs: RowRuns;
  readonly #scanLimit: number;
  readonly #spans: Float64Array;
  readonly #bounds: Float64Array;
  readonly #blocks: BlockPool;
  readonly #indexed = new NumberedList<IndexedAccount>();
  readonly #parts: IndexParts;
  readonly #row = new Rows();

  constructor({ spans, traits, tuning }: FormOptions) {
    const { accounts, columns } = this;
    const windows = spans.length;
    this.runs = new RowRuns({ accounts, columns, traits, tuning, windows });
    this.#scanLimit = tuning.scanLimit;
    this.#spans = spans;
    this.#bounds = new Float64Array(windows);
    this.#blocks = new BlockPool(columns);
    const leaves = new LeafPool(tuning.leafCapacity);
    this.#parts = { columns, traits, leaves, fanout: tuning.fanout, windows };
  }

  get bytes(): number {
    let bytes = this.columns.bytes + this.accounts.bytes + this.runs.bytes + this.#parts.leaves.bytes;
    for (const indexed of this.#indexed) bytes += indexed.bytes;
    return bytes;
  }

  /** The indexes of a large account; undefined when it is not. */
  indexOf(account: number): IndexedAccount | undefined {
    return this.accounts.sizeClass(account) === INDEXED ? this.#indexed.get(this.accounts.first(account)) : undefined;
  }

  /** Per window the instant after which a touch is inside, at the account's clock. Overwritten by the next call. */
  boundsOf(account: number): Float64Array {
    const clock = this.accounts.clock(account);
    for (let window = 0; window < this.#spans.length; window += 1) {
      this.#bounds[window] = clock - (this.#spans[window] ?? 0);
    }
    return this.#bounds;
  }

  /** How many rows, counted or not, a window of an account that is not large holds. */
  rowsInside(account: number, window: number): number {
    const bound = this.boundsOf(account)[window] ?? 0;
    const left = window < this.#spans.length - 1 ? this.runs.leftOf(account, window, bound) : 0;
    return this.accounts.count(account) - left;
  }

  /** Place of the touch whose id is sought in the columns; -1 when the account does not hold it. */
  find(account: number): number {
    const indexed = this.indexOf(account);
    if (!indexed) return this.runs.find(account);
    const slot = indexed.find(hashOfId(this.columns.sought, 0));
    return slot === NONE ? -1 : slot;
  }

  /** Place of a row by its number among the account's, from 0; those of a large account are in no particular order. */
  placeOf(account: number, position: number): number {
    const indexed = this.indexOf(account);
    return indexed ? indexed.rows.slotAt(position) : position;
  }

  /** The row at a place, as a run of one. Overwritten by the next call. */
  rowAt(account: number, place: number): Rows {
    const row = this.#row;
    row.count = 1;
    if (this.indexOf(account)) {
      row.words = this.columns.wordsOf(place);
      row.start = this.columns.offsetOf(place);
    } else {
      const rows = this.runs.rowsOf(account);
      row.words = rows.words;
      row.start = rows.at(place);
    }
    return row;
  }

  /** Visits every row in (time, id) order. */
  visitInOrder(account: number, visit: (words: Uint32Array, at: number) => void): void {
    const { columns } = this;
    const indexed = this.indexOf(account);
    if (indexed) {
      indexed.visitInOrder((slot) => visit(columns.wordsOf(slot), columns.offsetOf(slot)));
      return;
    }
    const { words, start, count } = this.runs.rowsOf(account);
    for (let position = 0; position < count; position += 1) visit(words, start + position * ROW_WORDS);
  }

  /** Begins an account that holds nothing so far. */
  begin(account: number, clock: number): void {
    this.accounts.create(account, clock);
    this.runs.begin(account);
  }

  /** Puts a row with the id sought in. An account that is too large for its form then takes the next. */
  insert(account: number, values: RowValues): void {
    const indexed = this.indexOf(account);
    if (indexed) {
      this.#insertSlot(account, indexed, values);
      return;
    }
    this.runs.insert(account, values);
    this.#indexIfLarge(account);
  }

  /**
   * Takes the row at a place out. {@link settle} must follow the last removal.
   * @param firstWindow the shortest window that a large account still counts the row in; not given: by its time
   */
  remove(account: number, place: number, firstWindow?: number): void {
    const indexed = this.indexOf(account);
    if (indexed) {
      const first = firstWindow ?? shortestWindow(this.columns.time(place), this.boundsOf(account));
      indexed.remove(place, first);
      this.#fillSlot(account, indexed, place);
    } else {
      this.runs.remove(account, place);
    }
  }

  /** After removals: an account that is too small for its form takes the one before. One without rows is no more. */
  settle(account: number): void {
    const count = this.accounts.count(account);
    const indexed = this.indexOf(account);
    if (indexed && count > 0 && count * 2 >= this.#scanLimit) return;
    if (indexed) this.#leaveIndexes(account, indexed);
    this.runs.settle(account);
  }

  /** After other types count than before: what was worked out from the rows is worked out anew. */
  recount(): void {
    this.runs.forgetLedgers();
    for (const account of this.accounts.numbers()) {
      const indexed = this.indexOf(account);
      if (!indexed) continue;
      indexed.dispose();
      this.#indexed.set(this.accounts.first(account), this.#indexOver(account, indexed.rows));
    }
  }

  /** Begins an account with rows in the order in which {@link visitInOrder} gave them. */
  load(account: number, clock: number, rows: Uint32Array): void {
    this.accounts.create(account, clock);
    this.runs.load(account, rows);
    this.#indexIfLarge(account);
  }

  #insertSlot(account: number, indexed: IndexedAccount, values: RowValues): void {
    const { accounts, columns } = this;
    const count = accounts.count(account);
    const slot = indexed.rows.push(count);
    writeRow(columns.wordsOf(slot), columns.offsetOf(slot), columns.sought, values);
    accounts.setCount(account, count + 1);
    indexed.add(slot, this.boundsOf(account));
  }

  /** Puts the last row of a large account into a slot that the indexes no longer know. */
  #fillSlot(account: number, indexed: IndexedAccount, slot: number): void {
    const count = this.accounts.count(account);
    const last = indexed.rows.slotAt(count - 1);
    if (slot !== last) {
      indexed.renumber(last, slot);
      this.columns.copy(last, slot, 1);
    }
    indexed.rows.pop(count);
    this.accounts.setCount(account, count - 1);
  }

  #indexIfLarge(account: number): void {
    const { accounts, columns } = this;
    if (accounts.sizeClass(account) !== BUFFERED || accounts.count(account) <= this.#scanLimit) return;
    const { words, start, count } = this.runs.rowsOf(account);
    const blocks = new BlockList(this.#blocks);
    for (let position = 0; position < count; position += 1) {
      const slot = blocks.push(position);
      const at = start + position * ROW_WORDS;
      columns.wordsOf(slot).set(words.subarray(at, at + ROW_WORDS), columns.offsetOf(slot));
    }
    this.runs.giveUpBuffer(account);
    const index = this.#indexOver(account, blocks);
    accounts.setRows(account, { first: this.#indexed.add(index), sizeClass: INDEXED, count });
  }

  #leaveIndexes(account: number, indexed: IndexedAccount): void {
    const rows = new Uint32Array(this.accounts.count(account) * ROW_WORDS);
    let end = 0;
    this.visitInOrder(account, (words, at) => {
      rows.set(words.subarray(at, at + ROW_WORDS), end);
      end += ROW_WORDS;
    });
    indexed.dispose();
    indexed.rows.dispose();
    this.#indexed.remove(this.accounts.first(account));
    this.runs.takeBuffer(account, rows);
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
