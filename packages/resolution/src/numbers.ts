/** Stands where a list has no number. */
export const NO_NUMBER = 0xffff_ffff;

/** A list of 32-bit numbers that takes four bytes each. */
export class Numbers {
  #values = new Uint32Array(1_024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(index: number): number {
    if (index >= this.#size) throw new RangeError(`no number ${index} among ${this.#size}`);
    return this.#values[index] ?? 0;
  }

  /** Sets the number at an index; `fill` stands between the end so far and it. */
  set(index: number, value: number, fill: number): void {
    if (index >= this.#values.length) {
      const larger = new Uint32Array(Math.max(index + 1, this.#values.length * 2));
      larger.set(this.#values.subarray(0, this.#size));
      this.#values = larger;
    }
    if (index > this.#size) this.#values.fill(fill, this.#size, index);
    this.#values[index] = value;
    this.#size = Math.max(this.#size, index + 1);
  }
}
