import { AccountTouches, DEFAULT_TUNING, type StoreTuning } from './account-touches.ts';
import { cellOf, DayTypeEmitter, type DayTypeVisitor } from './day-type-counts.ts';
import { ExtentScan } from './extent-scan.ts';
import { activityByPerson } from './person-activity.ts';
import type {
  BreadthKind,
  InsertOutcome,
  PersonActivity,
  StoreStats,
  TouchView,
  WindowAggregate,
  WindowTouch,
} from './touch.ts';
import { MAX_TIME } from './touch-columns.ts';
import type { TraitDictionary } from './trait-dictionary.ts';
import { CHANNEL, PRODUCT, ROLE } from './window-counters.ts';
import { NONE } from './words.ts';

const DAY_MS = 86_400_000;
const NOTHING: WindowAggregate = Object.freeze({ touches: 0, people: 0, products: 0, roles: 0, channels: 0 });

export interface WindowStoreOptions {
  /** window lengths in days: ascending, unique, positive integers; the last is the longest */
  readonly windowDays: readonly number[];
  /** for tests and benchmarks */
  readonly tuning?: Partial<StoreTuning>;
}

/**
 * Exact rolling windows of many accounts (one store a partition). A touch at e is in window W at clock c when
 * c - W < e <= c; it leaves at e + W exactly. Every account has its own clock, which never goes back.
 *
 * An account with few touches is a bag of rows that is counted when asked; a large one also has indexes and counters,
 * so insert, removal and expiry are amortised O(log n) whatever it holds.
 *
 * Confirmed-distinct people of a window: people known by e-mail, plus per source the people known only by its own ids
 * beyond as many as that source also knows by e-mail. Shared mailboxes add nobody.
 */
export class WindowStore {
  readonly windowDays: readonly number[];
  readonly #longestMs: number;
  readonly #touches: AccountTouches;
  readonly #scan: ExtentScan;
  readonly #emitter: DayTypeEmitter;
  /** the account the scan holds the counts of, as long as `changes` has not moved */
  #scanned = NONE;
  #scannedAt = 0;

  /** @throws RangeError when window lengths are not ascending positive integers */
  constructor({ windowDays, tuning }: WindowStoreOptions) {
    checkWindows(windowDays);
    this.windowDays = Object.freeze([...windowDays]);
    const spans = Float64Array.from(windowDays, (days) => days * DAY_MS);
    this.#longestMs = Math.max(...spans);
    this.#touches = new AccountTouches(spans, { ...DEFAULT_TUNING, ...tuning });
    this.#scan = new ExtentScan(this.#touches, windowDays.length);
    this.#emitter = new DayTypeEmitter(this.#touches.traits.types);
  }

  /**
   * Says which types count (weight > 0); before the first call all do. Recomputes every account: O(touches). Touches
   * of types that do not count stay stored and count again under a later policy.
   */
  setCountedTypes(isCounted: (type: string) => boolean): void {
    this.#touches.recount(isCounted);
  }

  /**
   * Applies expiries up to `clock`, then takes the touch in. `duplicate`: its id is already stored for the account and
   * nothing changes. `outside`: it had left the longest window before it came.
   * @throws RangeError when the touch is later than the clock, its time is not whole ms, the clock goes back, or an id is not a UUID
   */
  insert(accountId: string, touch: WindowTouch, clock: number): InsertOutcome {
    if (!(Number.isInteger(touch.time) && touch.time >= 0 && touch.time < MAX_TIME)) {
      throw new RangeError(`a touch is at whole ms from 0 to ${MAX_TIME}, not ${touch.time}`);
    }
    if (!(touch.time <= clock)) throw new RangeError(`a touch at ${touch.time} cannot be known at clock ${clock}`);
    const account = this.#touches.advance(accountId, clock);
    if (touch.time <= clock - this.#longestMs) return 'outside';
    if (this.#touches.find(account, touch.touchId) !== NONE) return 'duplicate';
    this.#touches.add(accountId, touch, clock);
    return 'inserted';
  }

  /** Takes a touch out (retraction, or a move to another account); undefined when it is not stored. */
  remove(accountId: string, touchId: string, clock: number): TouchView | undefined {
    const account = this.#touches.advance(accountId, clock);
    const slot = this.#touches.find(account, touchId);
    if (slot === NONE) return undefined;
    const view = this.#view(slot);
    this.#touches.remove(account, slot);
    this.#touches.settle(accountId, account);
    return view;
  }

  /** Takes all touches of a person out (erasure); returns how many there were. Looks at every touch of the account. */
  removePerson(accountId: string, personId: string, clock: number): number {
    const { accounts, columns, people } = this.#touches;
    const account = this.#touches.advance(accountId, clock);
    const person = people.find(personId);
    if (account === NONE || person === NONE) return 0;
    const before = accounts.count(account);
    // backwards: the touch that fills a hole comes from the end, which has been looked at
    for (let position = before - 1; position >= 0; position -= 1) {
      const slot = this.#touches.slotAt(account, position);
      if (columns.person(slot) === person) this.#touches.remove(account, slot);
    }
    const removed = before - accounts.count(account);
    if (removed > 0) this.#touches.settle(accountId, account);
    return removed;
  }

  /** Applies the expiries up to and including `clock`. */
  advance(accountId: string, clock: number): void {
    this.#touches.advance(accountId, clock);
  }

  /** The next instant at which advancing the account changes something; undefined when it holds nothing. */
  nextExpiry(accountId: string): number | undefined {
    const { accounts } = this.#touches;
    const account = accounts.find(accountId);
    return account === NONE ? undefined : accounts.expiry(account);
  }

  /** Counted touches of a window at the account's clock. */
  aggregate(accountId: string, windowIndex: number): WindowAggregate {
    this.#checkWindow(windowIndex);
    const touches = this.#touches;
    const account = touches.accounts.find(accountId);
    if (account === NONE) return NOTHING;
    const indexed = touches.indexOf(account);
    if (indexed) return indexed.aggregate(windowIndex);
    if (this.#scanned !== account || this.#scannedAt !== touches.changes) {
      const extent = { first: touches.accounts.first(account), count: touches.accounts.count(account) };
      this.#scan.scan(extent, touches.boundsOf(account));
      this.#scanned = account;
      this.#scannedAt = touches.changes;
    }
    return this.#scan.aggregate(windowIndex);
  }

  /**
   * Visits counted touches of the longest window per (UTC day number floor(e / 86 400 000), type): days ascending,
   * inside a day by type text. `visit` must not call this store.
   */
  forEachDayType(accountId: string, visit: DayTypeVisitor): void {
    const { accounts, columns, traits } = this.#touches;
    const account = accounts.find(accountId);
    if (account === NONE) return;
    const kept = this.#touches.indexOf(account)?.dayTypes;
    if (kept) {
      kept.emit(this.#emitter, visit);
      return;
    }
    for (let position = 0; position < accounts.count(account); position += 1) {
      const slot = this.#touches.slotAt(account, position);
      const combination = columns.traits(slot);
      if (!traits.isCounted(combination)) continue;
      this.#emitter.collect(cellOf(columns.time(slot), traits.type(combination)));
    }
    this.#emitter.emitCollected(visit);
  }

  /** At most `limit` counted touches of a window, newest first by (time, touch id) descending. */
  newest(accountId: string, limit: number, windowIndex: number): TouchView[] {
    const views: TouchView[] = [];
    for (const slot of this.#newestFirst(accountId, windowIndex)) {
      if (views.length >= limit) break;
      views.push(this.#view(slot));
    }
    return views;
  }

  /** Who is active in a window, by touches, then latest touch, then id. Looks at every counted touch of the window. */
  people(accountId: string, windowIndex: number): PersonActivity[] {
    return activityByPerson(this.#newestFirst(accountId, windowIndex), this.#touches);
  }

  /** Distinct known products, roles or channels of a window, by text. */
  values(accountId: string, windowIndex: number, kind: BreadthKind): string[] {
    this.#checkWindow(windowIndex);
    const { accounts, columns, traits } = this.#touches;
    const { tag, numberOf, dictionary } = breadth(traits, kind);
    const account = accounts.find(accountId);
    const indexed = this.#touches.indexOf(account);
    const slots = this.#newestFirst(accountId, windowIndex);
    const numbers = indexed
      ? indexed.valuesOf(tag, windowIndex)
      : new Set(Array.from(slots, (slot) => numberOf(columns.traits(slot))));
    return Array.from(numbers, (number) => dictionary.text(number))
      .filter((text) => text !== '')
      .sort();
  }

  /** Every touch the account holds, counted or not, in no particular order; the store must not change meanwhile. */
  *touches(accountId: string): Generator<TouchView, void> {
    const account = this.#touches.accounts.find(accountId);
    if (account === NONE) return;
    for (let position = 0; position < this.#touches.accounts.count(account); position += 1) {
      yield this.#view(this.#touches.slotAt(account, position));
    }
  }

  /** Whether the account holds a touch, counted or not. */
  has(accountId: string, touchId: string): boolean {
    return this.#touches.find(this.#touches.accounts.find(accountId), touchId) !== NONE;
  }

  /** No touch at all in the longest window: the account takes no memory. */
  isEmpty(accountId: string): boolean {
    return this.#touches.accounts.find(accountId) === NONE;
  }

  /** Accounts that hold a touch, in the order in which they came to hold one. */
  accountIds(): IterableIterator<string> {
    return this.#touches.accounts.names();
  }

  /** What is held. Pages are used again but never returned, so bytes are those of the fullest moment. */
  stats(): StoreStats {
    const { accounts, bytes, people, size, traits } = this.#touches;
    const dictionaryBytes = people.bytes + traits.bytes + this.#scan.bytes;
    return { accounts: accounts.size, touches: size, bytes, dictionaryBytes };
  }

  #newestFirst(accountId: string, windowIndex: number): Iterable<number> {
    this.#checkWindow(windowIndex);
    const account = this.#touches.accounts.find(accountId);
    return account === NONE ? [] : this.#touches.newestFirst(account, windowIndex);
  }

  #view(slot: number): TouchView {
    const { columns, people, traits } = this.#touches;
    const combination = columns.traits(slot);
    return {
      touchId: columns.idText(slot),
      time: columns.time(slot),
      type: traits.types.text(traits.type(combination)),
      personId: people.text(columns.person(slot)),
      personKind: traits.kindText(combination),
      source: traits.sources.text(traits.source(combination)),
      product: traits.products.text(traits.product(combination)),
      role: traits.roles.text(traits.role(combination)),
      channel: traits.channels.text(traits.channel(combination)),
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
  if (windowDays.length === 0 || !isAscending) {
    throw new RangeError(`window lengths are ascending positive whole days, not [${windowDays.join(', ')}]`);
  }
}
