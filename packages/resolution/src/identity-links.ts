import { emailIdentity } from '@groundswell/identity';
import type { PersonIdentity } from '@groundswell/schemas';

/** The identity that stands for an address. */
export const identityOfAddress = (address: string): string => emailIdentity(address)?.key ?? `email:${address}`;

/** The identity that a row is another name of; null of one that stands for itself. */
const linkOf = ({ identity, email, linkedTo }: PersonIdentity): string | null => {
  const to = email === null ? linkedTo : identityOfAddress(email);
  return to === identity ? null : to;
};

/** Which identities are other names of which: the links of the rows, from their other end. */
export class IdentityLinks {
  readonly #names = new Map<string, Set<string>>();

  /** A row came, changed or went. */
  replace(before: PersonIdentity | undefined, after: PersonIdentity | undefined): void {
    const from = before ? linkOf(before) : null;
    const to = after ? linkOf(after) : null;
    if (from === to) return;
    if (from !== null && before) this.#remove(from, before.identity);
    if (to !== null && after) this.#names.set(to, (this.#names.get(to) ?? new Set()).add(after.identity));
  }

  /** The identity and all that are names of it, names of names included. */
  *namesOf(identity: string): Generator<string> {
    const seen = new Set([identity]);
    for (const one of seen) {
      yield one;
      for (const name of this.#names.get(one) ?? []) seen.add(name);
    }
  }

  #remove(identity: string, name: string): void {
    const names = this.#names.get(identity);
    names?.delete(name);
    if (names?.size === 0) this.#names.delete(identity);
  }
}
