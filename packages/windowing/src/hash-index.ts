import { NONE } from './words.ts';

/** What is indexed: things with a number, whose hash can be asked for again and one of which can be sought. */
export interface IndexedThings {
  /** unsigned 32-bit hash of the thing with this number */
  hashOf(index: number): number;
  /** whether this thing is the one the caller looks for (set on the implementer before {@link HashIndex.find}) */
  isSought(index: number): boolean;
}

const CHUNK_WORDS = 16;
const CHUNK_ENTRIES = 15;
/** Most entries a chunk holds on average before the table grows, and what it is cut down to. */
const MAX_LOAD = 13;
const GROWTH = 1.25;
const INDEX_BITS = 26;
const INDEX_MASK = (1 << INDEX_BITS) - 1;

/** Numbers an index can hold: entries are 26 bits of number and 6 bits of hash in one word. */
export const MAX_INDEXED = INDEX_MASK;

/**
 * Open-addressing hash from a key (kept elsewhere) to its number: 5 to 6.5 bytes an entry, one cache line a look-up.
 *
 * A chunk is 15 entries and a count of the entries that wanted this chunk and went on because it was full. That count
 * lets a look-up stop, and being exact it can be taken back on removal: no tombstones, no shifting, so a table in
 * steady state (touches in, touches out) is never rebuilt. Six hash bits inside the entry keep a look-up from visiting
 * keys that cannot match.
 */
export class HashIndex {
  readonly #things: IndexedThings;
  #table: Uint32Array<ArrayBuffer>;
  #chunks = 1;
  #size = 0;

  constructor(things: IndexedThings) {
    this.#things = things;
    this.#table = new Uint32Array(CHUNK_WORDS).fill(NONE, 0, CHUNK_ENTRIES);
  }

  get bytes(): number {
    return this.#table.byteLength;
  }

  /** The number of the sought thing, whose hash this is; NONE when it is not here. */
  find(hash: number): number {
    const table = this.#table;
    const tag = hash & 63;
    let chunk = this.#home(hash);
    for (let visited = 0; visited < this.#chunks; visited += 1) {
      const start = chunk * CHUNK_WORDS;
      for (let at = start; at < start + CHUNK_ENTRIES; at += 1) {
        const entry = table[at] ?? 0;
        if (entry === NONE) break;
        if (entry >>> INDEX_BITS === tag && this.#things.isSought(entry & INDEX_MASK)) return entry & INDEX_MASK;
      }
      if (table[start + CHUNK_ENTRIES] === 0) return NONE;
      chunk = this.#after(chunk);
    }
    return NONE;
  }

  /** Adds a thing that is not here yet. */
  add(hash: number, index: number): void {
    if (index >= MAX_INDEXED) throw new RangeError(`an index holds numbers below ${MAX_INDEXED}, not ${index}`);
    if (this.#size + 1 > this.#chunks * MAX_LOAD) this.#rebuild(Math.ceil(this.#chunks * GROWTH));
    this.#place(hash, index);
    this.#size += 1;
  }

  /** Removes a thing that is here. */
  remove(hash: number, index: number): void {
    const table = this.#table;
    const found = this.#locate(hash, index);
    const target = Math.floor(found / CHUNK_WORDS);
    for (let chunk = this.#home(hash); chunk !== target; chunk = this.#after(chunk)) {
      const overflow = chunk * CHUNK_WORDS + CHUNK_ENTRIES;
      table[overflow] = (table[overflow] ?? 0) - 1;
    }
    let last = target * CHUNK_WORDS + CHUNK_ENTRIES - 1;
    while (table[last] === NONE) last -= 1;
    table[found] = table[last] ?? 0;
    table[last] = NONE;
    this.#size -= 1;
    if (this.#chunks > 1 && this.#size * 4 < this.#chunks * MAX_LOAD) this.#rebuild(Math.ceil(this.#chunks / 2));
  }

  /** The thing numbered `from` is numbered `to` from now on. */
  renumber(hash: number, from: number, to: number): void {
    this.#table[this.#locate(hash, from)] = entryOf(hash, to);
  }

  #home(hash: number): number {
    return Math.floor((hash * this.#chunks) / 0x100000000);
  }

  #after(chunk: number): number {
    return chunk + 1 === this.#chunks ? 0 : chunk + 1;
  }

  #locate(hash: number, index: number): number {
    const table = this.#table;
    const sought = entryOf(hash, index);
    let chunk = this.#home(hash);
    for (let visited = 0; visited < this.#chunks; visited += 1) {
      const start = chunk * CHUNK_WORDS;
      for (let at = start; at < start + CHUNK_ENTRIES; at += 1) if (table[at] === sought) return at;
      chunk = this.#after(chunk);
    }
    throw new Error(`number ${index} is not in the index`);
  }

  #place(hash: number, index: number): void {
    const table = this.#table;
    let start = this.#home(hash) * CHUNK_WORDS;
    while (table[start + CHUNK_ENTRIES - 1] !== NONE) {
      const overflow = start + CHUNK_ENTRIES;
      table[overflow] = (table[overflow] ?? 0) + 1;
      start = overflow + 1 === table.length ? 0 : overflow + 1;
    }
    let at = start;
    while (table[at] !== NONE) at += 1;
    table[at] = entryOf(hash, index);
  }

  #rebuild(chunks: number): void {
    const old = this.#table;
    this.#chunks = chunks;
    this.#table = new Uint32Array(chunks * CHUNK_WORDS).fill(NONE);
    for (let at = CHUNK_ENTRIES; at < this.#table.length; at += CHUNK_WORDS) this.#table[at] = 0;
    for (let at = 0; at < old.length; at += 1) {
      if (at % CHUNK_WORDS === CHUNK_ENTRIES) continue;
      const entry = old[at] ?? 0;
      if (entry !== NONE) this.#place(this.#things.hashOf(entry & INDEX_MASK), entry & INDEX_MASK);
    }
  }
}

function entryOf(hash: number, index: number): number {
  return (((hash & 63) << INDEX_BITS) | index) >>> 0;
}
