import { EMAIL, SOURCE_ID } from './trait-dictionary.ts';
import { grownWords } from './words.ts';

/** Numbers of one entry: person, source, kind, shortest window it was seen in. */
const ENTRY_NUMBERS = 4;

/**
 * Scratch for one small account: distinct people by source, to find those known only by a source's own id beyond as
 * many as that source knows by e-mail. A short list that is searched from end to end: it stays in the nearest cache.
 */
export class SourcePeople {
  readonly #windows: number;
  #entries = new Uint32Array(64 * ENTRY_NUMBERS);
  #end = 0;
  /** distinct sources, and per source and window its own people less its e-mail people */
  readonly #sources: number[] = [];
  readonly #balances: number[] = [];

  constructor(windows: number) {
    this.#windows = windows;
  }

  clear(): void {
    this.#end = 0;
  }

  /** `kind`: EMAIL or SOURCE_ID; others are nobody. */
  mark(person: number, { source, kind }: { source: number; kind: number }, window: number): void {
    if (kind !== EMAIL && kind !== SOURCE_ID) return;
    const entries = this.#entries;
    for (let at = 0; at < this.#end; at += ENTRY_NUMBERS) {
      if (entries[at] !== person || entries[at + 1] !== source || entries[at + 2] !== kind) continue;
      if (window < (entries[at + 3] ?? 0)) entries[at + 3] = window;
      return;
    }
    if (this.#end === entries.length) this.#entries = grownWords(entries, this.#end + ENTRY_NUMBERS);
    this.#entries[this.#end] = person;
    this.#entries[this.#end + 1] = source;
    this.#entries[this.#end + 2] = kind;
    this.#entries[this.#end + 3] = window;
    this.#end += ENTRY_NUMBERS;
  }

  /** Calls back for every source and window that has a surplus. */
  forEachSurplus(visit: (window: number, people: number) => void): void {
    this.#balance();
    for (let at = 0; at < this.#balances.length; at += 1) {
      const surplus = this.#balances[at] ?? 0;
      if (surplus > 0) visit(at % this.#windows, surplus);
    }
  }

  #balance(): void {
    this.#sources.length = 0;
    this.#balances.length = 0;
    for (let entry = 0; entry < this.#end; entry += ENTRY_NUMBERS) {
      const id = this.#entries[entry + 1] ?? 0;
      let source = this.#sources.indexOf(id);
      if (source === -1) {
        source = this.#sources.push(id) - 1;
        for (let window = 0; window < this.#windows; window += 1) this.#balances.push(0);
      }
      const difference = this.#entries[entry + 2] === SOURCE_ID ? 1 : -1;
      for (let window = this.#entries[entry + 3] ?? 0; window < this.#windows; window += 1) {
        const at = source * this.#windows + window;
        this.#balances[at] = (this.#balances[at] ?? 0) + difference;
      }
    }
  }
}
