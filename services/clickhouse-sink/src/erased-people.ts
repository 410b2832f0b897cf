import type { ClickHouse } from '@groundswell/clickhouse';

/**
 * Tables that say something of people, by the hash of the record's key: only an erasure deletes records of these topics.
 * The tombstones of a sweep, which delete nothing, have no rows.
 */
const TABLES = ['person_rows', 'person_history_rows', 'opportunity_contact_rows', 'exclusion_rows'] as const;

/** Keys that were deleted last. Who was never deleted costs nothing. */
const erased = (table: string): string => `SELECT record_key FROM ${table}
  WHERE record_key IN (SELECT record_key FROM ${table} WHERE is_deleted = 1)
  GROUP BY record_key HAVING argMax(is_deleted, version) = 1`;

/** Names no key: the text of a mutation is kept on the disk. Resolves when it is done. */
const remove = (table: string, isDeleted: 0 | 1): string => `ALTER TABLE ${table}
  DELETE WHERE is_deleted = ${isDeleted} AND record_key IN (${erased(table)})
  SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1`;

/**
 * Deletes all rows of records that were deleted, with the hashes of their keys: whoever knows an address or an id could
 * find them by it. What was said goes before what deleted it, which would be missed otherwise. Returns how many rows went.
 */
export const clearErasedPeople = async (clickhouse: Pick<ClickHouse, 'query' | 'command'>): Promise<number> => {
  let cleared = 0;
  for (const table of TABLES) {
    const [row] = await clickhouse.query<{ rows: number }>(
      `SELECT count() AS rows FROM ${table} WHERE record_key IN (${erased(table)})`,
    );
    const rows = row?.rows ?? 0;
    if (rows === 0) continue;
    await clickhouse.command(remove(table, 0));
    await clickhouse.command(remove(table, 1));
    cleared += rows;
  }
  return cleared;
};
