/**
 * A seeded source of chance. Everything the market contains is drawn from it, so one seed is one market, byte for byte.
 * The algorithm is xoshiro128** (Blackman and Vigna) seeded through splitmix32: 32-bit integer steps only, so that every
 * engine gives the same numbers.
 */
export class Random {
  private readonly state: Uint32Array;
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed >>> 0;
    this.state = Uint32Array.from(splitmix(this.seed, 4));
  }

  /** An independent stream named by a label: adding draws to one part of the market leaves the others as they were. */
  fork(label: string): Random {
    return new Random(hashLabel(this.seed, label));
  }

  /** Uniform in [0, 1), with 32 bits. */
  next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.state;
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const c1 = c ^ a;
    const d1 = d ^ b;
    this.state[1] = b ^ c1;
    this.state[0] = a ^ d1;
    this.state[2] = c1 ^ (b << 9);
    this.state[3] = rotateLeft(d1, 11);
    return result / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Uniform real in [low, high). */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** Uniform integer in [low, high], both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new RangeError('pick needs at least one item');
    return item;
  }

  /** Picks by relative weight. */
  weighted<Item>(choices: readonly (readonly [Item, number])[]): Item {
    const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.next() * total;
    for (const [item, weight] of choices) {
      left -= weight;
      if (left < 0) return item;
    }
    return this.pick(choices)[0];
  }

  /** Fisher-Yates on a copy. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const rest = [...items];
    const result: Item[] = [];
    while (rest.length > 0) result.push(...rest.splice(Math.floor(this.next() * rest.length), 1));
    return result;
  }

  sample<Item>(items: readonly Item[], size: number): Item[] {
    return this.shuffled(items).slice(0, size);
  }

  /** Hexadecimal text, for ids that look like those of the systems they come from. */
  hex(length: number): string {
    let text = '';
    while (text.length < length)
      text += Math.floor(this.next() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0');
    return text.slice(0, length);
  }
}

const rotateLeft = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

function splitmix(seed: number, count: number): number[] {
  const words: number[] = [];
  let z = seed;
  for (let i = 0; i < count; i += 1) {
    z = (z + 0x9e3779b9) | 0;
    let word = z ^ (z >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    words.push((word ^ (word >>> 15)) >>> 0);
  }
  return words;
}

/** FNV-1a over the label, started from the parent's seed. */
function hashLabel(seed: number, label: string): number {
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (const character of label) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
