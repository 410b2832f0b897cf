import { type IndexedThings, MAX_INDEXED } from './hash-index.ts';
import { formatUuid } from './uuid-words.ts';
import { hashOfId, isSameId } from './words.ts';

/**
 * A touch is a row of seven words: touch id (4), person, traits, time. Person and traits take 26 bits each; the six
 * bits left in both carry the upper part of the time, whose lower 32 bits are the last word: 44 bits of epoch ms.
 */
export const ROW_WORDS = 7;
const PERSON = 4;
const TRAITS = 5;
const TIME_LOW = 6;
const NUMBER_BITS = 26;
const NUMBER_MASK = (1 << NUMBER_BITS) - 1;
const HIGH_BITS = 6;
const HIGH_MASK = (1 << HIGH_BITS) - 1;
const LOW_RANGE = 0x100000000;

/** First epoch ms that does not fit (the year 2527). */
export const MAX_TIME = 2 ** (32 + 2 * HIGH_BITS);

/** Rows are handed out by the page; a chunk is what is allocated at once, and becomes resident page by page. */
export const ROWS_PER_PAGE = 1024;
const CHUNK_BITS = 14;
const ROWS_PER_CHUNK = 1 << CHUNK_BITS;
const CHUNK_MASK = ROWS_PER_CHUNK - 1;
const NO_CHUNK = new Uint32Array(0);

/** epoch ms of the row at an offset of its words */
export function rowTime(words: Uint32Array, at: number): number {
  const high = ((words[at + PERSON] ?? 0) >>> NUMBER_BITS) | (((words[at + TRAITS] ?? 0) >>> NUMBER_BITS) << HIGH_BITS);
  return high * LOW_RANGE + (words[at + TIME_LOW] ?? 0);
}

export function rowPerson(words: Uint32Array, at: number): number {
  return (words[at + PERSON] ?? 0) & NUMBER_MASK;
}

export function rowTraits(words: Uint32Array, at: number): number {
  return (words[at + TRAITS] ?? 0) & NUMBER_MASK;
}

/** What a row holds beside its id. */
export interface RowValues {
  readonly time: number;
  readonly person: number;
  readonly traits: number;
}

/** Writes a row with an id of four words at an offset. */
export function writeRow(words: Uint32Array, at: number, id: Uint32Array, { time, person, traits }: RowValues): void {
  const high = Math.floor(time / LOW_RANGE);
  words[at] = id[0] ?? 0;
  words[at + 1] = id[1] ?? 0;
  words[at + 2] = id[2] ?? 0;
  words[at + 3] = id[3] ?? 0;
  words[at + PERSON] = person | ((high & HIGH_MASK) << NUMBER_BITS);
  words[at + TRAITS] = traits | ((high >>> HIGH_BITS) << NUMBER_BITS);
  words[at + TIME_LOW] = time % LOW_RANGE;
}

/** The rows of all touches of a store, each addressed by its slot, in pages that are never copied as the store grows. */
export class TouchColumns implements IndexedThings {
  /** the touch id looked for by {@link isSought} */
  readonly sought = new Uint32Array(4);
  readonly #chunks: Uint32Array[] = [];
  readonly #freePages: number[] = [];
  #pages = 0;

  /** Pages ever used. */
  get bytes(): number {
    return this.#pages * ROWS_PER_PAGE * ROW_WORDS * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** First slot of a page of ROWS_PER_PAGE rows for the caller's use. */
  allocatePage(): number {
    const free = this.#freePages.pop();
    if (free !== undefined) return free;
    const first = this.#pages * ROWS_PER_PAGE;
    if (first + ROWS_PER_PAGE > MAX_INDEXED) throw new RangeError(`a store holds at most ${MAX_INDEXED} touches`);
    if (first === this.#chunks.length * ROWS_PER_CHUNK) this.#chunks.push(new Uint32Array(ROWS_PER_CHUNK * ROW_WORDS));
    this.#pages += 1;
    return first;
  }

  /** Gives a page back by its first slot. */
  freePage(first: number): void {
    this.#freePages.push(first);
  }

  /** The words a slot's row is in; see {@link offsetOf}. Rows of one page share them and lie one after the other. */
  wordsOf(slot: number): Uint32Array {
    return this.#chunks[slot >>> CHUNK_BITS] ?? NO_CHUNK;
  }

  offsetOf(slot: number): number {
    return (slot & CHUNK_MASK) * ROW_WORDS;
  }

  /** Copies rows that follow each other inside a page. */
  copy(from: number, to: number, rows: number): void {
    const source = this.wordsOf(from);
    const target = this.wordsOf(to);
    const fromAt = this.offsetOf(from);
    const toAt = this.offsetOf(to);
    for (let word = 0; word < rows * ROW_WORDS; word += 1) target[toAt + word] = source[fromAt + word] ?? 0;
  }

  /** epoch ms */
  time(slot: number): number {
    return rowTime(this.wordsOf(slot), this.offsetOf(slot));
  }

  person(slot: number): number {
    return rowPerson(this.wordsOf(slot), this.offsetOf(slot));
  }

  traits(slot: number): number {
    return rowTraits(this.wordsOf(slot), this.offsetOf(slot));
  }

  /** One of the four words of the touch id, most significant first. */
  idWord(slot: number, word: number): number {
    return this.wordsOf(slot)[this.offsetOf(slot) + word] ?? 0;
  }

  idText(slot: number): string {
    return formatUuid(this.wordsOf(slot), this.offsetOf(slot));
  }

  hashOf(slot: number): number {
    return hashOfId(this.wordsOf(slot), this.offsetOf(slot));
  }

  isSought(slot: number): boolean {
    return isSameId(this.wordsOf(slot), this.offsetOf(slot), this.sought);
  }

  /** Negative when the left touch sorts before the right one by (time, id), positive when after. */
  compare(left: number, right: number): number {
    const byTime = this.time(left) - this.time(right);
    if (byTime !== 0) return byTime;
    for (let word = 0; word < PERSON; word += 1) {
      const byWord = this.idWord(left, word) - this.idWord(right, word);
      if (byWord !== 0) return byWord;
    }
    return 0;
  }
}
