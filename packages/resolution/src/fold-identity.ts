import type { PersonIdentity } from '@groundswell/schemas';

/** An address says more of who somebody is than another id does. */
const strengthOfLink = ({ email, linkedTo }: PersonIdentity): number =>
  (email === null ? 0 : 2) || (linkedTo === null ? 0 : 1);

/**
 * What a later record about an identity does to an earlier one. The first claim in log order keeps its personId for
 * good, so that every reader of the log agrees; a later record can only add what was not known: the e-mail address an
 * id belongs to (it then stands for the person of that address, since the touch that said so), the id it is another name
 * of, a name, a title.
 */
export const foldIdentity = (existing: PersonIdentity, incoming: PersonIdentity): PersonIdentity => {
  const linker = strengthOfLink(incoming) > strengthOfLink(existing) ? incoming : existing;
  return {
    identity: existing.identity,
    personId: existing.personId,
    personKind: linker.personKind,
    email: linker.email,
    linkedTo: linker.linkedTo,
    name: existing.name ?? incoming.name,
    title: existing.title ?? incoming.title,
    claimedAt: linker.claimedAt,
  };
};

export const sameIdentity = (one: PersonIdentity, other: PersonIdentity): boolean =>
  one.personId === other.personId &&
  one.personKind === other.personKind &&
  one.email === other.email &&
  one.linkedTo === other.linkedTo &&
  one.name === other.name &&
  one.title === other.title &&
  one.claimedAt === other.claimedAt;
