import type { PersonIdentity } from '@groundswell/schemas';

/**
 * What a later record about an identity does to an earlier one. The first claim in log order keeps its personId for
 * good, so that every reader of the log agrees; a later record can only add what was not known: the e-mail address an
 * id belongs to (it then stands for the person of that address, since the touch that said so), the id it is another name
 * of, a name, a title.
 */
export const foldIdentity = (existing: PersonIdentity, incoming: PersonIdentity): PersonIdentity => {
  const addressed = existing.email === null && incoming.email !== null ? incoming : existing;
  const linked = existing.linkedTo === null && incoming.linkedTo !== null ? incoming : existing;
  return {
    identity: existing.identity,
    personId: existing.personId,
    personKind: (addressed.email === null ? linked : addressed).personKind,
    email: addressed.email,
    linkedTo: linked.linkedTo,
    linkedAt: linked.linkedAt,
    name: existing.name ?? incoming.name,
    title: existing.title ?? incoming.title,
    claimedAt: addressed.claimedAt,
    identityId: existing.identityId,
  };
};

/** Whether both say the same of who it is: names and titles are for people to read. */
export const samePerson = (one: PersonIdentity, other: PersonIdentity): boolean =>
  one.personId === other.personId && one.email === other.email && one.linkedTo === other.linkedTo;

export const sameIdentity = (one: PersonIdentity, other: PersonIdentity): boolean =>
  one.personId === other.personId &&
  one.personKind === other.personKind &&
  one.email === other.email &&
  one.linkedTo === other.linkedTo &&
  one.linkedAt === other.linkedAt &&
  one.name === other.name &&
  one.title === other.title &&
  one.claimedAt === other.claimedAt &&
  one.identityId === other.identityId;
