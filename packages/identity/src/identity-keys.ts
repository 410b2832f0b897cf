import { boundedMemo } from './bounded-memo.ts';
import { type EmailIdentity, emailIdentity } from './email-identity.ts';

/** How a touch names its person; at least one of the three is set. */
export interface PersonReference {
  readonly email: string | null;
  readonly id: string | null;
  readonly anonymousId: string | null;
}

/** The keys under which the identity of a person is kept; null where the reference names none. */
export interface IdentityKeys {
  readonly email: string | null;
  readonly source: string | null;
  readonly anonymous: string | null;
}

/** A colon inside the source would make `a:b` + `c` and `a` + `b:c` the same key. */
const part = boundedMemo(1_000, (source) => source.replaceAll('%', '%25').replaceAll(':', '%3A'));

const given = (text: string | null): string | null => (text === null || text.trim() === '' ? null : text.trim());

/** What a reference to a person says. */
export interface PersonReading {
  readonly keys: IdentityKeys;
  /** null when there is no address, or none that can be read */
  readonly email: EmailIdentity | null;
}

/**
 * Keys: `email:<normalised>`, `source:<source>:<id>`, `anonymous:<source>:<id>`.
 * Text in the e-mail field that is no address (masked exports carry hashes there) still tells people of one source
 * apart, so it stands in for a missing id.
 */
export const readPerson = (person: PersonReference, source: string): PersonReading => {
  const emailText = given(person.email);
  const email = emailText === null ? null : emailIdentity(emailText);
  const id = given(person.id) ?? (email === null ? emailText : null);
  const anonymousId = given(person.anonymousId);
  const keys = {
    email: email === null ? null : email.key,
    source: id === null ? null : `source:${part(source)}:${id}`,
    anonymous: anonymousId === null ? null : `anonymous:${part(source)}:${anonymousId}`,
  };
  return { keys, email };
};

/** The keys of a reference, for who asks nothing else of it. */
export const identityKeys = (person: PersonReference, source: string): IdentityKeys => readPerson(person, source).keys;

/** A person as a source has it: by an id of its own. */
export interface IdInSource {
  readonly source: string;
  readonly id: string;
}

/** What an identity's key says, when it is the id of a source; else null. */
export const idInSource = (key: string): IdInSource | null => {
  if (!key.startsWith('source:')) return null;
  const [, source = '', ...rest] = key.split(':');
  return { source: source.replaceAll('%3A', ':').replaceAll('%25', '%'), id: rest.join(':') };
};
