import type { PersonIdentity } from '@groundswell/schemas';

/**
 * What a later record about an identity does to an earlier one. The first claim in log order keeps its personId for
 * good, so that every reader of the log agrees; a later record can only add what was not known: the e-mail address an
 * id belongs to (it then stands for the person of that address, since the touch that said so), a name, a title.
 */
export const foldIdentity = (existing: PersonIdentity, incoming: PersonIdentity): PersonIdentity => {
  const linker = existing.email === null && incoming.email !== null ? incoming : existing;
  return {
    identity: existing.identity,
    personId: existing.personId,
    personKind: linker.personKind,
    email: linker.email,
    name: existing.name ?? incoming.name,
    title: existing.title ?? incoming.title,
    claimedAt: linker.claimedAt,
  };
};

export const sameIdentity = (one: PersonIdentity, other: PersonIdentity): boolean =>
  one.personId === other.personId &&
  one.personKind === other.personKind &&
  one.email === other.email &&
  one.name === other.name &&
  one.title === other.title &&
  one.claimedAt === other.claimedAt;
