/** Product of two unsigned 32-bit integers, upper 32 bits. */
const mulHigh = (a: number, b: number): number => {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const low = al * bl;
  const middle = ah * bl + (low >>> 16);
  const cross = al * bh + (middle & 0xffff);
  return ah * bh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000);
};

const TWO_POW_32 = 0x1_0000_0000;
const TWO_POW_MINUS_53 = 2 ** -53;

/**
 * Java's SplittableRandom (Java 17), bit for bit, on pairs of 32-bit halves: the peers generate their stream with it, and
 * ours must be the same stream. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
 */
export class SplittableRandom {
  #high: number;
  #low: number;
  /** halves of the last mixed value */
  #mixedHigh = 0;
  #mixedLow = 0;

  /** `seed`: an integer from 0 to 2^53 - 1 */
  constructor(seed: number) {
    this.#high = Math.floor(seed / TWO_POW_32) >>> 0;
    this.#low = seed >>> 0;
  }

  #advance(): void {
    const low = this.#low + 0x7f4a7c15;
    this.#low = low >>> 0;
    this.#high = (this.#high + 0x9e3779b9 + (low >= TWO_POW_32 ? 1 : 0)) >>> 0;
    this.#mixedHigh = this.#high;
    this.#mixedLow = this.#low;
  }

  /** mixed ^= mixed >>> shift, for 0 < shift < 32 */
  #xorShift(shift: number): void {
    const low = (this.#mixedLow >>> shift) | (this.#mixedHigh << (32 - shift));
    this.#mixedLow = (this.#mixedLow ^ low) >>> 0;
    this.#mixedHigh = (this.#mixedHigh ^ (this.#mixedHigh >>> shift)) >>> 0;
  }

  #multiply(high: number, low: number): void {
    const upper = mulHigh(this.#mixedLow, low) + Math.imul(this.#mixedHigh, low) + Math.imul(this.#mixedLow, high);
    this.#mixedHigh = upper >>> 0;
    this.#mixedLow = Math.imul(this.#mixedLow, low) >>> 0;
  }

  /** nextLong() as its two unsigned halves. */
  nextHalves(): readonly [high: number, low: number] {
    this.#mix64();
    return [this.#mixedHigh, this.#mixedLow];
  }

  #mix64(): void {
    this.#advance();
    this.#xorShift(30);
    this.#multiply(0xbf58476d, 0x1ce4e5b9);
    this.#xorShift(27);
    this.#multiply(0x94d049bb, 0x133111eb);
    this.#xorShift(31);
  }

  /** A double in [0, 1). */
  nextDouble(): number {
    this.#mix64();
    return (this.#mixedHigh * 0x20_0000 + (this.#mixedLow >>> 11)) * TWO_POW_MINUS_53;
  }

  /** nextInt(): a signed 32-bit integer. */
  #nextInt(): number {
    this.#advance();
    // z ^= z >>> 33: only the upper half reaches the lower one.
    this.#mixedLow = (this.#mixedLow ^ (this.#mixedHigh >>> 1)) >>> 0;
    this.#multiply(0x62a9d9ed, 0x799705f5);
    this.#xorShift(28);
    this.#multiply(0xcb24d0a5, 0xc88c35b3);
    return this.#mixedHigh | 0;
  }

  /** An integer in [0, bound). */
  nextInt(bound: number): number {
    const most = bound - 1;
    const first = this.#nextInt();
    if ((bound & most) === 0) return first & most;
    let candidate = first >>> 1;
    for (;;) {
      const rest = candidate % bound;
      // Java relies on the sign of an overflowing sum.
      if (candidate + most - rest < 0x8000_0000) return rest;
      candidate = this.#nextInt() >>> 1;
    }
  }
}
