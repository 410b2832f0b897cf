import { type AccountTable, BUFFERED } from './account-table.ts';
import { ExtentRows } from './extent-rows.ts';
import { IdFilter } from './id-filter.ts';
import { NumberedList } from './numbered-list.ts';
import { RowBuffer } from './row-buffer.ts';
import { Rows } from './rows.ts';
import type { StoreTuning } from './store-tuning.ts';
import { ROW_WORDS, type RowValues, type TouchColumns, writeRow } from './touch-columns.ts';
import type { TraitDictionary } from './trait-dictionary.ts';
import { ValueLedger } from './value-ledger.ts';
import { hashOfId } from './words.ts';

interface RunOptions {
  readonly accounts: AccountTable;
  readonly columns: TouchColumns;
  readonly traits: TraitDictionary;
  readonly tuning: StoreTuning;
  /** how many windows there are */
  readonly windows: number;
}

/**
 * The rows of every account that is not large, each one run in time order: in an extent of a shared page, or in a buffer
 * of its own. Whoever puts a row in holds the person and the traits in it, and lets go of them when it is out.
 */
export class RowRuns {
  readonly #accounts: AccountTable;
  readonly #columns: TouchColumns;
  readonly #traits: TraitDictionary;
  readonly #tuning: StoreTuning;
  readonly #shorterWindows: number;
  readonly #extents: ExtentRows;
  readonly #buffers = new NumberedList<RowBuffer>();
  /** ids of buffered accounts */
  readonly #ids = new IdFilter();
  readonly #rows = new Rows();

  constructor({ accounts, columns, traits, tuning, windows }: RunOptions) {
    this.#accounts = accounts;
    this.#columns = columns;
    this.#traits = traits;
    this.#tuning = tuning;
    this.#shorterWindows = windows - 1;
    // one row more than the limit: an account changes its form after its row is in
    this.#extents = new ExtentRows(accounts, columns, tuning.extentLimit + 1);
  }

  /** Without pages, which the columns account for. */
  get bytes(): number {
    let bytes = this.#extents.bytes + this.#ids.bytes;
    for (const buffer of this.#buffers) bytes += buffer.bytes;
    return bytes;
  }

  /** The rows of an account. Overwritten by the next call. */
  rowsOf(account: number): Rows {
    const rows = this.#rows;
    const first = this.#accounts.first(account);
    rows.count = this.#accounts.count(account);
    if (this.#accounts.sizeClass(account) === BUFFERED) {
      const buffer = this.#buffers.get(first);
      rows.words = buffer.words;
      rows.start = buffer.head * ROW_WORDS;
    } else {
      rows.words = this.#columns.wordsOf(first);
      rows.start = this.#columns.offsetOf(first);
    }
    return rows;
  }

  /** What tells an account's windows without a sweep over its rows; undefined when nothing does. */
  ledgerOf(account: number): ValueLedger | undefined {
    if (this.#accounts.count(account) < this.#tuning.ledgerFrom) return undefined;
    const buffer = this.#bufferOf(account);
    if (!buffer) return undefined;
    buffer.ledger ??= new ValueLedger(this.#traits, this.rowsOf(account));
    return buffer.ledger.isExact ? buffer.ledger : undefined;
  }

  /** How many rows at the beginning of a run have left a shorter window. */
  leftOf(account: number, window: number, bound: number): number {
    const rows = this.rowsOf(account);
    const buffer = this.#bufferOf(account);
    if (!buffer) return rows.firstAfter(bound);
    const left = rows.firstAfter(bound, buffer.left[window]);
    buffer.left[window] = left;
    return left;
  }

  /** Position of the touch whose id is sought in the columns; -1 when the account does not hold it. */
  find(account: number): number {
    const { sought } = this.#columns;
    if (this.#accounts.count(account) === 0) return -1;
    const isBuffered = this.#accounts.sizeClass(account) === BUFFERED;
    if (isBuffered && !this.#ids.mayHold(hashOfId(sought, 0))) return -1;
    return this.rowsOf(account).find(sought);
  }

  /** Begins the run of an account that holds nothing so far. */
  begin(account: number): void {
    this.#extents.allocate(account, 0);
  }

  /** Puts a row with the id sought in; a run that is too long for an extent then has a buffer. */
  insert(account: number, values: RowValues): void {
    const { sought } = this.#columns;
    const count = this.#accounts.count(account);
    if (this.#accounts.sizeClass(account) === BUFFERED) {
      this.#buffers.get(this.#accounts.first(account)).makeRoom(count);
      this.#ids.add(hashOfId(sought, 0));
    } else {
      this.#extents.makeRoom(account, count);
    }
    const rows = this.rowsOf(account);
    const position = rows.placeOf(values.time, sought);
    const at = rows.at(position);
    if (position < count) {
      rows.words.copyWithin(at + ROW_WORDS, at, rows.at(count));
      this.#bufferOf(account)?.shifted(position, 1);
    }
    writeRow(rows.words, at, sought, values);
    this.#bufferOf(account)?.ledger?.add(rows.words, at);
    this.#accounts.setCount(account, count + 1);
    if (this.#accounts.sizeClass(account) < BUFFERED && count + 1 > this.#tuning.extentLimit)
      this.#leaveExtent(account);
  }

  /** Takes the row at a position out. {@link settle} must follow the last removal. */
  remove(account: number, position: number): void {
    const rows = this.rowsOf(account);
    const buffer = this.#bufferOf(account);
    const at = rows.at(position);
    if (buffer) this.#ids.remove(hashOfId(rows.words, at));
    rows.words.copyWithin(at, at + ROW_WORDS, rows.at(rows.count));
    if (buffer) {
      buffer.shifted(position, -1);
      buffer.ledger = undefined;
    }
    this.#accounts.setCount(account, rows.count - 1);
  }

  /** Before {@link dropFirst}, for one row after the other: ledger and ids no longer know of it. */
  forget(account: number, words: Uint32Array, at: number): void {
    const buffer = this.#bufferOf(account);
    if (!buffer) return;
    buffer.ledger?.removeFirst(words, at);
    this.#ids.remove(hashOfId(words, at));
  }

  /** Takes the first rows out, each of which has been forgotten. {@link settle} must follow. */
  dropFirst(account: number, gone: number): void {
    const rows = this.rowsOf(account);
    const buffer = this.#bufferOf(account);
    if (buffer) buffer.drop(gone);
    else rows.words.copyWithin(rows.start, rows.at(gone), rows.at(rows.count));
    this.#accounts.setCount(account, rows.count - gone);
  }

  /** After removals: a run is where its length belongs, and an account without rows is no more. */
  settle(account: number): void {
    const count = this.#accounts.count(account);
    const buffer = this.#bufferOf(account);
    if (buffer && count > 0 && count * 2 >= this.#tuning.extentLimit) {
      buffer.fit(count);
      return;
    }
    if (buffer) this.#leaveBuffer(account);
    if (count > 0) {
      this.#extents.fit(account);
      return;
    }
    this.#extents.free(account);
    this.#accounts.drop(account);
  }

  /** Gives an account without a run one of these rows. */
  load(account: number, rows: Uint32Array): void {
    const count = rows.length / ROW_WORDS;
    if (count <= this.#tuning.extentLimit) this.#takeExtent(account, rows);
    else this.takeBuffer(account, rows);
  }

  /** Gives an account without a run one of these rows, in a buffer however few they are. */
  takeBuffer(account: number, rows: Uint32Array): void {
    const count = rows.length / ROW_WORDS;
    const buffer = new RowBuffer(count, this.#shorterWindows);
    buffer.words.set(rows);
    this.#accounts.setRows(account, { first: this.#buffers.add(buffer), sizeClass: BUFFERED, count });
    for (let at = 0; at < rows.length; at += ROW_WORDS) this.#ids.add(hashOfId(rows, at));
  }

  /** Gives a buffer up; the caller has its rows from {@link rowsOf}. */
  giveUpBuffer(account: number): void {
    const { words, start, count } = this.rowsOf(account);
    for (let position = 0; position < count; position += 1) {
      this.#ids.remove(hashOfId(words, start + position * ROW_WORDS));
    }
    this.#buffers.remove(this.#accounts.first(account));
  }

  /** After other types count than before: what was worked out from rows is no longer true. */
  forgetLedgers(): void {
    for (const buffer of this.#buffers) buffer.ledger = undefined;
  }

  #bufferOf(account: number): RowBuffer | undefined {
    return this.#accounts.sizeClass(account) === BUFFERED
      ? this.#buffers.get(this.#accounts.first(account))
      : undefined;
  }

  #takeExtent(account: number, rows: Uint32Array): void {
    this.#extents.allocate(account, rows.length / ROW_WORDS);
    const first = this.#accounts.first(account);
    this.#columns.wordsOf(first).set(rows, this.#columns.offsetOf(first));
  }

  #leaveExtent(account: number): void {
    const { words, start, count } = this.rowsOf(account);
    // a copy: another account's rows may move to where these are
    const rows = words.slice(start, start + count * ROW_WORDS);
    this.#extents.free(account);
    this.takeBuffer(account, rows);
  }

  #leaveBuffer(account: number): void {
    const { words, start, count } = this.rowsOf(account);
    this.giveUpBuffer(account);
    this.#takeExtent(account, words.subarray(start, start + count * ROW_WORDS));
  }
}
