import type { ClickHouse } from '@groundswell/clickhouse';

/** Tables that keep what was said of people, by the hash of the record's key. */
const TABLES = ['person_rows', 'person_history_rows'] as const;

const TEXTS = ['title', 'status', 'consent_purpose', 'consent_region', 'consent_proof', 'consent_time'];

/** A row that was deleted last and of which an older statement still has its words. Who was never deleted costs nothing. */
const remaining = (table: string): string => `SELECT record_key AS key FROM ${table}
  WHERE record_key IN (SELECT record_key FROM ${table} WHERE is_deleted = 1)
  GROUP BY record_key HAVING argMax(is_deleted, version) = 1 AND max(${TEXTS.map((name) => `${name} != ''`).join(' OR ')}) = 1`;

/** By hashed keys: the text of a mutation is kept on the disk, and must not name anybody. Resolves when it is done. */
const clear = (table: string): string => `ALTER TABLE ${table}
  UPDATE ${TEXTS.map((name) => `${name} = ''`).join(', ')}
  WHERE record_key IN {keys:Array(String)} SETTINGS mutations_sync = 2`;

/**
 * Empties what was said of people whose rows were deleted: a title in the words of its source may name somebody. That
 * there were rows, of which account and since when, stays. Returns how many rows were emptied.
 */
export const clearErasedPeople = async (clickhouse: Pick<ClickHouse, 'query' | 'command'>): Promise<number> => {
  let cleared = 0;
  for (const table of TABLES) {
    const keys = (await clickhouse.query<{ key: string }>(remaining(table))).map(({ key }) => key);
    if (keys.length > 0) await clickhouse.command(clear(table), { keys });
    cleared += keys.length;
  }
  return cleared;
};
