interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * How far an owner knows its partition of a state topic: what it restored, what it wrote itself, and what it was shown of
 * others. Where what it wrote does not follow what it knows, somebody else has written in between.
 */
export class StateCursor {
  /** everything below this offset is known */
  next = 0;
  /** own records above a gap, in log order */
  #own: Span[] = [];

  /** A batch of own records was acknowledged. `from` is negative when the broker does not say where it lies. */
  wrote(from: number, count: number): void {
    if (from < 0) return;
    const last = this.#own.at(-1);
    const follows = last?.to === from;
    // Above a gap that stays for long, a span per flush would be kept for as long.
    if (follows) this.#own.pop();
    this.#own.push({ from: follows ? last.from : from, to: from + count });
    this.#join();
  }

  /** Others wrote below this offset; null: nothing that is not known lies below own records. */
  get gapEnd(): number | null {
    return this.#own.at(-1)?.to ?? null;
  }

  /** Of own records above a gap: what lies without a hole is one. */
  get pieces(): number {
    return this.#own.length;
  }

  isOwn(offset: number): boolean {
    return this.#own.some(({ from, to }) => from <= offset && offset < to);
  }

  /** What lies below this offset is known now. */
  knowsThrough(offset: number): void {
    this.next = Math.max(this.next, offset);
    this.#join();
  }

  #join(): void {
    for (let first = this.#own[0]; first && first.from <= this.next; first = this.#own[0]) {
      this.next = Math.max(this.next, first.to);
      this.#own.shift();
    }
  }
}
