import type { DecayedSums } from './decayed-sums.ts';
import { LatestByNumber } from './latest-by-number.ts';
import { NumberSet } from './number-set.ts';
import type { Rows } from './rows.ts';
import { UNKNOWN } from './string-dictionary.ts';
import type { WindowLimits } from './touch.ts';
import { rowPerson, rowTime, rowTraits } from './touch-columns.ts';
import {
  CHANNEL,
  COUNTED,
  EMAIL,
  kindAt,
  PRODUCT,
  ROLE,
  SOURCE_ID,
  TRAIT_WORDS,
  type TraitDictionary,
  TYPE,
} from './trait-dictionary.ts';

/** Distinct people, and distinct combinations of traits, up to which a ledger is quicker than a sweep over the rows. */
const MOST_ENTRIES = 64;
const seen = new NumberSet();

/**
 * When each person and each combination of traits was last active, for one account of middling size: windows are counted
 * from some dozens of entries instead of thousands of rows. A cache: it can be dropped at any time and made anew from the
 * rows. Exact as long as every touch counts and nobody is known only by a source's own id; what is not is swept over.
 */
export class ValueLedger {
  readonly #people = new LatestByNumber(MOST_ENTRIES);
  readonly #combinations = new LatestByNumber(MOST_ENTRIES);
  readonly #traits: TraitDictionary;
  /** rows that a ledger cannot account for */
  #strange = 0;

  constructor(traits: TraitDictionary, rows: Rows) {
    this.#traits = traits;
    for (let position = 0; position < rows.count; position += 1) this.add(rows.words, rows.at(position));
  }

  get bytes(): number {
    return this.#people.bytes + this.#combinations.bytes;
  }

  get isExact(): boolean {
    return this.#strange === 0 && !this.#people.isFull && !this.#combinations.isFull;
  }

  /** A row came in. */
  add(words: Uint32Array, at: number): void {
    const combination = rowTraits(words, at);
    if (this.#isStrange(combination)) {
      this.#strange += 1;
      return;
    }
    const time = rowTime(words, at);
    this.#combinations.add(combination, time);
    if (this.#isByEmail(combination)) this.#people.add(rowPerson(words, at), time);
  }

  /** The earliest row went: of a later one the ledger could not say who was active before. */
  removeFirst(words: Uint32Array, at: number): void {
    const combination = rowTraits(words, at);
    if (this.#isStrange(combination)) {
      this.#strange -= 1;
      return;
    }
    this.#combinations.remove(combination);
    if (this.#isByEmail(combination)) this.#people.remove(rowPerson(words, at));
  }

  /** How many people, products, roles and channels are active after an instant; written to `into` from `at` on. */
  writeBreadth(bound: number, into: Uint32Array, at: number): void {
    into[at] = this.#people.countAfter(bound);
    into[at + 1] = this.#valuesAfter(bound, PRODUCT);
    into[at + 2] = this.#valuesAfter(bound, ROLE);
    into[at + 3] = this.#valuesAfter(bound, CHANNEL);
  }

  /** Whether people and products active after an instant are as many as asked for. */
  isBroad(bound: number, { people, products }: WindowLimits): boolean {
    return (
      this.#people.countAfter(bound) >= people && (products === 0 || this.#valuesAfter(bound, PRODUCT) >= products)
    );
  }

  /** Adds all touches by type, where a touch weighs the same at any age: as of UTC day `today`. */
  addTo(sums: DecayedSums, today: number): void {
    const { words } = this.#traits;
    this.#combinations.visit((combination, touches) => {
      sums.addDay(words[combination * TRAIT_WORDS + TYPE] ?? 0, today, touches);
    });
  }

  #valuesAfter(bound: number, kind: number): number {
    const { words } = this.#traits;
    let values = 0;
    seen.clear();
    seen.add(UNKNOWN);
    this.#combinations.visit((combination, _, latest) => {
      if (latest > bound && seen.add(words[combination * TRAIT_WORDS + kind] ?? 0)) values += 1;
    });
    return values;
  }

  #isStrange(combination: number): boolean {
    const { words } = this.#traits;
    const entry = combination * TRAIT_WORDS;
    return words[entry + COUNTED] !== 1 || kindAt(words, entry) === SOURCE_ID;
  }

  #isByEmail(combination: number): boolean {
    return kindAt(this.#traits.words, combination * TRAIT_WORDS) === EMAIL;
  }
}
