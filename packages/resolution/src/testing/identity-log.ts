import type { PersonIdentity } from '@groundswell/schemas';
import { IdentityBook, type IdentityTable } from '../identity-book.ts';
import { IdentityRows } from '../identity-rows.ts';
import type { StandingCorrections } from '../standing-corrections.ts';

/** The people.identities topic in memory: one log, which every instance reads at its own pace. */
export class IdentityLog {
  readonly records: { readonly key: string; readonly value: PersonIdentity | null }[] = [];
  #uuids = 0;

  /** An instance that has read the log to its end, `claims` seeing every batch it wants to write before it is written. */
  open(
    claims: (records: readonly PersonIdentity[]) => Promise<void> = async () => undefined,
    corrections?: StandingCorrections,
  ) {
    return new IdentityReader(this, claims, corrections);
  }

  newPersonId = (): string => {
    this.#uuids += 1;
    return `00000000-0000-4000-a000-${String(this.#uuids).padStart(12, '0')}`;
  };

  append(records: readonly PersonIdentity[]): void {
    for (const value of records) this.records.push({ key: value.identity, value });
  }

  /** What the log as a whole says of each identity. */
  rows(): PersonIdentity[] {
    return [...this.open().rows.entries()].map(([, row]) => row);
  }

  /** Keeps the newest record of each key, as a broker does in time. */
  compact(): void {
    const newest = new Map(this.records.map((record, index) => [record.key, index]));
    const kept = this.records.filter(({ key }, index) => newest.get(key) === index);
    this.records.splice(0, this.records.length, ...kept);
  }
}

/** One instance: its table of the log, and the book on it. */
export class IdentityReader implements IdentityTable {
  readonly book: IdentityBook;
  readonly #log: IdentityLog;
  readonly #claims: (records: readonly PersonIdentity[]) => Promise<void>;
  readonly rows = new IdentityRows();
  #read = 0;

  constructor(
    log: IdentityLog,
    claims: (records: readonly PersonIdentity[]) => Promise<void>,
    corrections?: StandingCorrections,
  ) {
    this.#log = log;
    this.#claims = claims;
    this.book = new IdentityBook(this, { newPersonId: log.newPersonId, ...(corrections && { corrections }) });
    this.readOn();
  }

  async claim(records: readonly PersonIdentity[]): Promise<void> {
    await this.#claims(records);
    this.#log.append(records);
    this.readOn();
  }

  readOn(): void {
    for (; this.#read < this.#log.records.length; this.#read += 1) {
      const { key = '', value = null } = this.#log.records[this.#read] ?? {};
      const folded = this.book.fold(this.rows.get(key), value, key);
      if (folded) this.rows.set(key, folded);
      else this.rows.delete(key);
    }
  }
}
