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
  const beside = { sourceIdentity: null, personOfId: null };
  return { personId: '', kind, email: known?.email ?? null, identityId: '', inSource, ...beside };
};

/** The id that is named beside an address, as touches have it: none beside a shared mailbox. */
const besideAddress = (named: NamedPerson, keys: ReturnType<typeof identityKeys>): string | null => {
  const isShared = keys.email !== null && emailIdentity(named.email?.trim() ?? '')?.sharedMailbox === true;
  return keys.email === null || isShared ? null : keys.source;
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
  const beside = besideAddress(named, keys);
  const sourceIdentity = beside === null ? null : (book.get(beside)?.identityId ?? null);
  const known = row && book.ofClues({ identity: row.identityId, sourceIdentity });
  const person = known ?? stranger(identity, keys.email === null ? null : named.email);
  return { identity, row, person: beside === null ? person : { ...person, inSource: idInSource(beside) } };
};
