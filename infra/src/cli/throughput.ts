/** Records a second over the last few seconds, from what was counted when. */
export class Throughput {
  readonly #spanMs: number;
  #seen: { readonly at: number; readonly count: number }[] = [];

  constructor(spanMs = 3_000) {
    this.#spanMs = spanMs;
  }

  /** Notes a running count (not an increment) at an instant in milliseconds. */
  note(count: number, at: number): void {
    this.#seen.push({ at, count });
    // The last one before the span stays: the rate is measured from it.
    while (this.#seen.length > 2 && at - (this.#seen[1]?.at ?? at) >= this.#spanMs) this.#seen.shift();
  }

  get perSecond(): number {
    const [first] = this.#seen;
    const last = this.#seen.at(-1);
    if (first === undefined || last === undefined || last.at === first.at) return 0;
    return ((last.count - first.count) * 1_000) / (last.at - first.at);
  }
}
