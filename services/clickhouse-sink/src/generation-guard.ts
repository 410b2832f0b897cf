import type { ClickHouse } from '@groundswell/clickhouse';

/** The database holds rows of another generation: offsets and versions of the two mean nothing to each other. */
class GenerationMismatch extends Error {
  override name = 'GenerationMismatch';
}

/** Throws GenerationMismatch unless everything in the ledgers is of `generation`. */
export const refuseOtherGenerations = async (clickhouse: ClickHouse, generation: number): Promise<void> => {
  const others = await clickhouse.query<{ generation: number }>(
    `SELECT DISTINCT generation FROM (SELECT generation FROM raw_log_rows UNION ALL SELECT generation FROM touch_log_rows)
     WHERE generation != {generation:UInt16} ORDER BY generation`,
    { generation },
  );
  if (others.length === 0) return;
  const found = others.map((row) => row.generation).join(', ');
  throw new GenerationMismatch(
    `database ${clickhouse.database} holds generation ${found}, this sink is to write generation ${generation}: give each generation a database of its own`,
  );
};
