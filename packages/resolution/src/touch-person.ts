import { type EmailAddress, type IdentityKeys, identityKeys, readPerson } from '@groundswell/identity';
import type { IdentityEvidence, RawTouch } from '@groundswell/schemas';

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
  /** epoch ms, of the touch or the evidence */
  readonly received: number;
  /** identities that evidence says are other names of this person */
  readonly otherNames?: readonly string[];
}

const text = (value: string | null): string | null => {
  if (value === null) return null;
  const trimmed = value.trim().slice(0, MAX_TEXT);
  return trimmed === '' ? null : trimmed;
};

/** Reads the person of a touch. Intake lets no touch without one pass; one that came in otherwise throws. */
export const personOfTouch = (raw: RawTouch): TouchPerson => {
  const { personEmail: email, personId: id, anonymousId, source } = raw;
  const { keys, email: known } = readPerson({ email, id, anonymousId }, source);
  if (keys.email === null && keys.source === null && keys.anonymous === null) {
    throw new TypeError('the touch names no person of any kind');
  }
  return {
    keys,
    email: known?.email ?? null,
    sharedMailbox: known?.sharedMailbox ?? false,
    name: text(raw.personName),
    title: text(raw.personTitle),
    received: raw.received,
  };
};

/**
 * What a source says about who is who, as if a touch had said it: the strongest identifier is the person, all others are
 * names of it. Null when it ties no two identifiers together, or none that can be read.
 */
export const personOfEvidence = (evidence: IdentityEvidence): TouchPerson | null => {
  const { source, previousId } = evidence;
  const { keys, email: known } = readPerson(
    { email: evidence.email, id: evidence.personId, anonymousId: evidence.anonymousId },
    source,
  );
  if (keys.email === null && keys.source === null) return null;
  const before = identityKeys({ email: null, id: previousId, anonymousId: previousId }, source);
  const otherNames = [before.source, before.anonymous].filter(
    (key) => key !== null && key !== keys.source && key !== keys.anonymous,
  );
  const named = [keys.email, keys.source, keys.anonymous].filter((key) => key !== null).length + otherNames.length;
  if (named < 2) return null;
  return {
    keys,
    email: known?.email ?? null,
    sharedMailbox: known?.sharedMailbox ?? false,
    name: text(evidence.name),
    title: text(evidence.title),
    received: evidence.received,
    otherNames: otherNames.flatMap((key) => key ?? []),
  };
};
