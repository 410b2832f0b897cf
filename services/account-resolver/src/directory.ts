import type { GlobalTables } from '@groundswell/kafka';
import { AccountDirectory, DirectoryPeople, Exclusions, type ScoringUnit } from '@groundswell/resolution';
import { topics } from '@groundswell/schemas';

export interface Directory {
  readonly accounts: AccountDirectory;
  readonly people: DirectoryPeople;
  readonly exclusions: Exclusions;
  /** rows of the list of excluded parties */
  readonly exclusionRows: () => number;
}

/**
 * The directory's accounts, people and exclusions, kept up with. A row takes effect for the touches that are decided after
 * it was read.
 */
export const openDirectory = (tables: GlobalTables, unit: ScoringUnit): Directory => {
  const accounts = new AccountDirectory(unit);
  const people = new DirectoryPeople();
  const exclusions = new Exclusions();
  tables.table({
    topic: topics.accounts,
    merge: (_existing, incoming, key) => {
      accounts.replace(key, incoming);
      return undefined;
    },
  });
  tables.table({
    topic: topics.people,
    merge: (_existing, incoming, key) => {
      people.replace(key, incoming);
      return undefined;
    },
  });
  const rows = tables.table({
    topic: topics.exclusions,
    merge: (_existing, incoming, key) => {
      exclusions.replace(key, incoming);
      return incoming ?? undefined;
    },
  });
  return { accounts, people, exclusions, exclusionRows: () => rows.size };
};
