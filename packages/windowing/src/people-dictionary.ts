import { HashIndex, type IndexedThings } from './hash-index.ts';
import type { SectionReader, SectionWriter } from './sections.ts';
import type { Id } from './touch.ts';
import { formatUuid, writeId } from './uuid-words.ts';
import { freeEntries, grownWords, hashOfId, isSameId, NONE } from './words.ts';

/** id (4 words), then how many touches hold the person (or, when free, the next free entry) */
const ENTRY_WORDS = 5;
const HOLDERS = 4;

/** Person ids by number, shared by all accounts of a store; a person without touches is forgotten at once. */
export class PeopleDictionary implements IndexedThings {
  readonly #index = new HashIndex(this);
  readonly #sought = new Uint32Array(4);
  #entries = new Uint32Array(64 * ENTRY_WORDS);
  #used = 0;
  #free = NONE;

  /** One more than the highest number ever given out. */
  get capacity(): number {
    return this.#used;
  }

  get bytes(): number {
    return this.#entries.byteLength + this.#index.bytes;
  }

  hashOf(person: number): number {
    return hashOfId(this.#entries, person * ENTRY_WORDS);
  }

  isSought(person: number): boolean {
    return isSameId(this.#entries, person * ENTRY_WORDS, this.#sought);
  }

  /** The number of a person id; NONE when no touch holds it. */
  find(personId: Id): number {
    writeId(personId, this.#sought);
    return this.#index.find(hashOfId(this.#sought, 0));
  }

  /** The number of a person id, held once more until {@link release}. */
  acquire(personId: Id): number {
    writeId(personId, this.#sought);
    const hash = hashOfId(this.#sought, 0);
    const known = this.#index.find(hash);
    const person = known === NONE ? this.#create(hash) : known;
    const at = person * ENTRY_WORDS + HOLDERS;
    this.#entries[at] = (this.#entries[at] ?? 0) + 1;
    return person;
  }

  release(person: number): void {
    const at = person * ENTRY_WORDS;
    const holders = (this.#entries[at + HOLDERS] ?? 0) - 1;
    this.#entries[at + HOLDERS] = holders;
    if (holders > 0) return;
    this.#index.remove(this.hashOf(person), person);
    this.#entries.fill(0, at, at + ENTRY_WORDS);
    this.#entries[at + HOLDERS] = this.#free;
    this.#free = person;
  }

  text(person: number): string {
    return formatUuid(this.#entries, person * ENTRY_WORDS);
  }

  #create(hash: number): number {
    const person = this.#free === NONE ? this.#used : this.#free;
    const at = person * ENTRY_WORDS;
    if (person === this.#used) {
      if (at + ENTRY_WORDS > this.#entries.length) this.#entries = grownWords(this.#entries, at + ENTRY_WORDS);
      this.#used += 1;
    } else {
      this.#free = this.#entries[at + HOLDERS] ?? 0;
    }
    this.#entries.set(this.#sought, at);
    this.#entries[at + HOLDERS] = 0;
    this.#index.add(hash, person);
    return person;
  }

  save(to: SectionWriter): void {
    to.json({ free: this.#free });
    to.numbers(this.#entries.subarray(0, this.#used * ENTRY_WORDS));
  }

  /** Becomes what was saved; only for a dictionary that holds nobody yet. */
  load(from: SectionReader): void {
    this.#free = from.json<{ free: number }>().free;
    this.#entries = from.words();
    this.#used = this.#entries.length / ENTRY_WORDS;
    const isFree = freeEntries(this.#free, this.#used, (person) => this.#entries[person * ENTRY_WORDS + HOLDERS] ?? 0);
    for (let person = 0; person < this.#used; person += 1) {
      if (isFree[person] !== 1) this.#index.add(this.hashOf(person), person);
    }
  }
}
