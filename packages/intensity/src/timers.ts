interface Timer {
  readonly instant: number;
  readonly accountId: string;
}

const before = (a: Timer, b: Timer): boolean =>
  a.instant < b.instant || (a.instant === b.instant && a.accountId < b.accountId);

/**
 * The next expiry of each account, as a binary heap in (instant, account) order. An account's timer may turn out to be
 * early (its touch was removed): whoever pops it asks the account again and schedules anew.
 */
export class Timers {
  readonly #heap: Timer[] = [];
  /** the earliest instant each account stands in the heap with */
  readonly #scheduled = new Map<string, number>();

  /** Makes sure that the account comes up at `instant` (epoch ms) or before; undefined: nothing to wait for. */
  schedule(accountId: string, instant: number | undefined): void {
    if (instant === undefined) return;
    const known = this.#scheduled.get(accountId);
    if (known !== undefined && known <= instant) return;
    this.#scheduled.set(accountId, instant);
    this.#push({ instant, accountId });
  }

  /** Instant of the earliest timer. */
  peek(): number | undefined {
    this.#dropStale();
    return this.#heap[0]?.instant;
  }

  /** Takes the earliest timer when it is due at or before `instant`. */
  popDue(instant: number): Timer | undefined {
    this.#dropStale();
    const [first] = this.#heap;
    if (!first || first.instant > instant) return undefined;
    this.#pop();
    this.#scheduled.delete(first.accountId);
    return first;
  }

  /** Entries that an earlier one of the same account has overtaken. */
  #dropStale(): void {
    for (
      let first = this.#heap[0];
      first && this.#scheduled.get(first.accountId) !== first.instant;
      first = this.#heap[0]
    )
      this.#pop();
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(timer);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (!parent || !before(timer, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const smaller = right && left && before(right, left) ? right : left;
      if (!smaller || !before(smaller, last)) break;
      heap[index] = smaller;
      index = 2 * index + (smaller === right ? 2 : 1);
    }
    heap[index] = last;
  }
}
