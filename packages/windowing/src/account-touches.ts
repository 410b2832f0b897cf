import { AccountForms } from './account-forms.ts';
import type { AccountTable } from './account-table.ts';
import type { IndexedAccount } from './indexed-account.ts';
import { PeopleDictionary } from './people-dictionary.ts';
import type { SectionReader, SectionWriter } from './sections.ts';
import type { StoreTuning } from './store-tuning.ts';
import type { Id, IsCounted, WindowTouch } from './touch.ts';
import { ROW_WORDS, rowPerson, rowTime, rowTraits } from './touch-columns.ts';
import { TraitDictionary } from './trait-dictionary.ts';
import { writeId } from './uuid-words.ts';
import { shortestWindow } from './window-bounds.ts';
import { NONE } from './words.ts';

/** Gets the words and the offset of one row; true: no more. */
type RowVisitor = (words: Uint32Array, at: number) => boolean;

/**
 * The touches of all accounts of a store, by account number, and what keeps them current: arrival, removal and expiry.
 * How an account's rows are kept is the affair of its form.
 */
export class AccountTouches {
  readonly people = new PeopleDictionary();
  readonly traits = new TraitDictionary();
  readonly forms: AccountForms;
  readonly accounts: AccountTable;
  /** lengths of the windows in ms */
  readonly #spans: Float64Array;
  readonly #longest: number;
  #size = 0;

  /** @param spans lengths of the windows in ms, ascending */
  constructor(spans: Float64Array, tuning: StoreTuning) {
    this.#spans = spans;
    this.#longest = spans.length - 1;
    this.forms = new AccountForms({ spans, traits: this.traits, tuning });
    this.accounts = this.forms.accounts;
  }

  /** How many touches are held. */
  get size(): number {
    return this.#size;
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
    const indexed = this.forms.indexOf(account);
    const lost = indexed ? this.#expireIndexed(account, indexed) : this.#expireRows(account, clock - before);
    this.settle(account);
    return lost;
  }

  /** Whether an account holds a touch. */
  has(account: number, touchId: Id): boolean {
    writeId(touchId, this.forms.columns.sought);
    return this.forms.find(account) !== -1;
  }

  /** Stores a touch that {@link has} has just not found, inside the longest window. Makes the account if need be. */
  add(account: number, touch: WindowTouch, clock: number): void {
    const { accounts, forms } = this;
    const { time } = touch;
    const person = this.people.acquire(touch.personId);
    const traits = this.traits.acquire(touch);
    if (accounts.count(account) === 0) forms.begin(account, clock);
    forms.insert(account, { time, person, traits });
    accounts.setExpiry(account, Math.min(accounts.expiry(account), this.#expiryOf(account, time, traits)));
    this.#size += 1;
  }

  /**
   * Takes the touch sought last out; its row is given to `visit` before. False when it is not here. {@link settle} must
   * follow the last removal.
   */
  removeSought(account: number, visit: RowVisitor): boolean {
    const place = this.forms.find(account);
    if (place === -1) return false;
    const { words, start } = this.forms.rowAt(account, place);
    visit(words, start);
    this.#remove(account, place);
    return true;
  }

  /** Visits all rows of an account, the last one first; true: the row goes. {@link settle} must follow. Returns how many went. */
  removeWhere(account: number, visit: RowVisitor): number {
    const before = this.accounts.count(account);
    // backwards: what fills a gap comes from the end, which has been looked at
    for (let position = before - 1; position >= 0; position -= 1) {
      const place = this.forms.placeOf(account, position);
      const { words, start } = this.forms.rowAt(account, place);
      if (visit(words, start)) this.#remove(account, place);
    }
    return before - this.accounts.count(account);
  }

  /** After removals: brings the account's form and next expiry up to date. */
  settle(account: number): void {
    this.forms.settle(account);
    if (this.accounts.count(account) > 0) this.#refreshExpiry(account);
  }

  /** Changes what counts and recomputes every account. */
  recount(isCounted: IsCounted): void {
    this.traits.setCounted(isCounted);
    this.forms.recount();
    for (const account of this.accounts.numbers()) this.#refreshExpiry(account);
  }

  /** Visits the counted rows inside a window, newest first, until one says that it was enough. Nothing may change meanwhile. */
  visitNewest(account: number, window: number, visit: RowVisitor): void {
    const { forms, traits } = this;
    const bound = forms.boundsOf(account)[window] ?? 0;
    const indexed = forms.indexOf(account);
    if (indexed) {
      const { columns } = forms;
      for (const slot of indexed.newestFirst(bound)) {
        if (visit(columns.wordsOf(slot), columns.offsetOf(slot))) return;
      }
      return;
    }
    const { words, start, count } = forms.runs.rowsOf(account);
    for (let at = start + (count - 1) * ROW_WORDS; at >= start && rowTime(words, at) > bound; at -= ROW_WORDS) {
      if (traits.isCounted(rowTraits(words, at)) && visit(words, at)) return;
    }
  }

  /** Visits every row, in no particular order. */
  visitAll(account: number, visit: RowVisitor): void {
    for (let position = 0; position < this.accounts.count(account); position += 1) {
      const { words, start } = this.forms.rowAt(account, this.forms.placeOf(account, position));
      visit(words, start);
    }
  }

  /** What counts is not saved: a policy says it. */
  save(to: SectionWriter): void {
    const { accounts } = this;
    const numbers = Uint32Array.from(accounts.numbers());
    const rows = new Uint32Array(this.#size * ROW_WORDS);
    let end = 0;
    for (const account of numbers) {
      this.forms.visitInOrder(account, (words, at) => {
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
  load(from: SectionReader, isCounted: IsCounted): void {
    const numbers = from.words();
    const clocks = from.floats();
    const counts = from.words();
    const rows = from.words();
    this.people.load(from);
    this.traits.load(from, isCounted);
    let start = 0;
    numbers.forEach((account, at) => {
      const end = start + (counts[at] ?? 0) * ROW_WORDS;
      this.forms.load(account, clocks[at] ?? 0, rows.subarray(start, end));
      this.#size += this.accounts.count(account);
      this.#refreshExpiry(account);
      start = end;
    });
  }

  /** When the touch leaves the next window. */
  #expiryOf(account: number, time: number, traits: number): number {
    const isCounted = this.traits.isCounted(traits);
    const window = isCounted ? shortestWindow(time, this.forms.boundsOf(account)) : this.#longest;
    return time + (this.#spans[window] ?? 0);
  }

  #expireIndexed(account: number, indexed: IndexedAccount): number {
    const { forms, traits } = this;
    const bounds = forms.boundsOf(account);
    const bound = bounds[this.#longest] ?? 0;
    let lost = indexed.leaveShorterWindows(bounds);
    for (let slot = indexed.expired(bound); slot !== NONE; slot = indexed.expired(bound)) {
      if (traits.isCounted(forms.columns.traits(slot))) lost |= 1 << this.#longest;
      this.#remove(account, slot, this.#longest);
    }
    return lost;
  }

  /** @param elapsed ms since the account's clock stood before */
  #expireRows(account: number, elapsed: number): number {
    const { traits } = this;
    const { runs } = this.forms;
    const bounds = this.forms.boundsOf(account);
    const rows = runs.rowsOf(account);
    let lost = 0;
    for (let window = 0; window < this.#longest; window += 1) {
      const bound = bounds[window] ?? 0;
      const end = runs.leftOf(account, window, bound);
      for (let position = end - 1; position >= 0 && rows.time(position) > bound - elapsed; position -= 1) {
        if (!traits.isCounted(rowTraits(rows.words, rows.at(position)))) continue;
        lost |= 1 << window;
        break;
      }
    }
    const gone = rows.firstAfter(bounds[this.#longest] ?? 0);
    if (gone === 0) return lost;
    for (let position = 0; position < gone; position += 1) {
      const at = rows.at(position);
      const combination = rowTraits(rows.words, at);
      if (traits.isCounted(combination)) lost |= 1 << this.#longest;
      // before its traits are released, which a ledger looks at
      runs.forget(account, rows.words, at);
      this.#release(rowPerson(rows.words, at), combination);
    }
    runs.dropFirst(account, gone);
    return lost;
  }

  /** Takes a row out and lets go of what it held. `firstWindow`: see {@link AccountForms.remove}. */
  #remove(account: number, place: number, firstWindow?: number): void {
    const { words, start } = this.forms.rowAt(account, place);
    const person = rowPerson(words, start);
    const traits = rowTraits(words, start);
    this.forms.remove(account, place, firstWindow);
    this.#release(person, traits);
  }

  /** Lets go of what a row that goes has held. */
  #release(person: number, traits: number): void {
    this.people.release(person);
    this.traits.release(traits);
    this.#size -= 1;
  }

  #refreshExpiry(account: number): void {
    const { accounts, traits } = this;
    const { runs } = this.forms;
    const indexed = this.forms.indexOf(account);
    if (indexed) {
      accounts.setExpiry(account, indexed.nextExpiry(this.#spans));
      return;
    }
    const bounds = this.forms.boundsOf(account);
    const rows = runs.rowsOf(account);
    // counted or not, a row leaves the longest window
    let next = rows.time(0) + (this.#spans[this.#longest] ?? 0);
    for (let window = 0; window < this.#longest; window += 1) {
      let position = runs.leftOf(account, window, bounds[window] ?? 0);
      while (position < rows.count && !traits.isCounted(rowTraits(rows.words, rows.at(position)))) position += 1;
      if (position < rows.count) next = Math.min(next, rows.time(position) + (this.#spans[window] ?? 0));
    }
    accounts.setExpiry(account, next);
  }
}
