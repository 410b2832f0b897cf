/**
 * Aggregates of accounts as counted last, until something changes: most accounts have no touch between two rows that are
 * published of them, and only their score is new.
 */
export class KeptAggregates {
  readonly #stride: number;
  #numbers: Uint32Array<ArrayBuffer>;
  #isKept = new Uint8Array(64);

  /** @param stride numbers kept of an account */
  constructor(stride: number) {
    this.#stride = stride;
    this.#numbers = new Uint32Array(64 * stride);
  }

  get bytes(): number {
    return this.#numbers.byteLength + this.#isKept.byteLength;
  }

  has(account: number): boolean {
    return this.#isKept[account] === 1;
  }

  keep(account: number, numbers: Uint32Array): void {
    if (account >= this.#isKept.length) this.#grow(account + 1);
    this.#numbers.set(numbers, account * this.#stride);
    this.#isKept[account] = 1;
  }

  /** One of the account's numbers, if it {@link has} any. */
  number(account: number, index: number): number {
    return this.#numbers[account * this.#stride + index] ?? 0;
  }

  /** All of the account's numbers, if it {@link has} any. */
  read(account: number, into: Uint32Array): void {
    const start = account * this.#stride;
    for (let at = 0; at < this.#stride; at += 1) into[at] = this.#numbers[start + at] ?? 0;
  }

  drop(account: number): void {
    if (account < this.#isKept.length) this.#isKept[account] = 0;
  }

  dropAll(): void {
    this.#isKept.fill(0);
  }

  #grow(minimum: number): void {
    const capacity = Math.max(minimum, this.#isKept.length + (this.#isKept.length >>> 1));
    const isKept = new Uint8Array(capacity);
    isKept.set(this.#isKept);
    const numbers = new Uint32Array(capacity * this.#stride);
    numbers.set(this.#numbers);
    this.#isKept = isKept;
    this.#numbers = numbers;
  }
}
