import { LevelMarks } from './level-marks.ts';
import type { PeopleDictionary } from './people-dictionary.ts';
import { UNKNOWN } from './string-dictionary.ts';
import type { WindowAggregate } from './touch.ts';
import { ROW_WORDS, rowPerson, rowTime, rowTraits, type TouchColumns } from './touch-columns.ts';
import { EMAIL, SOURCE_ID, type TraitDictionary } from './trait-dictionary.ts';
import { shortestWindow } from './window-bounds.ts';
import { grownWords, wordAt } from './words.ts';

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

/** Numbers of one entry of the scan's list of people: person, source, kind, shortest window it was seen in. */
const PAIR_NUMBERS = 4;

/**
 * Aggregates of a small account by one sweep over its touches: most accounts hold so few that counters kept for them
 * would take more memory than the touches, and more time to keep than to count anew. People are told apart by looking
 * through a short list, which stays in the nearest cache, where a table over all people would not.
 */
export class ExtentScan {
  readonly #columns: TouchColumns;
  readonly #traits: TraitDictionary;
  readonly #windows: number;
  readonly #touches: Uint32Array;
  readonly #products: LevelMarks;
  readonly #roles: LevelMarks;
  readonly #channels: LevelMarks;
  readonly #totals: Uint32Array;
  /** distinct (person, source, kind) known by e-mail or by the source's own id */
  #pairs = new Uint32Array(64 * PAIR_NUMBERS);
  #pairsEnd = 0;
  #hasOwnPeople = false;
  /** distinct sources of the pairs, and per source and window its own people less its e-mail people */
  readonly #sources: number[] = [];
  readonly #balances: number[] = [];

  constructor({ columns, traits }: ScanParts, windows: number) {
    this.#columns = columns;
    this.#traits = traits;
    this.#windows = windows;
    this.#touches = new Uint32Array(windows);
    this.#products = new LevelMarks(windows);
    this.#roles = new LevelMarks(windows);
    this.#channels = new LevelMarks(windows);
    this.#totals = new Uint32Array(AGGREGATE_NUMBERS * windows);
  }

  /** Scratch shared by all accounts. */
  get bytes(): number {
    return this.#products.bytes + this.#roles.bytes + this.#channels.bytes + this.#pairs.byteLength;
  }

  /** Counts the touches of an extent; `bounds` as in {@link shortestWindow}. */
  scan(extent: Extent, bounds: Float64Array): void {
    this.#start();
    const traits = this.#traits;
    const words = this.#columns.wordsOf(extent.first);
    let at = this.#columns.offsetOf(extent.first);
    for (const end = at + extent.count * ROW_WORDS; at < end; at += ROW_WORDS) {
      const combination = rowTraits(words, at);
      if (!traits.isCounted(combination)) continue;
      const window = shortestWindow(rowTime(words, at), bounds);
      this.#touches[window] = wordAt(this.#touches, window) + 1;
      const product = traits.product(combination);
      if (product !== UNKNOWN) this.#products.mark(product, window);
      const role = traits.role(combination);
      if (role !== UNKNOWN) this.#roles.mark(role, window);
      const channel = traits.channel(combination);
      if (channel !== UNKNOWN) this.#channels.mark(channel, window);
      this.#markPerson(rowPerson(words, at), combination, window);
    }
    this.#sum();
    this.#addEmailPeople();
    if (this.#hasOwnPeople) this.#addSurplusPeople();
  }

  /** What the last scan found for a window. */
  aggregate(window: number): WindowAggregate {
    const at = window * AGGREGATE_NUMBERS;
    return {
      touches: wordAt(this.#totals, at),
      people: wordAt(this.#totals, at + PEOPLE),
      products: wordAt(this.#totals, at + 2),
      roles: wordAt(this.#totals, at + 3),
      channels: wordAt(this.#totals, at + 4),
    };
  }

  #start(): void {
    this.#touches.fill(0);
    this.#products.start(this.#traits.products.capacity);
    this.#roles.start(this.#traits.roles.capacity);
    this.#channels.start(this.#traits.channels.capacity);
    this.#pairsEnd = 0;
    this.#hasOwnPeople = false;
  }

  #markPerson(person: number, combination: number, window: number): void {
    const kind = this.#traits.kind(combination);
    if (kind !== EMAIL && kind !== SOURCE_ID) return;
    if (kind === SOURCE_ID) this.#hasOwnPeople = true;
    const source = this.#traits.source(combination);
    const pairs = this.#pairs;
    let at = 0;
    while (at < this.#pairsEnd && (pairs[at] !== person || pairs[at + 1] !== source || pairs[at + 2] !== kind)) {
      at += PAIR_NUMBERS;
    }
    if (at < this.#pairsEnd) {
      if (window < wordAt(pairs, at + 3)) pairs[at + 3] = window;
      return;
    }
    if (at === pairs.length) this.#pairs = grownWords(pairs, at + PAIR_NUMBERS);
    this.#pairs[at] = person;
    this.#pairs[at + 1] = source;
    this.#pairs[at + 2] = kind;
    this.#pairs[at + 3] = window;
    this.#pairsEnd = at + PAIR_NUMBERS;
  }

  #sum(): void {
    const totals = this.#totals;
    let touches = 0;
    let products = 0;
    let roles = 0;
    let channels = 0;
    for (let window = 0; window < this.#windows; window += 1) {
      const at = window * AGGREGATE_NUMBERS;
      totals[at] = touches += wordAt(this.#touches, window);
      totals[at + PEOPLE] = 0;
      totals[at + 2] = products += wordAt(this.#products.firstSeen, window);
      totals[at + 3] = roles += wordAt(this.#roles.firstSeen, window);
      totals[at + 4] = channels += wordAt(this.#channels.firstSeen, window);
    }
  }

  /** A person known by e-mail counts once, from the shortest window that any source saw it in. */
  #addEmailPeople(): void {
    for (let at = 0; at < this.#pairsEnd; at += PAIR_NUMBERS) {
      if (this.#pairs[at + 2] !== EMAIL) continue;
      let window = wordAt(this.#pairs, at + 3);
      let isFirst = true;
      for (let other = 0; other < this.#pairsEnd; other += PAIR_NUMBERS) {
        if (this.#pairs[other] !== this.#pairs[at] || this.#pairs[other + 2] !== EMAIL) continue;
        if (other < at) isFirst = false;
        window = Math.min(window, wordAt(this.#pairs, other + 3));
      }
      if (isFirst) this.#addPeople(window, 1);
    }
  }

  /** People known only by a source's own id, beyond as many as that source knows by e-mail. */
  #addSurplusPeople(): void {
    this.#balance();
    for (let source = 0; source < this.#sources.length; source += 1) {
      for (let window = 0; window < this.#windows; window += 1) {
        const surplus = this.#balances[source * this.#windows + window] ?? 0;
        const at = window * AGGREGATE_NUMBERS + PEOPLE;
        if (surplus > 0) this.#totals[at] = wordAt(this.#totals, at) + surplus;
      }
    }
  }

  #balance(): void {
    this.#sources.length = 0;
    this.#balances.length = 0;
    for (let pair = 0; pair < this.#pairsEnd; pair += PAIR_NUMBERS) {
      const id = wordAt(this.#pairs, pair + 1);
      let source = this.#sources.indexOf(id);
      if (source === -1) {
        source = this.#sources.push(id) - 1;
        for (let window = 0; window < this.#windows; window += 1) this.#balances.push(0);
      }
      const difference = this.#pairs[pair + 2] === SOURCE_ID ? 1 : -1;
      for (let window = wordAt(this.#pairs, pair + 3); window < this.#windows; window += 1) {
        const at = source * this.#windows + window;
        this.#balances[at] = (this.#balances[at] ?? 0) + difference;
      }
    }
  }

  /** In all windows from one on. */
  #addPeople(first: number, people: number): void {
    for (let window = first; window < this.#windows; window += 1) {
      const at = window * AGGREGATE_NUMBERS + PEOPLE;
      this.#totals[at] = wordAt(this.#totals, at) + people;
    }
  }
}
