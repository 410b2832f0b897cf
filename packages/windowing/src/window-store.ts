import type { AccountForms } from './account-forms.ts';
import { AccountTouches } from './account-touches.ts';
import { DecayedSums, fades } from './decayed-sums.ts';
import { KeptAggregates } from './kept-aggregates.ts';
import { ActivityByPerson } from './person-activity.ts';
import { AGGREGATE_NUMBERS, NEITHER, RowScan, TOUCHES, TOUCHES_AND_BREADTH } from './row-scan.ts';
import { SectionReader, SectionWriter } from './sections.ts';
import { DEFAULT_TUNING, type StoreTuning } from './store-tuning.ts';
import type {
  BreadthKind,
  Id,
  InsertOutcome,
  IsCounted,
  Measures,
  PersonActivity,
  StoreStats,
  TouchView,
  WindowAggregate,
  WindowLimits,
  WindowTouch,
} from './touch.ts';
import { MAX_TIME, rowPerson, rowTime, rowTraits } from './touch-columns.ts';
import type { TraitDictionary } from './trait-dictionary.ts';
import { formatUuid } from './uuid-words.ts';
import type { ValueLedger } from './value-ledger.ts';
import { CHANNEL, PRODUCT, ROLE } from './window-counters.ts';
import { NONE } from './words.ts';

const DAY_MS = 86_400_000;
const ID_WORDS = 4;
const NOTHING: WindowAggregate = Object.freeze({ touches: 0, people: 0, products: 0, roles: 0, channels: 0 });

/** The UTC day (number floor(t / 86 400 000)) that ages are counted from, and what a touch of each age weighs. */
interface MeasuredOn {
  readonly today: number;
  readonly decay: ArrayLike<number>;
}

export interface WindowStoreOptions {
  /** window lengths in days: ascending, unique, positive integers, at most 30 of them; the last is the longest */
  readonly windowDays: readonly number[];
  /** for tests and benchmarks */
  readonly tuning?: Partial<StoreTuning>;
}

/** How far a window fills limits: not their touches, their touches, or their touches with people and products as well. */
export type Reach = 'neither' | 'touches' | 'touches and breadth';

/**
 * Exact rolling windows of many accounts (one store a partition). A touch at e is in window W at clock c when
 * c - W < e <= c; it leaves at e + W exactly. Every account has its own clock, which never goes back. Accounts are
 * numbers the caller gives: small ones, since they index arrays.
 *
 * An account with few touches is a run of rows in time order that is swept over when asked; a large one also has indexes
 * and counters, so insert, removal and expiry are amortised O(log n) whatever it holds.
 *
 * Confirmed-distinct people of a window: people known by e-mail, plus per source the people known only by its own ids
 * beyond as many as that source also knows by e-mail. Shared mailboxes add nobody.
 */
export class WindowStore {
  readonly windowDays: readonly number[];
  readonly #spans: Float64Array;
  readonly #longestMs: number;
  readonly #touches: AccountTouches;
  readonly #forms: AccountForms;
  readonly #scan: RowScan;
  readonly #sums: DecayedSums;
  readonly #kept: KeptAggregates;

  /** @throws RangeError when window lengths are not ascending positive integers */
  constructor({ windowDays, tuning }: WindowStoreOptions) {
    checkWindows(windowDays);
    this.windowDays = Object.freeze([...windowDays]);
    this.#spans = Float64Array.from(windowDays, (days) => days * DAY_MS);
    this.#longestMs = Math.max(...this.#spans);
    this.#touches = new AccountTouches(this.#spans, { ...DEFAULT_TUNING, ...tuning });
    this.#forms = this.#touches.forms;
    this.#scan = new RowScan(this.#touches.traits, windowDays.length);
    this.#kept = new KeptAggregates(AGGREGATE_NUMBERS * windowDays.length);
    this.#sums = new DecayedSums(this.#touches.traits.types);
  }

  /**
   * Says which touches count, by type and attribution; before the first call all do. Recomputes every account: O(touches).
   * Touches that do not count stay stored and count again under a later policy.
   */
  setCounted(isCounted: IsCounted): void {
    this.#touches.recount(isCounted);
    this.#kept.dropAll();
  }

  /**
   * Applies expiries up to `clock`, then takes the touch in. `duplicate`: its id is already stored for the account and
   * nothing changes. `outside`: it had left the longest window before it came.
   * @throws RangeError when the touch is later than the clock, its time is not whole ms, the clock goes back, or an id is not a UUID
   */
  insert(account: number, touch: WindowTouch, clock: number): InsertOutcome {
    if (!(Number.isInteger(touch.time) && touch.time >= 0 && touch.time < MAX_TIME)) {
      throw new RangeError(`a touch is at whole ms from 0 to ${MAX_TIME}, not ${touch.time}`);
    }
    if (!(touch.time <= clock)) throw new RangeError(`a touch at ${touch.time} cannot be known at clock ${clock}`);
    this.advance(account, clock);
    if (touch.time <= clock - this.#longestMs) return 'outside';
    if (this.#touches.has(account, touch.touchId)) return 'duplicate';
    this.#touches.add(account, touch, clock);
    this.#kept.drop(account);
    return 'inserted';
  }

  /** Takes a touch out (retraction, or a move to another account); undefined when it is not stored. */
  remove(account: number, touchId: Id, clock: number): TouchView | undefined {
    this.advance(account, clock);
    if (!this.#touches.has(account, touchId)) return undefined;
    let view: TouchView | undefined;
    this.#touches.removeSought(account, (words, at) => {
      view = this.#view(words, at);
      return true;
    });
    this.#touches.settle(account);
    this.#kept.drop(account);
    return view;
  }

  /** Takes all touches of a person out (erasure); returns how many there were. Looks at every touch of the account. */
  removePerson(account: number, personId: Id, clock: number): number {
    this.advance(account, clock);
    const person = this.#touches.people.find(personId);
    if (this.isEmpty(account) || person === NONE) return 0;
    const removed = this.#touches.removeWhere(account, (words, at) => rowPerson(words, at) === person);
    if (removed > 0) this.#touches.settle(account);
    this.#kept.drop(account);
    return removed;
  }

  /** Applies the expiries up to and including `clock`. Returns a bit per window (1 << index) that lost a counted touch. */
  advance(account: number, clock: number): number {
    const lost = this.#touches.advance(account, clock);
    if (lost !== 0) this.#kept.drop(account);
    return lost;
  }

  /** The next instant at which advancing the account changes something; Infinity when it holds nothing. */
  nextExpiry(account: number): number {
    return this.isEmpty(account) ? Number.POSITIVE_INFINITY : this.#touches.accounts.expiry(account);
  }

  /** How many touches the account holds, counted or not. */
  count(account: number): number {
    return this.#touches.accounts.count(account);
  }

  /** Counted touches of a window at the account's clock. */
  aggregate(account: number, windowIndex: number): WindowAggregate {
    this.#checkWindow(windowIndex);
    if (this.isEmpty(account)) return NOTHING;
    const indexed = this.#forms.indexOf(account);
    if (indexed) return indexed.aggregate(windowIndex);
    if (!this.#kept.has(account)) {
      const ledger = this.#forms.runs.ledgerOf(account);
      if (ledger) this.#countBy(ledger, account);
      else this.#count(account);
    }
    const at = windowIndex * AGGREGATE_NUMBERS;
    return {
      touches: this.#kept.number(account, at),
      people: this.#kept.number(account, at + 1),
      products: this.#kept.number(account, at + 2),
      roles: this.#kept.number(account, at + 3),
      channels: this.#kept.number(account, at + 4),
    };
  }

  /**
   * How far a window of the account fills limits. The same as comparing {@link aggregate}, but it looks at no more of
   * the newest touches than it takes to know.
   */
  reach(account: number, windowIndex: number, limits: WindowLimits): Reach {
    if (!this.#forms.indexOf(account)) {
      const bound = this.#forms.accounts.clock(account) - (this.#spans[windowIndex] ?? 0);
      const ledger = this.#forms.runs.ledgerOf(account);
      if (ledger) {
        if (this.#forms.rowsInside(account, windowIndex) < limits.touches) return 'neither';
        return ledger.isBroad(bound, limits) ? 'touches and breadth' : 'touches';
      }
      const found = this.#scan.reaches(this.#forms.runs.rowsOf(account), bound, limits);
      if (found === NEITHER) return 'neither';
      if (found === TOUCHES) return 'touches';
      if (found === TOUCHES_AND_BREADTH) return 'touches and breadth';
    }
    const counted = this.aggregate(account, windowIndex);
    if (counted.touches < limits.touches) return 'neither';
    return counted.people >= limits.people && counted.products >= limits.products ? 'touches and breadth' : 'touches';
  }

  /** Types of all touches held, counted or not, by text. The same array as long as they are the same. */
  get types(): readonly string[] {
    return this.#sums.texts;
  }

  /**
   * All that a score is made of. `windows`: the aggregates of all windows, five numbers each: touches, people, products,
   * roles, channels. `counts` and `decayed`, as long as {@link types}: how many counted touches the longest window has of
   * each type, and the sum of `decay[age]` over them, their age in UTC days on day `today` (day number
   * floor(t / 86 400 000)); younger than 0 counts as 0.
   */
  measure(account: number, on: MeasuredOn, into: Measures): void {
    const sums = this.#sums;
    sums.start(on);
    const indexed = this.#forms.indexOf(account);
    if (indexed) {
      indexed.dayTypes.addTo(sums);
      this.#writeIndexed(account, into.windows);
    } else if (this.isEmpty(account)) {
      into.windows.fill(0);
    } else {
      this.#measureRows(account, on);
      this.#kept.read(account, into.windows);
    }
    sums.take(into);
  }

  /** At most `limit` counted touches of a window, newest first by (time, touch id) descending. */
  newest(account: number, limit: number, windowIndex: number): TouchView[] {
    const views: TouchView[] = [];
    this.#visitNewest(account, windowIndex, (words, at) => {
      if (views.length < limit) views.push(this.#view(words, at));
      return views.length >= limit;
    });
    return views;
  }

  /** Ids of the touches that {@link newest} gives, four words each, written to `into` from its beginning. Returns how many. */
  newestIds(account: number, windowIndex: number, into: Uint32Array): number {
    const limit = into.length / ID_WORDS;
    let found = 0;
    this.#visitNewest(account, windowIndex, (words, at) => {
      for (let word = 0; word < ID_WORDS; word += 1) into[found * ID_WORDS + word] = words[at + word] ?? 0;
      found += 1;
      return found === limit;
    });
    return found;
  }

  /** Who is active in a window, by touches, then latest touch, then id. Looks at every counted touch of the window. */
  people(account: number, windowIndex: number): PersonActivity[] {
    const activity = new ActivityByPerson(this.#touches.people, this.#touches.traits);
    this.#visitNewest(account, windowIndex, (words, at) => {
      activity.add(words, at);
      return false;
    });
    return activity.sorted();
  }

  /** Distinct known products, roles or channels of a window, by text. */
  values(account: number, windowIndex: number, kind: BreadthKind): string[] {
    const { tag, numberOf, dictionary } = breadth(this.#touches.traits, kind);
    const indexed = this.#forms.indexOf(account);
    let numbers: Iterable<number>;
    if (indexed) {
      this.#checkWindow(windowIndex);
      numbers = indexed.valuesOf(tag, windowIndex);
    } else {
      const found = new Set<number>();
      this.#visitNewest(account, windowIndex, (words, at) => {
        found.add(numberOf(rowTraits(words, at)));
        return false;
      });
      numbers = found;
    }
    return Array.from(numbers, (number) => dictionary.text(number))
      .filter((text) => text !== '')
      .sort();
  }

  /** Every touch the account holds, counted or not, in no particular order. */
  touches(account: number): TouchView[] {
    const views: TouchView[] = [];
    if (this.isEmpty(account)) return views;
    this.#touches.visitAll(account, (words, at) => {
      views.push(this.#view(words, at));
      return false;
    });
    return views;
  }

  /** Whether the account holds a touch, counted or not. */
  has(account: number, touchId: Id): boolean {
    return this.#touches.has(account, touchId);
  }

  /** No touch at all in the longest window: the account takes no memory. */
  isEmpty(account: number): boolean {
    return this.#touches.accounts.count(account) === 0;
  }

  /** How many accounts hold a touch. */
  get size(): number {
    return this.#touches.accounts.size;
  }

  /** Accounts that hold a touch, by number. */
  accounts(): Iterable<number> {
    return this.#touches.accounts.numbers();
  }

  /** Everything the store holds, for {@link WindowStore.load}: a cache, readable by the same version on the same machine. */
  save(): Uint8Array {
    const to = new SectionWriter();
    to.json(this.windowDays);
    this.#touches.save(to);
    return to.take();
  }

  /**
   * The store that was saved. `isCounted` as for {@link setCounted}: it is not saved.
   * @throws RangeError or SyntaxError when the bytes end too early or are something else
   */
  static load(bytes: Uint8Array, isCounted: IsCounted, tuning: Partial<StoreTuning> = {}): WindowStore {
    const from = new SectionReader(bytes);
    const store = new WindowStore({ windowDays: from.json<number[]>(), tuning });
    store.#touches.load(from, isCounted);
    return store;
  }

  /** What is held. Pages are used again but never returned, so bytes are those of the fullest moment. */
  stats(): StoreStats {
    const { accounts, people, size, traits } = this.#touches;
    return {
      accounts: accounts.size,
      touches: size,
      bytes: this.#forms.bytes + this.#kept.bytes,
      dictionaryBytes: people.bytes + traits.bytes,
    };
  }

  /** Brings the kept aggregates up to date and sums up, by the shortest way there is. */
  #measureRows(account: number, { today, decay }: MeasuredOn): void {
    const sums = this.#sums;
    const ledger = this.#forms.runs.ledgerOf(account);
    if (ledger && !this.#kept.has(account)) this.#countBy(ledger, account);
    if (ledger && !fades(decay)) ledger.addTo(sums, today);
    else if (this.#kept.has(account)) this.#scan.addTo(sums, this.#forms.runs.rowsOf(account));
    else this.#count(account, sums);
  }

  #countBy(ledger: ValueLedger, account: number): void {
    const bounds = this.#forms.boundsOf(account);
    const { totals } = this.#scan;
    for (let window = 0; window < this.windowDays.length; window += 1) {
      const at = window * AGGREGATE_NUMBERS;
      totals[at] = this.#forms.rowsInside(account, window);
      ledger.writeBreadth(bounds[window] ?? 0, totals, at + 1);
    }
    this.#kept.keep(account, totals);
  }

  /** Counts an account that is not large, and adds its touches to `sums` when given. */
  #count(account: number, sums?: DecayedSums): void {
    this.#scan.scan(this.#forms.runs.rowsOf(account), this.#forms.boundsOf(account), sums);
    this.#kept.keep(account, this.#scan.totals);
  }

  #writeIndexed(account: number, into: Uint32Array): void {
    for (let window = 0; window < this.windowDays.length; window += 1) {
      const { touches, people, products, roles, channels } = this.aggregate(account, window);
      into.set([touches, people, products, roles, channels], window * AGGREGATE_NUMBERS);
    }
  }

  #visitNewest(account: number, windowIndex: number, visit: (words: Uint32Array, at: number) => boolean): void {
    this.#checkWindow(windowIndex);
    if (!this.isEmpty(account)) this.#touches.visitNewest(account, windowIndex, visit);
  }

  #view(words: Uint32Array, at: number): TouchView {
    const { people, traits } = this.#touches;
    const combination = rowTraits(words, at);
    return {
      touchId: formatUuid(words, at),
      time: rowTime(words, at),
      type: traits.types.text(traits.type(combination)),
      personId: people.text(rowPerson(words, at)),
      personKind: traits.kindText(combination),
      source: traits.sources.text(traits.source(combination)),
      product: traits.products.text(traits.product(combination)),
      role: traits.roles.text(traits.role(combination)),
      channel: traits.channels.text(traits.channel(combination)),
      attribution: traits.attribution(combination),
    };
  }

  #checkWindow(windowIndex: number): void {
    if (this.windowDays[windowIndex] === undefined) {
      throw new RangeError(`no window ${windowIndex}: there are ${this.windowDays.length}`);
    }
  }
}

function breadth(traits: TraitDictionary, kind: BreadthKind) {
  switch (kind) {
    case 'product':
      return {
        tag: PRODUCT,
        numberOf: (combination: number) => traits.product(combination),
        dictionary: traits.products,
      };
    case 'role':
      return { tag: ROLE, numberOf: (combination: number) => traits.role(combination), dictionary: traits.roles };
    case 'channel':
      return {
        tag: CHANNEL,
        numberOf: (combination: number) => traits.channel(combination),
        dictionary: traits.channels,
      };
  }
}

function checkWindows(windowDays: readonly number[]): void {
  const isAscending = windowDays.every(
    (days, index) => Number.isInteger(days) && days > (index === 0 ? 0 : (windowDays[index - 1] ?? 0)),
  );
  if (windowDays.length === 0 || windowDays.length > 30 || !isAscending) {
    throw new RangeError(`window lengths are ascending positive whole days, not [${windowDays.join(', ')}]`);
  }
}
