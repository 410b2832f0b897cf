import { UNKNOWN } from './string-dictionary.ts';
import type { WindowAggregate } from './touch.ts';
import type { TouchColumns } from './touch-columns.ts';
import { EMAIL, SOURCE_ID, type TraitDictionary } from './trait-dictionary.ts';
import { ValueCounts } from './value-counts.ts';

/** Tags of what is counted. A pair of person and source has a tag of its own per source and kind, from FIRST_PAIR on. */
export const PRODUCT = 1;
export const ROLE = 2;
export const CHANNEL = 3;
/** value: person; counts the sources in which an e-mail person is present */
const EMAIL_PERSON = 4;
/** value: source; counts e-mail people present in it */
const EMAIL_PEOPLE_OF_SOURCE = 5;
/** value: source; counts people present in it who are known only by its own id */
const OWN_PEOPLE_OF_SOURCE = 6;
const FIRST_PAIR = 7;

/** In which source, and how, a person is known. */
interface Seen {
  readonly source: number;
  readonly kind: number;
}

/** Counts of all windows of one large account, kept up to date touch by touch: O(windows) a touch, whatever it holds. */
export class WindowCounters {
  readonly #columns: TouchColumns;
  readonly #traits: TraitDictionary;
  readonly #windows: number;
  readonly #values: ValueCounts;
  readonly #touches: Uint32Array;
  readonly #emailPeople: Uint32Array;
  /** people known only by a source's own id, beyond as many as that source knows by e-mail, summed over sources */
  readonly #surplusPeople: Uint32Array;
  readonly #products: Uint32Array;
  readonly #roles: Uint32Array;
  readonly #channels: Uint32Array;

  constructor(columns: TouchColumns, traits: TraitDictionary, windows: number) {
    this.#columns = columns;
    this.#traits = traits;
    this.#windows = windows;
    this.#values = new ValueCounts(windows);
    const totals = new Uint32Array(6 * windows);
    const total = (index: number) => totals.subarray(index * windows, (index + 1) * windows);
    this.#touches = total(0);
    this.#emailPeople = total(1);
    this.#surplusPeople = total(2);
    this.#products = total(3);
    this.#roles = total(4);
    this.#channels = total(5);
  }

  get bytes(): number {
    return this.#values.bytes + 6 * this.#windows * Uint32Array.BYTES_PER_ELEMENT;
  }

  aggregate(window: number): WindowAggregate {
    return {
      touches: this.#touches[window] ?? 0,
      people: (this.#emailPeople[window] ?? 0) + (this.#surplusPeople[window] ?? 0),
      products: this.#products[window] ?? 0,
      roles: this.#roles[window] ?? 0,
      channels: this.#channels[window] ?? 0,
    };
  }

  /** Numbers of the products, roles or channels (by tag) present in a window, in no particular order. */
  valuesOf(tag: number, window: number): number[] {
    return this.#values.valuesOf(tag, window);
  }

  /** A counted touch is in the windows from `first` on. */
  enter(slot: number, first: number): void {
    const traits = this.#columns.traits(slot);
    for (let window = first; window < this.#windows; window += 1) add(this.#touches, window, 1);
    this.#enterValue(this.#traits.product(traits), PRODUCT, first, this.#products);
    this.#enterValue(this.#traits.role(traits), ROLE, first, this.#roles);
    this.#enterValue(this.#traits.channel(traits), CHANNEL, first, this.#channels);
    const kind = this.#traits.kind(traits);
    if (kind !== EMAIL && kind !== SOURCE_ID) return;
    const person = this.#columns.person(slot);
    const source = this.#traits.source(traits);
    const tag = pairTag(source, kind);
    let pair = this.#values.entry(person, tag);
    for (let window = first; window < this.#windows; window += 1) {
      if (this.#values.increase(pair, window) !== 1) continue;
      this.#personAppears(person, { source, kind }, window);
      // entries have moved
      pair = this.#values.entry(person, tag);
    }
  }

  /** A counted touch is no longer in the windows from `first` up to and without `end`. */
  leave(slot: number, first: number, end: number): void {
    const traits = this.#columns.traits(slot);
    for (let window = first; window < end; window += 1) add(this.#touches, window, -1);
    this.#leaveValue(this.#traits.product(traits), PRODUCT, { first, end, totals: this.#products });
    this.#leaveValue(this.#traits.role(traits), ROLE, { first, end, totals: this.#roles });
    this.#leaveValue(this.#traits.channel(traits), CHANNEL, { first, end, totals: this.#channels });
    const kind = this.#traits.kind(traits);
    if (kind !== EMAIL && kind !== SOURCE_ID) return;
    const person = this.#columns.person(slot);
    const source = this.#traits.source(traits);
    const tag = pairTag(source, kind);
    let pair = this.#values.entry(person, tag);
    for (let window = first; window < end; window += 1) {
      if (this.#values.decrease(pair, window) !== 0) continue;
      this.#personDisappears(person, { source, kind }, window);
      // entries have moved; the pair's own is there until it has left the longest window
      if (window + 1 < end) pair = this.#values.entry(person, tag);
    }
  }

  #enterValue(value: number, tag: number, first: number, totals: Uint32Array): void {
    if (value === UNKNOWN) return;
    const entry = this.#values.entry(value, tag);
    for (let window = first; window < this.#windows; window += 1) {
      if (this.#values.increase(entry, window) === 1) add(totals, window, 1);
    }
  }

  #leaveValue(value: number, tag: number, range: { first: number; end: number; totals: Uint32Array }): void {
    if (value === UNKNOWN) return;
    const entry = this.#values.entry(value, tag);
    for (let window = range.first; window < range.end; window += 1) {
      if (this.#values.decrease(entry, window) === 0) add(range.totals, window, -1);
    }
  }

  #personAppears(person: number, { source, kind }: Seen, window: number): void {
    const before = this.#surplusOf(source, window);
    if (kind === EMAIL) {
      const sources = this.#values.increase(this.#values.entry(person, EMAIL_PERSON), window);
      if (sources === 1) add(this.#emailPeople, window, 1);
      this.#values.increase(this.#values.entry(source, EMAIL_PEOPLE_OF_SOURCE), window);
    } else {
      this.#values.increase(this.#values.entry(source, OWN_PEOPLE_OF_SOURCE), window);
    }
    add(this.#surplusPeople, window, this.#surplusOf(source, window) - before);
  }

  #personDisappears(person: number, { source, kind }: Seen, window: number): void {
    const before = this.#surplusOf(source, window);
    if (kind === EMAIL) {
      const sources = this.#values.decrease(this.#values.entry(person, EMAIL_PERSON), window);
      if (sources === 0) add(this.#emailPeople, window, -1);
      this.#values.decrease(this.#values.entry(source, EMAIL_PEOPLE_OF_SOURCE), window);
    } else {
      this.#values.decrease(this.#values.entry(source, OWN_PEOPLE_OF_SOURCE), window);
    }
    add(this.#surplusPeople, window, this.#surplusOf(source, window) - before);
  }

  #surplusOf(source: number, window: number): number {
    const own = this.#values.count(source, OWN_PEOPLE_OF_SOURCE, window);
    return own === 0 ? 0 : Math.max(0, own - this.#values.count(source, EMAIL_PEOPLE_OF_SOURCE, window));
  }
}

function pairTag(source: number, kind: number): number {
  return FIRST_PAIR + source * 2 + (kind === EMAIL ? 0 : 1);
}

function add(totals: Uint32Array, window: number, difference: number): void {
  totals[window] = (totals[window] ?? 0) + difference;
}
