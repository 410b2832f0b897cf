import { grownWords } from './words.ts';

/** Numbers of one entry: person, source's position, shortest window it was seen in, 1 when known by the source's own id. */
const ENTRY_NUMBERS = 4;

/**
 * Scratch for one small account: people known only by a source's own id, beyond as many as that source knows by e-mail.
 * First all of the former are marked, then the latter; short lists that are searched from end to end and stay in the
 * nearest cache.
 */
export class SourcePeople {
  readonly #windows: number;
  /** distinct sources that have own people */
  readonly #sources: number[] = [];
  #entries = new Uint32Array(64 * ENTRY_NUMBERS);
  #end = 0;
  /** per source and window, own people less e-mail people */
  #balances = new Int32Array(16);

  constructor(windows: number) {
    this.#windows = windows;
  }

  get isEmpty(): boolean {
    return this.#end === 0;
  }

  clear(): void {
    this.#end = 0;
    this.#sources.length = 0;
  }

  /** A person known only by the source's own id. */
  markOwn(person: number, source: number, window: number): void {
    let position = this.#sources.indexOf(source);
    if (position === -1) position = this.#sources.push(source) - 1;
    this.#mark(this.#find(person, position, 1), window);
  }

  /** A person whom the source knows by e-mail; of no interest in sources without own people. */
  markEmail(person: number, source: number, window: number): void {
    const position = this.#sources.indexOf(source);
    if (position !== -1) this.#mark(this.#find(person, position, 0), window);
  }

  /** The surplus of a window over all sources. {@link balance} comes first. */
  surplus(window: number): number {
    let people = 0;
    for (let source = 0; source < this.#sources.length; source += 1) {
      people += Math.max(0, this.#balances[source * this.#windows + window] ?? 0);
    }
    return people;
  }

  balance(): void {
    const size = this.#sources.length * this.#windows;
    if (size > this.#balances.length) this.#balances = new Int32Array(size * 2);
    this.#balances.fill(0, 0, size);
    for (let at = 0; at < this.#end; at += ENTRY_NUMBERS) {
      const first = (this.#entries[at + 1] ?? 0) * this.#windows;
      const difference = this.#entries[at + 3] === 1 ? 1 : -1;
      for (let window = this.#entries[at + 2] ?? 0; window < this.#windows; window += 1) {
        this.#balances[first + window] = (this.#balances[first + window] ?? 0) + difference;
      }
    }
  }

  /** The entry of a person in a source, made when new: with a window longer than any. */
  #find(person: number, position: number, isOwn: number): number {
    const entries = this.#entries;
    const end = this.#end;
    for (let at = 0; at < end; at += ENTRY_NUMBERS) {
      if (entries[at] === person && entries[at + 1] === position && entries[at + 3] === isOwn) return at;
    }
    if (end === entries.length) this.#entries = grownWords(entries, end + ENTRY_NUMBERS);
    this.#entries[end] = person;
    this.#entries[end + 1] = position;
    this.#entries[end + 2] = this.#windows;
    this.#entries[end + 3] = isOwn;
    this.#end = end + ENTRY_NUMBERS;
    return end;
  }

  #mark(entry: number, window: number): void {
    if (window < (this.#entries[entry + 2] ?? 0)) this.#entries[entry + 2] = window;
  }
}
