const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const WORDS = 4;
const MIN_SLOTS = 1_024;

/** The four 32-bit words of a UUID text. */
const wordsOf = (id: string): [number, number, number, number] => [
  Number.parseInt(id.slice(0, 8), 16),
  Number.parseInt(id.slice(9, 13) + id.slice(14, 18), 16),
  Number.parseInt(id.slice(19, 23) + id.slice(24, 28), 16),
  Number.parseInt(id.slice(28), 16),
];

/**
 * A set of touch ids that takes some 20-45 bytes per id, where a Set of texts takes well over 100: every touch ever
 * assigned stays in it. Open addressing in a typed array; ids are hashes, so their first word is hash enough.
 */
export class TouchIdSet {
  #table = new Uint32Array(MIN_SLOTS * WORDS);
  #slots = MIN_SLOTS;
  #size = 0;
  /** ids that are no UUID text, and the one UUID that looks like a free slot */
  readonly #others = new Set<string>();

  get size(): number {
    return this.#size + this.#others.size;
  }

  has(id: string): boolean {
    const words = this.#wordsInTable(id);
    return words === null ? this.#others.has(id) : this.#find(words) < 0;
  }

  add(id: string): void {
    const words = this.#wordsInTable(id);
    if (words === null) {
      this.#others.add(id);
      return;
    }
    const free = this.#find(words);
    if (free < 0) return;
    this.#table.set(words, free);
    this.#size += 1;
    if (this.#size * 10 > this.#slots * 7) this.#grow();
  }

  #wordsInTable(id: string): [number, number, number, number] | null {
    if (!uuid.test(id)) return null;
    const words = wordsOf(id);
    return words[0] === 0 && words[1] === 0 && words[2] === 0 && words[3] === 0 ? null : words;
  }

  /** Index of the free slot where the id would go; -1 when it is there. */
  #find([a, b, c, d]: readonly [number, number, number, number]): number {
    const table = this.#table;
    const mask = this.#slots - 1;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      const first = table[at];
      if (first === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === d) return -1;
      if (first === 0 && table[at + 1] === 0 && table[at + 2] === 0 && table[at + 3] === 0) return at;
    }
  }

  #grow(): void {
    const before = this.#table;
    this.#slots *= 2;
    this.#table = new Uint32Array(this.#slots * WORDS);
    for (let at = 0; at < before.length; at += WORDS) {
      const [a = 0, b = 0, c = 0, d = 0] = before.subarray(at, at + WORDS);
      if (a === 0 && b === 0 && c === 0 && d === 0) continue;
      this.#table.set([a, b, c, d], this.#find([a, b, c, d]));
    }
  }
}
