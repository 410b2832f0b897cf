import { emailIdentity, identityKeys, idInSource } from '@groundswell/identity';
import type { PersonIdentity } from '@groundswell/schemas';
import type { IdentityBook, KnownPerson } from './identity-book.ts';

/** A person as somebody names one who asks: at least one of the three. */
export interface NamedPerson {
  readonly email: string | null;
  /** as `source` has the person */
  readonly id: string | null;
  readonly anonymousId: string | null;
  /** of the ids */
  readonly source: string;
}

export interface AskedPerson {
  /** `email:…`, `source:…` or `anonymous:…`, the strongest that was named */
  readonly identity: string;
  /** null: no touch and no evidence ever named it */
  readonly row: PersonIdentity | null;
  readonly person: KnownPerson;
}

/** Somebody of whom nothing is known but the name. */
const stranger = (identity: string, email: string | null): KnownPerson => {
  const known = email === null ? null : emailIdentity(email.trim());
  const inSource = idInSource(identity);
  const named = inSource === null ? 'anonymous' : 'source_id';
  const kind = known === null ? named : known.sharedMailbox ? 'shared_mailbox' : 'email';
  return { personId: '', kind, email: known?.email ?? null, identityId: '', inSource };
};

/**
 * Whom a touch that names this person would be of; null when nobody is named. As in touches, an e-mail that is none is an
 * id of its source.
 */
export const askPerson = (named: NamedPerson, book: IdentityBook): AskedPerson | null => {
  const keys = identityKeys(named, named.source);
  const identity = keys.email ?? keys.source ?? keys.anonymous;
  if (identity === null || (keys.email === null && named.source === '')) return null;
  const row = book.get(identity) ?? null;
  const person = row && book.behind(row.identityId);
  return { identity, row, person: person ?? stranger(identity, keys.email === null ? null : named.email) };
};
