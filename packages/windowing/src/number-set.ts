/** Scratch set of numbers that is emptied at no cost: entries are stamped with the pass that made them. */
export class NumberSet {
  #values = new Uint32Array(64);
  #stamps = new Uint32Array(64);
  #mask = 63;
  #size = 0;
  #pass = 1;

  get bytes(): number {
    return this.#values.byteLength + this.#stamps.byteLength;
  }

  clear(): void {
    this.#size = 0;
    this.#pass += 1;
    if (this.#pass <= 0xffffffff) return;
    this.#stamps.fill(0);
    this.#pass = 1;
  }

  /** Adds a number; whether it is new. */
  add(value: number): boolean {
    const at = this.#placeOf(value);
    if (this.#stamps[at] === this.#pass) return false;
    this.#stamps[at] = this.#pass;
    this.#values[at] = value;
    this.#size += 1;
    if (this.#size * 2 > this.#mask) this.#grow();
    return true;
  }

  #placeOf(value: number): number {
    let at = (Math.imul(value, 0x9e3779b1) >>> 8) & this.#mask;
    while (this.#stamps[at] === this.#pass && this.#values[at] !== value) at = (at + 1) & this.#mask;
    return at;
  }

  #grow(): void {
    const values = this.#values;
    const stamps = this.#stamps;
    this.#values = new Uint32Array(values.length * 2);
    this.#stamps = new Uint32Array(values.length * 2);
    this.#mask = this.#values.length - 1;
    for (let at = 0; at < values.length; at += 1) {
      if (stamps[at] !== this.#pass) continue;
      const to = this.#placeOf(values[at] ?? 0);
      this.#stamps[to] = this.#pass;
      this.#values[to] = values[at] ?? 0;
    }
  }
}
