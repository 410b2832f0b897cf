import type { GlobalTable, GlobalTables } from '@groundswell/kafka';
import {
  AccountDirectory,
  DirectoryPeople,
  Exclusions,
  type ScoringUnit,
  StandingCorrections,
} from '@groundswell/resolution';
import { type CorrectionRecord, topics } from '@groundswell/schemas';
import { fedBy } from './fed-by.ts';

export interface Directory {
  readonly accounts: AccountDirectory;
  readonly people: DirectoryPeople;
  readonly exclusions: Exclusions;
  /** made by hand, of what the directory says and of who is who */
  readonly corrections: StandingCorrections;
  /** how far the corrections have been read */
  readonly correctionsRead: Pick<GlobalTable<CorrectionRecord>, 'readThrough'>;
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
  fedBy(tables, topics.accounts, accounts);
  fedBy(tables, topics.people, people);
  fedBy(tables, topics.exclusions, exclusions);
  const correctionsRead = fedBy(tables, topics.corrections, corrections);
  return { accounts, people, exclusions, corrections, correctionsRead };
};
