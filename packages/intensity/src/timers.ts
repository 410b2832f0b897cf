const NOWHERE = -1;

/**
 * The next expiry of each account: a binary heap of account numbers by (instant, account id). `isBefore` says which of
 * two accounts comes first at the same instant.
 */
export class Timers {
  readonly #isBefore: (left: number, right: number) => boolean;
  #heap = new Int32Array(64);
  #size = 0;
  /** by account */
  #instants = new Float64Array(64);
  #places = new Int32Array(64).fill(NOWHERE);

  constructor(isBefore: (left: number, right: number) => boolean) {
    this.#isBefore = isBefore;
  }

  /** The account comes up at `instant` (epoch ms) from now on; Infinity: it does not. */
  schedule(account: number, instant: number): void {
    if (account >= this.#places.length) this.#grow(account + 1);
    const place = this.#places[account] ?? NOWHERE;
    if (instant === Number.POSITIVE_INFINITY) {
      if (place !== NOWHERE) this.#remove(place);
      return;
    }
    if (place === NOWHERE) {
      this.#instants[account] = instant;
      this.#heap[this.#size] = account;
      this.#size += 1;
      this.#rise(this.#size - 1, account);
      return;
    }
    const before = this.#instants[account] ?? 0;
    if (before === instant) return;
    this.#instants[account] = instant;
    if (instant < before) this.#rise(place, account);
    else this.#sink(place, account);
  }

  /** Instant of the earliest timer; Infinity when there is none. */
  peek(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#instants[this.#heap[0] ?? 0] ?? 0);
  }

  /** The account whose timer is the earliest, when it is due at or before `instant`; -1: none is. It stays scheduled. */
  due(instant: number): number {
    return this.peek() <= instant ? (this.#heap[0] ?? NOWHERE) : NOWHERE;
  }

  #comesFirst(left: number, right: number): boolean {
    const difference = (this.#instants[left] ?? 0) - (this.#instants[right] ?? 0);
    return difference < 0 || (difference === 0 && this.#isBefore(left, right));
  }

  #put(place: number, account: number): void {
    this.#heap[place] = account;
    this.#places[account] = place;
  }

  #rise(from: number, account: number): void {
    let place = from;
    while (place > 0) {
      const parent = this.#heap[(place - 1) >> 1] ?? 0;
      if (!this.#comesFirst(account, parent)) break;
      this.#put(place, parent);
      place = (place - 1) >> 1;
    }
    this.#put(place, account);
  }

  #sink(from: number, account: number): void {
    let place = from;
    for (let child = 2 * place + 1; child < this.#size; child = 2 * place + 1) {
      const left = this.#heap[child] ?? 0;
      const right = this.#heap[child + 1] ?? 0;
      if (child + 1 < this.#size && this.#comesFirst(right, left)) child += 1;
      const first = this.#heap[child] ?? 0;
      if (!this.#comesFirst(first, account)) break;
      this.#put(place, first);
      place = child;
    }
    this.#put(place, account);
  }

  #remove(place: number): void {
    this.#places[this.#heap[place] ?? 0] = NOWHERE;
    this.#size -= 1;
    if (place === this.#size) return;
    const last = this.#heap[this.#size] ?? 0;
    this.#rise(place, last);
    this.#sink(this.#places[last] ?? place, last);
  }

  #grow(minimum: number): void {
    const capacity = Math.max(minimum, this.#places.length + (this.#places.length >>> 1));
    const heap = new Int32Array(capacity);
    heap.set(this.#heap);
    this.#heap = heap;
    const instants = new Float64Array(capacity);
    instants.set(this.#instants);
    this.#instants = instants;
    const places = new Int32Array(capacity).fill(NOWHERE);
    places.set(this.#places);
    this.#places = places;
  }
}
