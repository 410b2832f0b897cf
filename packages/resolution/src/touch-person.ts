import { type EmailAddress, emailIdentity, type IdentityKeys, identityKeys } from '@groundswell/identity';
import type { RawTouch } from '@groundswell/schemas';

/** Names and titles are for people to read; a source that sends a biography must not fill the identity table. */
const MAX_TEXT = 500;

/** What a raw touch says about its person. */
export interface TouchPerson {
  readonly keys: IdentityKeys;
  /** null when there is none, or none that can be read */
  readonly email: EmailAddress | null;
  /** several people, or a machine, behind that address */
  readonly sharedMailbox: boolean;
  readonly name: string | null;
  readonly title: string | null;
  /** epoch ms, of the touch */
  readonly received: number;
}

const text = (value: string | null): string | null => {
  if (value === null) return null;
  const trimmed = value.trim().slice(0, MAX_TEXT);
  return trimmed === '' ? null : trimmed;
};

/** Reads the person of a touch. Intake lets no touch without one pass; one that came in otherwise throws. */
export const personOfTouch = (raw: RawTouch): TouchPerson => {
  // Trimmed, as identityKeys does: the second look-up finds the same text.
  const known = raw.personEmail === null ? null : emailIdentity(raw.personEmail.trim());
  const keys = identityKeys({ email: raw.personEmail, id: raw.personId, anonymousId: raw.anonymousId }, raw.source);
  if (keys.email === null && keys.source === null && keys.anonymous === null) {
    throw new TypeError('the touch names no person of any kind');
  }
  return {
    keys,
    email: known === null ? null : known.email,
    sharedMailbox: known?.sharedMailbox ?? false,
    name: text(raw.personName),
    title: text(raw.personTitle),
    received: raw.received,
  };
};
