import type { PersonIdentity } from '@groundswell/schemas';

export const isAddress = (identity: string): boolean => identity.startsWith('email:');

/** What is about to be claimed, seen on top of what the table holds. */
export class ClaimDraft {
  readonly #get: (identity: string) => PersonIdentity | undefined;
  readonly #records: Map<string, PersonIdentity>;
  readonly #newAddresses = new Map<string, number>();
  /** rows put so far, those that replaced another included */
  puts = 0;

  constructor(get: (identity: string) => PersonIdentity | undefined, repairs: Iterable<PersonIdentity>) {
    this.#get = get;
    this.#records = new Map([...repairs].map((row) => [row.identity, row]));
  }
  view(identity: string): PersonIdentity | undefined {
    return (this.#records.size > 0 ? this.#records.get(identity) : undefined) ?? this.#get(identity);
  }
  put(row: PersonIdentity): void {
    this.puts += 1;
    if (isAddress(row.identity) && !this.view(row.identity)) {
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
