import type { GlobalTables } from '@groundswell/kafka';
import { DirectoryTitles, Exclusions } from '@groundswell/resolution';
import { topics } from '@groundswell/schemas';

export interface Directory {
  readonly titles: DirectoryTitles;
  readonly exclusions: Exclusions;
  /** rows of the list of excluded parties */
  readonly exclusionRows: () => number;
}

/** The directory's people and exclusions, kept up with. A row takes effect for the touches that are decided after it was read. */
export const openDirectory = (tables: GlobalTables): Directory => {
  const titles = new DirectoryTitles();
  const exclusions = new Exclusions();
  tables.table({
    topic: topics.people,
    merge: (_existing, incoming, key) => {
      titles.replace(key, incoming);
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
  return { titles, exclusions, exclusionRows: () => rows.size };
};
