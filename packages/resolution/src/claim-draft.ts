import type { PersonIdentity } from '@groundswell/schemas';
import type { IdentityRows } from './identity-rows.ts';

export const isAddress = (identity: string): boolean => identity.startsWith('email:');

/** What is about to be claimed, seen on top of what the table holds. */
export class ClaimDraft {
  readonly #rows: Pick<IdentityRows, 'get' | 'has'>;
  readonly #records: Map<string, PersonIdentity>;
  readonly #newAddresses = new Map<string, number>();
  /** rows put so far, those that replaced another included */
  puts = 0;

  constructor(rows: Pick<IdentityRows, 'get' | 'has'>, repairs: Iterable<PersonIdentity>) {
    this.#rows = rows;
    this.#records = new Map([...repairs].map((row) => [row.identity, row]));
  }
  has(identity: string): boolean {
    return (this.#records.size > 0 && this.#records.has(identity)) || this.#rows.has(identity);
  }
  view(identity: string): PersonIdentity | undefined {
    return (this.#records.size > 0 ? this.#records.get(identity) : undefined) ?? this.#rows.get(identity);
  }
  put(row: PersonIdentity): void {
    this.puts += 1;
    if (isAddress(row.identity) && !this.has(row.identity)) {
      this.#newAddresses.set(row.personId, this.newAddressesOf(row.personId) + 1);
    }
    this.#records.set(row.identity, row);
  }
  /** Addresses of the person in the draft that the table does not know yet. */
  newAddressesOf(personId: string): number {
    return this.#newAddresses.get(personId) ?? 0;
  }
  records(): PersonIdentity[] {
    return [...this.#records.values()];
  }
}
