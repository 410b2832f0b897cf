import type { DecayedSums } from './decayed-sums.ts';
import { NumberSet } from './number-set.ts';
import type { Rows } from './rows.ts';
import { SourcePeople } from './source-people.ts';
import { UNKNOWN } from './string-dictionary.ts';
import type { WindowLimits } from './touch.ts';
import { ROW_WORDS, rowPerson, rowTime, rowTraits } from './touch-columns.ts';
import {
  CHANNEL,
  COUNTED,
  EMAIL,
  kindAt,
  PRODUCT,
  ROLE,
  SOURCE,
  SOURCE_ID,
  TRAIT_WORDS,
  type TraitDictionary,
  TYPE,
} from './trait-dictionary.ts';

/** Numbers of one aggregate: touches, people, products, roles, channels. */
export const AGGREGATE_NUMBERS = 5;
const PEOPLE = 1;
const PRODUCTS = 2;
const ROLES = 3;
const CHANNELS = 4;
/** numbers below it are kept in one word of bits */
const MASK_BITS = 32;

/** What {@link RowScan.reaches} answers. */
export const NEITHER = 0;
export const TOUCHES = 1;
export const TOUCHES_AND_BREADTH = 2;
/** people known by a source's own id take counting */
const UNSURE = 3;

/** Distinct values of one kind, seen from the newest touch backwards: where a value is seen first is its shortest window. */
class ValueMarks {
  readonly #seen = new NumberSet();

  start(): void {
    this.#seen.clear();
    // never counted
    this.#seen.add(UNKNOWN);
  }

  isNew(value: number): boolean {
    return this.#seen.add(value);
  }
}

/**
 * Answers for accounts that are not large, by sweeping over their rows: such accounts are so many that counters kept for
 * them would take more memory than the touches, and more time to keep than to count anew when a row is published.
 */
export class RowScan {
  readonly #traits: TraitDictionary;
  readonly #windows: number;
  readonly #totals: Uint32Array;
  readonly #products = new ValueMarks();
  readonly #roles = new ValueMarks();
  readonly #channels = new ValueMarks();
  readonly #combinations = new NumberSet();
  readonly #emailPeople = new NumberSet();
  readonly #sourcePeople: SourcePeople;
  /** the first people found by {@link reaches} */
  #found = new Uint32Array(8);

  constructor(traits: TraitDictionary, windows: number) {
    this.#traits = traits;
    this.#windows = windows;
    this.#totals = new Uint32Array(AGGREGATE_NUMBERS * windows);
    this.#sourcePeople = new SourcePeople(windows);
  }

  /**
   * Counts rows for every window; `bounds` is per window the instant after which a touch is inside. With `sums`, every
   * counted row is also added to them with the factor of its age: one sweep for both.
   */
  scan(rows: Rows, bounds: Float64Array, sums?: DecayedSums): void {
    const { words, start, count } = rows;
    const totals = this.#totals;
    const traits = this.#traits.words;
    this.#start();
    let window = 0;
    let bound = bounds[0] ?? 0;
    let total = 0;
    for (let at = start + (count - 1) * ROW_WORDS; at >= start; at -= ROW_WORDS) {
      const time = rowTime(words, at);
      while (time <= bound) {
        window += 1;
        bound = bounds[window] ?? 0;
        total = window * AGGREGATE_NUMBERS;
      }
      const combination = rowTraits(words, at);
      const entry = combination * TRAIT_WORDS;
      if (traits[entry + COUNTED] !== 1) continue;
      totals[total] = (totals[total] ?? 0) + 1;
      // a combination seen before brings no new value, and there are few of them
      if (this.#combinations.add(combination)) this.#addValues(entry, total);
      const kind = kindAt(traits, entry);
      if (kind === EMAIL) {
        if (this.#emailPeople.add(rowPerson(words, at))) increase(totals, total + PEOPLE);
      } else if (kind === SOURCE_ID) {
        this.#sourcePeople.markOwn(rowPerson(words, at), traits[entry + SOURCE] ?? 0, window);
      }
      sums?.add(traits[entry + TYPE] ?? 0, time);
    }
    this.#sum();
    if (!this.#sourcePeople.isEmpty) this.#addSurplusPeople(rows, bounds);
  }

  /** What the last scan found: the numbers of an aggregate per window. */
  get totals(): Uint32Array {
    return this.#totals;
  }

  /** Looks from the newest row backwards until the limits are reached: a handful of rows for an active account. */
  reaches(rows: Rows, bound: number, limits: WindowLimits): number {
    const traits = this.#traits;
    const { words, start, count } = rows;
    let touches = 0;
    let people = 0;
    let products = 0;
    let mask = 1 << UNKNOWN;
    let isUnsure = false;
    for (let at = start + (count - 1) * ROW_WORDS; at >= start; at -= ROW_WORDS) {
      if (rowTime(words, at) <= bound) break;
      const combination = rowTraits(words, at);
      if (!traits.isCounted(combination)) continue;
      touches += 1;
      const product = traits.product(combination);
      if (product >= MASK_BITS) isUnsure = true;
      else if ((mask & (1 << product)) === 0) {
        mask |= 1 << product;
        products += 1;
      }
      if (people < limits.people) {
        if (traits.kind(combination) === SOURCE_ID) isUnsure = true;
        else if (traits.kind(combination) === EMAIL && this.#isNewPerson(rowPerson(words, at), people)) people += 1;
      }
      if (touches >= limits.touches && people >= limits.people && products >= limits.products) {
        return TOUCHES_AND_BREADTH;
      }
    }
    if (touches < limits.touches) return NEITHER;
    if (people >= limits.people && products >= limits.products) return TOUCHES_AND_BREADTH;
    return isUnsure ? UNSURE : TOUCHES;
  }

  /** Adds every counted row with the factor of its age. */
  addTo(sums: DecayedSums, { words, start, count }: Rows): void {
    const traits = this.#traits.words;
    for (let at = start + (count - 1) * ROW_WORDS; at >= start; at -= ROW_WORDS) {
      const entry = rowTraits(words, at) * TRAIT_WORDS;
      if (traits[entry + COUNTED] === 1) sums.add(traits[entry + TYPE] ?? 0, rowTime(words, at));
    }
  }

  /** Counts the values of a combination, as words of the dictionary, that were not seen before. */
  #addValues(entry: number, total: number): void {
    const traits = this.#traits.words;
    const totals = this.#totals;
    if (this.#products.isNew(traits[entry + PRODUCT] ?? 0)) increase(totals, total + PRODUCTS);
    if (this.#roles.isNew(traits[entry + ROLE] ?? 0)) increase(totals, total + ROLES);
    if (this.#channels.isNew(traits[entry + CHANNEL] ?? 0)) increase(totals, total + CHANNELS);
  }

  #start(): void {
    this.#totals.fill(0);
    this.#combinations.clear();
    this.#products.start();
    this.#roles.start();
    this.#channels.start();
    this.#emailPeople.clear();
    this.#sourcePeople.clear();
  }

  #isNewPerson(person: number, known: number): boolean {
    const found = this.#found;
    for (let at = 0; at < known; at += 1) if (found[at] === person) return false;
    if (known === found.length) {
      this.#found = new Uint32Array(known * 2);
      this.#found.set(found);
    }
    this.#found[known] = person;
    return true;
  }

  /** From what begins in a window to what is inside it: windows are nested. */
  #sum(): void {
    const totals = this.#totals;
    for (let at = AGGREGATE_NUMBERS; at < totals.length; at += 1) {
      totals[at] = (totals[at] ?? 0) + (totals[at - AGGREGATE_NUMBERS] ?? 0);
    }
  }

  /** People known only by a source's own id, beyond as many as that source knows by e-mail: another sweep, if any are. */
  #addSurplusPeople(rows: Rows, bounds: Float64Array): void {
    const traits = this.#traits;
    const { words } = rows;
    let window = 0;
    for (let position = rows.count - 1; position >= 0; position -= 1) {
      const at = rows.at(position);
      const time = rowTime(words, at);
      while (time <= (bounds[window] ?? 0)) window += 1;
      const combination = rowTraits(words, at);
      if (traits.kind(combination) !== EMAIL || !traits.isCounted(combination)) continue;
      this.#sourcePeople.markEmail(rowPerson(words, at), traits.source(combination), window);
    }
    this.#sourcePeople.balance();
    for (let of = 0; of < this.#windows; of += 1) {
      const at = of * AGGREGATE_NUMBERS + PEOPLE;
      this.#totals[at] = (this.#totals[at] ?? 0) + this.#sourcePeople.surplus(of);
    }
  }
}

function increase(totals: Uint32Array, at: number): void {
  totals[at] = (totals[at] ?? 0) + 1;
}
