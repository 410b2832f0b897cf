/** Words of an id, and of a slot: behind the id stands its number. */
const WORDS = 4;
const SLOT_WORDS = 5;
const MIN_SLOTS = 1_024;

/** Where the eight hexadecimal digits of each 32-bit word stand in a UUID's text. */
const DIGIT_PLACES = Uint8Array.of(
  ...[0, 1, 2, 3, 4, 5, 6, 7],
  ...[9, 10, 11, 12, 14, 15, 16, 17],
  ...[19, 20, 21, 22, 24, 25, 26, 27],
  ...[28, 29, 30, 31, 32, 33, 34, 35],
);
const HYPHEN_PLACES = [8, 13, 18, 23];
const HYPHEN = 0x2d;
const NO_DIGIT = 16;
/** By character code. Lower case only: another spelling would be another id. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return digit < 0 ? NO_DIGIT : digit;
});

/** Reads the four 32-bit words of a UUID text into `words`. False when it is none. */
const readWords = (id: string, words: Uint32Array): boolean => {
  if (id.length !== 36) return false;
  for (const place of HYPHEN_PLACES) if (id.charCodeAt(place) !== HYPHEN) return false;
  let seen = 0;
  for (let word = 0; word < WORDS; word += 1) {
    let value = 0;
    for (let at = word * 8; at < word * 8 + 8; at += 1) {
      const digit = DIGITS[id.charCodeAt(DIGIT_PLACES[at] ?? 0)] ?? NO_DIGIT;
      seen |= digit;
      value = (value << 4) | digit;
    }
    words[word] = value;
  }
  return seen < NO_DIGIT;
};

/**
 * Touch ids and their numbers, in the order in which they were added: 0, 1, 2 … It takes some 30-55 bytes per id, where a
 * Map of texts takes well over 100: every touch ever assigned stays in it. Open addressing in a typed array; ids are
 * hashes, so their first word is hash enough.
 */
export class TouchIdSet {
  #table = new Uint32Array(MIN_SLOTS * SLOT_WORDS);
  #slots = MIN_SLOTS;
  #inTable = 0;
  /** of the id that is looked for */
  readonly #words = new Uint32Array(WORDS);
  /** ids that are no UUID text, and the one UUID that looks like a free slot */
  readonly #others = new Map<string, number>();

  get size(): number {
    return this.#inTable + this.#others.size;
  }

  /** The number of an id; -1 when it is not among them. */
  numberOf(id: string): number {
    if (!this.#belongsInTable(id)) return this.#others.get(id) ?? -1;
    const slot = this.#find(this.#words);
    return isFree(this.#table, slot) ? -1 : (this.#table[slot + WORDS] ?? -1);
  }

  /** Gives the id the next number; false when it has one already. */
  add(id: string): boolean {
    const before = this.size;
    return this.given(id) === before;
  }

  /** The number of an id; the next one, and it is added, when it has none. */
  given(id: string): number {
    const next = this.size;
    if (!this.#belongsInTable(id)) {
      const known = this.#others.get(id);
      if (known === undefined) this.#others.set(id, next);
      return known ?? next;
    }
    const slot = this.#find(this.#words);
    const table = this.#table;
    if (!isFree(table, slot)) return table[slot + WORDS] ?? 0;
    for (let word = 0; word < WORDS; word += 1) table[slot + word] = this.#words[word] ?? 0;
    table[slot + WORDS] = next;
    this.#inTable += 1;
    if (this.#inTable * 10 > this.#slots * 7) this.#grow();
    return next;
  }

  /** Reads the id's words. False when it stands among the others. */
  #belongsInTable(id: string): boolean {
    const words = this.#words;
    return readWords(id, words) && (words[0] !== 0 || words[1] !== 0 || words[2] !== 0 || words[3] !== 0);
  }

  /** Index of the slot where the id is, or of the free one where it would go. */
  #find(words: Uint32Array): number {
    const table = this.#table;
    const mask = this.#slots - 1;
    const a = words[0] ?? 0;
    const b = words[1] ?? 0;
    const c = words[2] ?? 0;
    const d = words[3] ?? 0;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const at = slot * SLOT_WORDS;
      if (table[at] === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === d) return at;
      if (isFree(table, at)) return at;
    }
  }

  /** Every partition's set grows at about the same time: a copy that takes its time holds up all touches. */
  #grow(): void {
    const before = this.#table;
    const slots = 2 * this.#slots;
    const mask = slots - 1;
    const table = new Uint32Array(slots * SLOT_WORDS);
    for (let from = 0; from < before.length; from += SLOT_WORDS) {
      if (isFree(before, from)) continue;
      const first = before[from] ?? 0;
      let to = (first & mask) * SLOT_WORDS;
      // Every id is there once, so the first free slot is its own.
      while (!isFree(table, to)) to = (to + SLOT_WORDS) % table.length;
      table[to] = first;
      table[to + 1] = before[from + 1] ?? 0;
      table[to + 2] = before[from + 2] ?? 0;
      table[to + 3] = before[from + 3] ?? 0;
      table[to + WORDS] = before[from + WORDS] ?? 0;
    }
    this.#table = table;
    this.#slots = slots;
  }
}

const isFree = (table: Uint32Array, at: number): boolean =>
  table[at] === 0 && table[at + 1] === 0 && table[at + 2] === 0 && table[at + 3] === 0;
