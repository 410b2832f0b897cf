import type { SectionReader, SectionWriter } from '@groundswell/windowing';

/** Numbers kept per account, NaN where there is nothing to say. */
export const ENGAGED_SINCE = 0;
export const ENGAGED_RENEWED_AT = 1;
export const HIGH_SINCE = 2;
export const HIGH_RENEWED_AT = 3;
/** epoch ms, effective time of its newest counted touch, in the longest window or before it */
export const LAST_TOUCH_TIME = 4;
/** of its last transition, from 1; 0: none yet */
export const SEQUENCE = 5;
/** offset at which STEP counts the account's history rows */
export const STEP_OFFSET = 6;
export const STEP = 7;
/** digest of score and contributions of the account's last history row */
export const HISTORY_DIGEST = 8;
/** offset up to which a level record tells all: nothing is decided or published again before it is passed */
export const COVERED = 9;
/** epoch ms, effective time of the newest touch that counted when it left the longest window */
export const LEFT_TOUCH_TIME = 10;
const FIELDS = 11;

/** What may be marked of an account. */
/** its current row is out of date */
export const DIRTY = 1;
/** its level record is out of date */
export const LEVELS_CHANGED = 2;
/** its windows changed since its last history row */
export const WINDOWS_CHANGED = 4;
/** a level is kept although the window does not carry it, because the log is shorter than the window */
export const HELD = 8;

/**
 * The accounts of a partition by number, with what is known of them beside their windows: small numbers for dense arrays,
 * used again when an account is forgotten. No result depends on them: order is always by account id.
 */
export class AccountRegister {
  readonly #numbers = new Map<string, number>();
  readonly #ids: (string | undefined)[] = [];
  readonly #free: number[] = [];
  #fields = new Float64Array(64 * FIELDS);
  #marks: Uint8Array<ArrayBufferLike> = new Uint8Array(64);
  /** numbers by account id, as of the last look, and those that came since */
  #ordered: number[] = [];
  #added: number[] = [];
  #isOrdered: Uint8Array<ArrayBufferLike> = new Uint8Array(64);

  get size(): number {
    return this.#numbers.size;
  }

  /** -1 when the account is not known. */
  find(accountId: string): number {
    return this.#numbers.get(accountId) ?? -1;
  }

  /** The account's number; a new one when it is not known. */
  numberOf(accountId: string): number {
    const known = this.#numbers.get(accountId);
    if (known !== undefined) return known;
    const account = this.#free.pop() ?? this.#ids.length;
    if (account >= this.#marks.length) this.#grow();
    this.#numbers.set(accountId, account);
    this.#ids[account] = accountId;
    this.#fields.fill(Number.NaN, account * FIELDS, (account + 1) * FIELDS);
    this.set(account, SEQUENCE, 0);
    this.set(account, STEP_OFFSET, -1);
    this.set(account, COVERED, -1);
    this.#marks[account] = 0;
    this.#added.push(account);
    return account;
  }

  forget(account: number): void {
    this.#numbers.delete(this.id(account));
    this.#ids[account] = undefined;
    this.#isOrdered[account] = 0;
    this.#free.push(account);
  }

  id(account: number): string {
    return this.#ids[account] ?? '';
  }

  get(account: number, field: number): number {
    return this.#fields[account * FIELDS + field] ?? Number.NaN;
  }

  /** null where there is nothing to say */
  orNull(account: number, field: number): number | null {
    const value = this.get(account, field);
    return Number.isNaN(value) ? null : value;
  }

  has(account: number, field: number): boolean {
    return !Number.isNaN(this.get(account, field));
  }

  set(account: number, field: number, value: number): void {
    this.#fields[account * FIELDS + field] = value;
  }

  isMarked(account: number, mark: number): boolean {
    return ((this.#marks[account] ?? 0) & mark) !== 0;
  }

  mark(account: number, mark: number): void {
    this.#marks[account] = (this.#marks[account] ?? 0) | mark;
  }

  unmark(account: number, mark: number): void {
    this.#marks[account] = (this.#marks[account] ?? 0) & ~mark;
  }

  /** Negative when the left account's id sorts before the right one's. */
  compare(left: number, right: number): number {
    return this.id(left) < this.id(right) ? -1 : 1;
  }

  /** All accounts by id. Valid until the next call; accounts may be forgotten meanwhile, which then have no id. */
  inOrder(): readonly number[] {
    const kept = this.#ordered.filter((account) => this.#isOrdered[account] === 1);
    // one that was forgotten and came again is among both: only the later stands
    const added = [...new Set(this.#added)].filter((account) => this.#ids[account] !== undefined);
    added.sort((left, right) => this.compare(left, right));
    this.#added = [];
    for (const account of added) this.#isOrdered[account] = 1;
    this.#ordered = added.length === 0 ? kept : this.#merge(kept, added);
    return this.#ordered;
  }

  save(to: SectionWriter): void {
    to.json(this.#ids.map((id) => id ?? null));
    to.json(this.#free);
    to.numbers(this.#fields);
    to.numbers(this.#marks);
  }

  /** Becomes what was saved; only for a register that knows nobody yet. */
  load(from: SectionReader): void {
    const ids = from.json<(string | null)[]>();
    this.#free.push(...from.json<number[]>());
    this.#fields = from.floats();
    this.#marks = new Uint8Array(from.bytes());
    this.#isOrdered = new Uint8Array(this.#marks.length);
    ids.forEach((id, account) => {
      this.#ids[account] = id ?? undefined;
      if (id === null) return;
      this.#numbers.set(id, account);
      this.#added.push(account);
    });
  }

  #merge(left: readonly number[], right: readonly number[]): number[] {
    const merged: number[] = [];
    let next = 0;
    for (const account of left) {
      for (let other = right[next]; other !== undefined && this.compare(other, account) < 0; other = right[next]) {
        merged.push(other);
        next += 1;
      }
      merged.push(account);
    }
    for (; next < right.length; next += 1) merged.push(right[next] ?? 0);
    return merged;
  }

  #grow(): void {
    const capacity = this.#marks.length + (this.#marks.length >>> 1);
    const fields = new Float64Array(capacity * FIELDS);
    fields.set(this.#fields);
    this.#fields = fields;
    this.#marks = grownBytes(this.#marks, capacity);
    this.#isOrdered = grownBytes(this.#isOrdered, capacity);
  }
}

const grownBytes = (bytes: Uint8Array, capacity: number): Uint8Array<ArrayBuffer> => {
  const larger = new Uint8Array(capacity);
  larger.set(bytes);
  return larger;
};
