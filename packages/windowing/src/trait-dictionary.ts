import { HashIndex, type IndexedThings } from './hash-index.ts';
import type { SectionReader, SectionWriter } from './sections.ts';
import { type DumpedTexts, StringDictionary } from './string-dictionary.ts';
import type { IsCounted, PersonKind, WindowTouch } from './touch.ts';
import { freeEntries, grownWords, NONE } from './words.ts';

/** A person's kind as stored with each touch: the same person id may be seen under several kinds. */
export const EMAIL = 0;
export const SOURCE_ID = 1;
const KINDS: readonly PersonKind[] = ['email', 'source_id', 'shared_mailbox'];

/** Words of one combination, in this order; HOLDERS is the next free combination while it is unused. */
export const TYPE = 0;
export const SOURCE = 1;
export const PRODUCT = 2;
export const ROLE = 3;
export const CHANNEL = 4;
/** kind of person in the low bits, attribution above: a word of its own would move every entry off its cache line */
const KIND_AND_ATTRIBUTION = 5;
/** 1: touches of this combination count */
export const COUNTED = 6;
const HOLDERS = 7;
export const TRAIT_WORDS = 8;
const KEY_WORDS = 6;
const KIND_BITS = 2;
const KIND_MASK = (1 << KIND_BITS) - 1;

/** EMAIL, SOURCE_ID or neither, of the combination that begins at `entry` of {@link TraitDictionary.words}. */
export const kindAt = (words: Uint32Array, entry: number): number =>
  (words[entry + KIND_AND_ATTRIBUTION] ?? 0) & KIND_MASK;

const kindAndAttribution = ({ personKind, attribution }: WindowTouch): number =>
  KINDS.indexOf(personKind) | (attribution << KIND_BITS);

/**
 * The distinct combinations of type, source, product, role, channel, person kind and attribution ("traits") by number. Many
 * touches share few combinations, so a touch spends 26 bits on all seven, and whether it counts is looked up once for all.
 */
export class TraitDictionary implements IndexedThings {
  readonly types = new StringDictionary();
  readonly sources = new StringDictionary();
  readonly products = new StringDictionary();
  readonly roles = new StringDictionary();
  readonly channels = new StringDictionary();
  readonly #index = new HashIndex(this);
  readonly #sought = new Uint32Array(KEY_WORDS);
  #entries = new Uint32Array(64 * TRAIT_WORDS);
  #used = 0;
  #free = NONE;
  #isCounted: IsCounted = () => true;

  get bytes(): number {
    return this.#entries.byteLength + this.#index.bytes;
  }

  /** All combinations, TRAIT_WORDS words each, for sweeps that look at very many. Valid until one is added. */
  get words(): Uint32Array {
    return this.#entries;
  }

  /** One more than the highest number ever given out. */
  get capacity(): number {
    return this.#used;
  }

  /** What counts from now on, for present and future combinations. */
  setCounted(isCounted: IsCounted): void {
    this.#isCounted = isCounted;
    for (let traits = 0; traits < this.#used; traits += 1) this.#judge(traits);
  }

  hashOf(traits: number): number {
    return hashOfKey(this.#entries, traits * TRAIT_WORDS);
  }

  isSought(traits: number): boolean {
    const at = traits * TRAIT_WORDS;
    for (let word = 0; word < KEY_WORDS; word += 1) {
      if (this.#entries[at + word] !== this.#sought[word]) return false;
    }
    return true;
  }

  /** The number of a touch's combination, held once more until {@link release}. */
  acquire(touch: WindowTouch): number {
    const sought = this.#sought;
    sought[TYPE] = this.types.find(touch.type);
    sought[SOURCE] = this.sources.find(touch.source);
    sought[PRODUCT] = this.products.find(touch.product);
    sought[ROLE] = this.roles.find(touch.role);
    sought[CHANNEL] = this.channels.find(touch.channel);
    sought[KIND_AND_ATTRIBUTION] = kindAndAttribution(touch);
    // a text nobody holds is NONE here, which no stored combination has: it is not found, as it should be
    const known = this.#index.find(hashOfKey(sought, 0));
    const traits = known === NONE ? this.#create(touch) : known;
    const at = traits * TRAIT_WORDS + HOLDERS;
    this.#entries[at] = (this.#entries[at] ?? 0) + 1;
    return traits;
  }

  release(traits: number): void {
    const at = traits * TRAIT_WORDS;
    const holders = (this.#entries[at + HOLDERS] ?? 0) - 1;
    this.#entries[at + HOLDERS] = holders;
    if (holders > 0) return;
    this.#index.remove(this.hashOf(traits), traits);
    this.types.release(this.type(traits));
    this.sources.release(this.source(traits));
    this.products.release(this.product(traits));
    this.roles.release(this.role(traits));
    this.channels.release(this.channel(traits));
    this.#entries.fill(0, at, at + TRAIT_WORDS);
    this.#entries[at + HOLDERS] = this.#free;
    this.#free = traits;
  }

  isCounted(traits: number): boolean {
    return (this.#entries[traits * TRAIT_WORDS + COUNTED] ?? 0) === 1;
  }

  type(traits: number): number {
    return this.#entries[traits * TRAIT_WORDS + TYPE] ?? 0;
  }

  source(traits: number): number {
    return this.#entries[traits * TRAIT_WORDS + SOURCE] ?? 0;
  }

  product(traits: number): number {
    return this.#entries[traits * TRAIT_WORDS + PRODUCT] ?? 0;
  }

  role(traits: number): number {
    return this.#entries[traits * TRAIT_WORDS + ROLE] ?? 0;
  }

  channel(traits: number): number {
    return this.#entries[traits * TRAIT_WORDS + CHANNEL] ?? 0;
  }

  /** EMAIL, SOURCE_ID or neither */
  kind(traits: number): number {
    return kindAt(this.#entries, traits * TRAIT_WORDS);
  }

  /** see {@link WindowTouch} */
  attribution(traits: number): number {
    return (this.#entries[traits * TRAIT_WORDS + KIND_AND_ATTRIBUTION] ?? 0) >>> KIND_BITS;
  }

  kindText(traits: number): PersonKind {
    return KINDS[this.kind(traits)] ?? 'shared_mailbox';
  }

  #create(touch: WindowTouch): number {
    const traits = this.#free === NONE ? this.#used : this.#free;
    const at = traits * TRAIT_WORDS;
    if (traits === this.#used) {
      if (at + TRAIT_WORDS > this.#entries.length) this.#entries = grownWords(this.#entries, at + TRAIT_WORDS);
      this.#used += 1;
    } else {
      this.#free = this.#entries[at + HOLDERS] ?? 0;
    }
    this.#entries[at + TYPE] = this.types.acquire(touch.type);
    this.#entries[at + SOURCE] = this.sources.acquire(touch.source);
    this.#entries[at + PRODUCT] = this.products.acquire(touch.product);
    this.#entries[at + ROLE] = this.roles.acquire(touch.role);
    this.#entries[at + CHANNEL] = this.channels.acquire(touch.channel);
    this.#entries[at + KIND_AND_ATTRIBUTION] = kindAndAttribution(touch);
    this.#entries[at + HOLDERS] = 0;
    this.#judge(traits);
    this.#index.add(this.hashOf(traits), traits);
    return traits;
  }

  save(to: SectionWriter): void {
    to.json({ free: this.#free, texts: this.#dictionaries().map((dictionary) => dictionary.dump()) });
    to.numbers(this.#entries.subarray(0, this.#used * TRAIT_WORDS));
  }

  /** Becomes what was saved; only for a dictionary that holds nothing yet. What counts is set anew. */
  load(from: SectionReader, isCounted: IsCounted): void {
    const { free, texts } = from.json<{ free: number; texts: readonly DumpedTexts[] }>();
    this.#free = free;
    this.#dictionaries().forEach((dictionary, at) => {
      const dumped = texts[at];
      if (dumped) dictionary.restore(dumped);
    });
    this.#entries = from.words();
    this.#used = this.#entries.length / TRAIT_WORDS;
    const isFree = freeEntries(this.#free, this.#used, (traits) => this.#entries[traits * TRAIT_WORDS + HOLDERS] ?? 0);
    for (let traits = 0; traits < this.#used; traits += 1) {
      if (isFree[traits] !== 1) this.#index.add(this.hashOf(traits), traits);
    }
    this.setCounted(isCounted);
  }

  #dictionaries(): StringDictionary[] {
    return [this.types, this.sources, this.products, this.roles, this.channels];
  }

  #judge(traits: number): void {
    const isCounted = this.#isCounted(this.types.text(this.type(traits)), this.attribution(traits));
    this.#entries[traits * TRAIT_WORDS + COUNTED] = isCounted ? 1 : 0;
  }
}

function hashOfKey(words: Uint32Array, at: number): number {
  let hash = 0;
  for (let word = 0; word < KEY_WORDS; word += 1) {
    hash = Math.imul(hash ^ (hash >>> 15) ^ (words[at + word] ?? 0), 0x85ebca6b);
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
