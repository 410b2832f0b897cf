import { NONE } from './words.ts';

/** The number of '' in every dictionary: unknown, never counted as a distinct value. */
export const UNKNOWN = 0;

export interface DumpedTexts {
  readonly texts: readonly string[];
  readonly holders: readonly number[];
  readonly free: readonly number[];
}

/** Texts by small numbers. A number is given up when the last holder releases it, so memory follows what is live. */
export class StringDictionary {
  readonly #numbers = new Map<string, number>([['', UNKNOWN]]);
  readonly #texts: string[] = [''];
  readonly #holders: number[] = [1];
  readonly #free: number[] = [];
  /** changes whenever a text gets or loses a number */
  version = 0;

  /** One more than the highest number ever given out: how long an array indexed by number must be. */
  get capacity(): number {
    return this.#texts.length;
  }

  /** Every number in use, in no particular order. */
  numbers(): number[] {
    return [...this.#numbers.values()];
  }

  /** The number of a text; NONE when nobody holds it. */
  find(text: string): number {
    return this.#numbers.get(text) ?? NONE;
  }

  /** The number of a text, held once more until {@link release}. */
  acquire(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) {
      this.#holders[known] = (this.#holders[known] ?? 0) + 1;
      return known;
    }
    const number = this.#free.pop() ?? this.#texts.length;
    this.#texts[number] = text;
    this.#holders[number] = 1;
    this.#numbers.set(text, number);
    this.version += 1;
    return number;
  }

  release(number: number): void {
    const holders = (this.#holders[number] ?? 0) - 1;
    this.#holders[number] = holders;
    if (holders > 0) return;
    this.version += 1;
    this.#numbers.delete(this.text(number));
    this.#texts[number] = '';
    this.#free.push(number);
  }

  text(number: number): string {
    return this.#texts[number] ?? '';
  }

  /** Everything, as {@link restore} takes it. */
  dump(): DumpedTexts {
    return { texts: this.#texts, holders: this.#holders, free: this.#free };
  }

  /** Becomes what was dumped; only for a dictionary that holds nothing yet. */
  restore({ texts, holders, free }: DumpedTexts): void {
    texts.forEach((text, number) => {
      this.#texts[number] = text;
      this.#holders[number] = holders[number] ?? 0;
      if ((holders[number] ?? 0) > 0) this.#numbers.set(text, number);
    });
    this.#free.push(...free);
    this.version += 1;
  }
}
