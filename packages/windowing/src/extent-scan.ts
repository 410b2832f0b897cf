import { LevelMarks } from './level-marks.ts';
import type { PeopleDictionary } from './people-dictionary.ts';
import { SourcePeople } from './source-people.ts';
import { UNKNOWN } from './string-dictionary.ts';
import type { WindowAggregate } from './touch.ts';
import { ROW_WORDS, rowPerson, rowTime, rowTraits, type TouchColumns } from './touch-columns.ts';
import { EMAIL, SOURCE_ID, type TraitDictionary } from './trait-dictionary.ts';
import { shortestWindow } from './window-bounds.ts';
import { grownWords } from './words.ts';

/** Numbers of one aggregate: touches, people, products, roles, channels. */
const AGGREGATE_NUMBERS = 5;
const PEOPLE = 1;

/** Where the rows of a small account are. */
export interface Extent {
  readonly first: number;
  readonly count: number;
}

export interface ScanParts {
  readonly columns: TouchColumns;
  readonly people: PeopleDictionary;
  readonly traits: TraitDictionary;
}

/** Numbers of one entry of the list of people: person, shortest window. */
const PERSON_NUMBERS = 2;

/**
 * Aggregates of a small account by one sweep over its touches: most accounts hold so few that counters kept for them
 * would take more memory than the touches, and more time to keep than to count anew. People are told apart by looking
 * through a short list, which stays in the nearest cache, where a table over all people would not.
 */
export class ExtentScan {
  readonly #columns: TouchColumns;
  readonly #traits: TraitDictionary;
  readonly #windows: number;
  readonly #totals: Uint32Array;
  readonly #touches: Uint32Array;
  readonly #combinations: LevelMarks;
  readonly #products: LevelMarks;
  readonly #roles: LevelMarks;
  readonly #channels: LevelMarks;
  readonly #sourcePeople: SourcePeople;
  /** distinct people known by e-mail, each with the shortest window it was seen in */
  #people = new Uint32Array(64 * PERSON_NUMBERS);
  #peopleEnd = 0;

  constructor({ columns, traits }: ScanParts, windows: number) {
    this.#columns = columns;
    this.#traits = traits;
    this.#windows = windows;
    this.#totals = new Uint32Array(AGGREGATE_NUMBERS * windows);
    this.#touches = new Uint32Array(windows);
    this.#combinations = new LevelMarks(windows);
    this.#products = new LevelMarks(windows);
    this.#roles = new LevelMarks(windows);
    this.#channels = new LevelMarks(windows);
    this.#sourcePeople = new SourcePeople(windows);
  }

  /** Scratch shared by all accounts. */
  get bytes(): number {
    return this.#combinations.bytes + this.#products.bytes + this.#roles.bytes + this.#channels.bytes;
  }

  /** Counts the touches of an extent; `bounds` as in {@link shortestWindow}. */
  scan(extent: Extent, bounds: Float64Array): void {
    this.#start();
    const traits = this.#traits;
    const words = this.#columns.wordsOf(extent.first);
    let at = this.#columns.offsetOf(extent.first);
    let hasOwnPeople = false;
    for (const end = at + extent.count * ROW_WORDS; at < end; at += ROW_WORDS) {
      const combination = rowTraits(words, at);
      if (!traits.isCounted(combination)) continue;
      const window = shortestWindow(rowTime(words, at), bounds);
      this.#touches[window] = (this.#touches[window] ?? 0) + 1;
      if (this.#combinations.mark(combination, window)) this.#markValues(combination, window);
      const kind = traits.kind(combination);
      if (kind === EMAIL) this.#markPerson(rowPerson(words, at), window);
      else if (kind === SOURCE_ID) hasOwnPeople = true;
    }
    this.#sum();
    if (hasOwnPeople) this.#addSurplusPeople(extent, bounds);
  }

  /** What the last scan found for a window. */
  aggregate(window: number): WindowAggregate {
    const at = window * AGGREGATE_NUMBERS;
    return {
      touches: this.#totals[at] ?? 0,
      people: this.#totals[at + PEOPLE] ?? 0,
      products: this.#totals[at + 2] ?? 0,
      roles: this.#totals[at + 3] ?? 0,
      channels: this.#totals[at + 4] ?? 0,
    };
  }

  #start(): void {
    for (let at = 0; at < this.#totals.length; at += 1) this.#totals[at] = 0;
    for (let window = 0; window < this.#windows; window += 1) this.#touches[window] = 0;
    this.#combinations.start(this.#traits.capacity);
    this.#products.start(this.#traits.products.capacity);
    this.#roles.start(this.#traits.roles.capacity);
    this.#channels.start(this.#traits.channels.capacity);
    this.#peopleEnd = 0;
  }

  #markValues(combination: number, window: number): void {
    const product = this.#traits.product(combination);
    if (product !== UNKNOWN) this.#products.mark(product, window);
    const role = this.#traits.role(combination);
    if (role !== UNKNOWN) this.#roles.mark(role, window);
    const channel = this.#traits.channel(combination);
    if (channel !== UNKNOWN) this.#channels.mark(channel, window);
  }

  #markPerson(person: number, window: number): void {
    const people = this.#people;
    const end = this.#peopleEnd;
    for (let at = 0; at < end; at += PERSON_NUMBERS) {
      if (people[at] !== person) continue;
      if (window < (people[at + 1] ?? 0)) people[at + 1] = window;
      return;
    }
    if (end === people.length) this.#people = grownWords(people, end + PERSON_NUMBERS);
    this.#people[end] = person;
    this.#people[end + 1] = window;
    this.#peopleEnd = end + PERSON_NUMBERS;
  }

  #sum(): void {
    const totals = this.#totals;
    for (let at = 0; at < this.#peopleEnd; at += PERSON_NUMBERS) this.#add(this.#people[at + 1] ?? 0, PEOPLE, 1);
    let touches = 0;
    let people = 0;
    let products = 0;
    let roles = 0;
    let channels = 0;
    for (let window = 0; window < this.#windows; window += 1) {
      const at = window * AGGREGATE_NUMBERS;
      totals[at] = touches += this.#touches[window] ?? 0;
      totals[at + PEOPLE] = people += totals[at + PEOPLE] ?? 0;
      totals[at + 2] = products += this.#products.firstSeen[window] ?? 0;
      totals[at + 3] = roles += this.#roles.firstSeen[window] ?? 0;
      totals[at + 4] = channels += this.#channels.firstSeen[window] ?? 0;
    }
  }

  /** People known only by a source's own id, beyond as many as that source knows by e-mail: another sweep, if any are. */
  #addSurplusPeople(extent: Extent, bounds: Float64Array): void {
    const traits = this.#traits;
    this.#sourcePeople.clear();
    const words = this.#columns.wordsOf(extent.first);
    let at = this.#columns.offsetOf(extent.first);
    for (const end = at + extent.count * ROW_WORDS; at < end; at += ROW_WORDS) {
      const combination = rowTraits(words, at);
      if (!traits.isCounted(combination)) continue;
      const window = shortestWindow(rowTime(words, at), bounds);
      const seen = { source: traits.source(combination), kind: traits.kind(combination) };
      this.#sourcePeople.mark(rowPerson(words, at), seen, window);
    }
    this.#sourcePeople.forEachSurplus((window, people) => this.#add(window, PEOPLE, people));
  }

  #add(window: number, number: number, difference: number): void {
    const at = window * AGGREGATE_NUMBERS + number;
    this.#totals[at] = (this.#totals[at] ?? 0) + difference;
  }
}
