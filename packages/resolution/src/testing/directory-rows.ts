import type { AccountRecord, PersonRecord } from '@groundswell/schemas';
import { AccountDirectory } from '../account-directory.ts';
import type { ScoringUnit } from '../account-tree.ts';
import { DirectoryPeople } from '../directory-people.ts';

/** A row of `crm`, valid since ever, that says nothing unless told. */
export const accountRow = (id: string, changes: Partial<AccountRecord> = {}): AccountRecord => ({
  ...{ source: 'crm', id, validFrom: 0, name: '', domains: [], aliases: [], parentId: null, ultimateId: null },
  ...{ industry: '', region: '', country: '', employees: null, revenue: null, lifecycle: '', owner: '', tier: '' },
  ...{ territory: '', technologies: [], received: 0 },
  ...changes,
});

export const personRow = (id: string, changes: Partial<PersonRecord> = {}): PersonRecord => ({
  ...{
    source: 'crm',
    id,
    validFrom: 0,
    email: null,
    title: null,
    accountId: null,
    consent: {},
    status: '',
    received: 0,
  },
  ...changes,
});

/** Every version of a row has its own key, as in the topics. */
const keyOf = ({ source, id, validFrom }: AccountRecord | PersonRecord): string => `${source} ${id} ${validFrom}`;

export const accountsOf = (rows: readonly AccountRecord[], unit?: ScoringUnit): AccountDirectory => {
  const accounts = new AccountDirectory(unit);
  for (const row of rows) accounts.replace(keyOf(row), row);
  return accounts;
};

export const peopleOf = (rows: readonly PersonRecord[]): DirectoryPeople => {
  const people = new DirectoryPeople();
  for (const row of rows) people.replace(keyOf(row), row);
  return people;
};
