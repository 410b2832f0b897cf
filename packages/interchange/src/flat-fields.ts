/** Up to so many fields a name is found sooner by looking at each than by hashing it. */
const FEW = 32;

/** The fields of one record by dotted name, in the record's order; knows which of them somebody asked for. */
export class FlatFields {
  readonly #names: string[] = [];
  readonly #values: unknown[] = [];
  readonly #asked: boolean[] = [];
  /** positions by name, of a record with many fields */
  #positions: Map<string, number> | null = null;

  /** Sets a field. False when it was set before, to another value. */
  put(name: string, value: unknown): boolean {
    const at = this.#find(name);
    if (at < 0) {
      this.#add(name, value);
      return true;
    }
    const saysTheSame = this.#values[at] === undefined || Object.is(this.#values[at], value);
    this.#values[at] = value;
    return saysTheSame;
  }

  /** The value of a field, which from now on is one that was asked for; undefined: absent. */
  ask(name: string): unknown {
    const at = this.#find(name);
    if (at < 0) return undefined;
    this.#asked[at] = true;
    return this.#values[at];
  }

  /** What nobody asked for. */
  unknown(): [name: string, value: unknown][] {
    const left: [string, unknown][] = [];
    for (let at = 0; at < this.#names.length; at += 1) {
      if (!this.#asked[at]) left.push([this.#names[at] ?? '', this.#values[at]]);
    }
    return left;
  }

  #find(name: string): number {
    if (this.#positions) return this.#positions.get(name) ?? -1;
    const names = this.#names;
    for (let at = 0; at < names.length; at += 1) if (names[at] === name) return at;
    return -1;
  }

  #add(name: string, value: unknown): void {
    const at = this.#names.push(name) - 1;
    this.#values.push(value);
    this.#asked.push(false);
    if (at === FEW) this.#positions = new Map(this.#names.map((known, position) => [known, position]));
    else this.#positions?.set(name, at);
  }
}
