const SMALLEST = 64;
const GROWTH = 1.25;

/**
 * Says of an id that it is new, or that it may be held: a multiset of 32-bit hashes, 5 to 6 bytes an entry. Rows kept in
 * time order move, so that an index to them would have to follow; a duplicate is rare, and may be searched for.
 */
export class IdFilter {
  #table = new Uint32Array(SMALLEST);
  #size = 0;

  get bytes(): number {
    return this.#table.byteLength;
  }

  mayHold(hash: number): boolean {
    const table = this.#table;
    const sought = markOf(hash);
    for (let at = this.#home(sought); table[at] !== 0; at = this.#after(at)) if (table[at] === sought) return true;
    return false;
  }

  add(hash: number): void {
    this.#size += 1;
    if (this.#size * 5 > this.#table.length * 4) this.#rebuild(Math.ceil(this.#table.length * GROWTH));
    this.#place(markOf(hash));
  }

  /** Takes one entry out that was added. */
  remove(hash: number): void {
    const table = this.#table;
    const mark = markOf(hash);
    let gap = this.#home(mark);
    while (table[gap] !== mark) gap = this.#after(gap);
    // closes the gap by moving back entries that were pushed past it: no tombstones
    const { length } = table;
    for (let at = this.#after(gap); table[at] !== 0; at = this.#after(at)) {
      const home = this.#home(table[at] ?? 0);
      if ((at - home + length) % length < (at - gap + length) % length) continue;
      table[gap] = table[at] ?? 0;
      gap = at;
    }
    table[gap] = 0;
    this.#size -= 1;
    if (length > SMALLEST && this.#size * 4 < length) this.#rebuild(Math.max(SMALLEST, length >>> 1));
  }

  #home(mark: number): number {
    return Math.floor((mark * this.#table.length) / 0x100000000);
  }

  #after(at: number): number {
    return at + 1 === this.#table.length ? 0 : at + 1;
  }

  #place(mark: number): void {
    let at = this.#home(mark);
    while (this.#table[at] !== 0) at = this.#after(at);
    this.#table[at] = mark;
  }

  #rebuild(length: number): void {
    const old = this.#table;
    this.#table = new Uint32Array(length);
    for (const mark of old) if (mark !== 0) this.#place(mark);
  }
}

/** 0 stands for a free place. */
function markOf(hash: number): number {
  return hash === 0 ? 1 : hash;
}
