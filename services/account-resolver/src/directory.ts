import type { GlobalTable, GlobalTables } from '@groundswell/kafka';
import {
  AccountDirectory,
  DirectoryPeople,
  Exclusions,
  type ScoringUnit,
  StandingCorrections,
} from '@groundswell/resolution';
import { type CorrectionRecord, topics } from '@groundswell/schemas';

export interface Directory {
  readonly accounts: AccountDirectory;
  readonly people: DirectoryPeople;
  readonly exclusions: Exclusions;
  /** made by hand, of what the directory says and of who is who */
  readonly corrections: StandingCorrections;
  /** how far the corrections have been read */
  readonly correctionsRead: Pick<GlobalTable<CorrectionRecord>, 'readThrough'>;
  /** rows of the list of excluded parties */
  readonly exclusionRows: () => number;
}

/**
 * The directory's accounts, people and exclusions, and what was corrected by hand, kept up with. A row takes effect at once,
 * for touches decided before as well.
 */
export const openDirectory = (tables: GlobalTables, unit: ScoringUnit): Directory => {
  const accounts = new AccountDirectory(unit);
  const people = new DirectoryPeople();
  const exclusions = new Exclusions();
  const corrections = new StandingCorrections();
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
  const correctionsRead = tables.table({
    topic: topics.corrections,
    merge: (_existing, incoming, key) => {
      corrections.replace(key, incoming);
      return undefined;
    },
  });
  return { accounts, people, exclusions, corrections, correctionsRead, exclusionRows: () => rows.size };
};
