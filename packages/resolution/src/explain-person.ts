import { type Role, roleOfTitle, type Seniority } from '@groundswell/identity';
import type { CorrectionRecord, PersonIdentity } from '@groundswell/schemas';
import type { AskedPerson } from './ask-person.ts';
import type { DirectoryPeople } from './directory-people.ts';
import type { IdentityBook, KnownPerson } from './identity-book.ts';
import type { PersonRow } from './person-rows.ts';
import type { StandingCorrections } from './standing-corrections.ts';

/** A row of the directory about the person, and what its title is read as. */
export interface ExplainedRow {
  readonly row: PersonRow;
  readonly role: Role | '';
  readonly seniority: Seniority | '';
}

/** Who stands behind an identity, and what says so. */
export interface PersonExplanation {
  readonly person: KnownPerson;
  /** all identities that are this person */
  readonly identities: readonly PersonIdentity[];
  /** unions, splits and employers made by hand that are about one of them */
  readonly corrections: readonly CorrectionRecord[];
  readonly rows: readonly ExplainedRow[];
}

export interface PersonKnowledge {
  readonly identities: IdentityBook;
  readonly people: DirectoryPeople;
  readonly corrections: StandingCorrections;
}

/** The identities of the person: those that rows tie together, and those that were united with them by hand. */
const identitiesOf = (person: KnownPerson, { identities, corrections }: PersonKnowledge): PersonIdentity[] => {
  const found = new Map(identities.identitiesOf(person.identityId).map((row) => [row.identity, row]));
  for (const { kind, subject, revoked } of corrections.records.values()) {
    if (kind !== 'unite' || revoked) continue;
    for (const id of [subject['identity'] ?? '', subject['with'] ?? '']) {
      if (identities.behind(id)?.personId !== person.personId) continue;
      for (const row of identities.identitiesOf(id)) found.set(row.identity, row);
    }
  }
  return [...found.values()].sort((one, other) => one.claimedAt - other.claimedAt);
};

const isAbout = ({ kind, subject }: CorrectionRecord, personId: string, identityIds: ReadonlySet<string>): boolean => {
  if (kind === 'employer') return subject['person'] === personId;
  if (kind !== 'unite' && kind !== 'split') return false;
  return identityIds.has(subject['identity'] ?? '') || identityIds.has(subject['with'] ?? '');
};

/** Null: nobody is known by this. */
export const explainPerson = (asked: AskedPerson, known: PersonKnowledge): PersonExplanation | null => {
  if (asked.row === null) return null;
  const { person } = asked;
  const identities = identitiesOf(person, known);
  const ids = new Set(identities.map(({ identityId }) => identityId));
  return {
    person,
    identities,
    corrections: [...known.corrections.records.values()].filter((one) => isAbout(one, person.personId, ids)),
    rows: known.people.rowsOf(person.email, person.inSource).map((row) => ({ row, ...roleOfTitle(row.title) })),
  };
};
