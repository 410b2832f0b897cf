import { seededRandom } from '../../oracle/random-stream.ts';

/** The one source of chance of a run: the same seed, the same run. */
export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  /** in [0, 1) */
  next(): number {
    return this.#next();
  }

  /** a whole number, both ends included */
  int(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<Item>(list: readonly Item[]): Item {
    const item = list[Math.floor(this.#next() * list.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  shuffled<Item>(list: readonly Item[]): Item[] {
    const keyed = list.map((item) => ({ item, place: this.#next() }));
    return keyed.sort((a, b) => a.place - b.place).map(({ item }) => item);
  }

  /** UUID text. */
  uuid(): string {
    const hex = Array.from({ length: 32 }, () => this.int(0, 15).toString(16)).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
