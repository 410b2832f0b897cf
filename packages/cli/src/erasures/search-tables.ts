import type { AddressPattern } from '@groundswell/identity';
import { z } from 'zod';
import { count } from '../queries/columns.ts';
import type { Reader } from '../stack/clickhouse.ts';
import type { Found } from './found-in-topic.ts';

const columnsRow = z.object({ table: z.string(), columns: z.array(z.string()) });
const countRow = z.object({ found: count });

/** What could not be told to be text is stored in base64, by columns that say so. */
const textOf = (name: string): string =>
  name.endsWith('_base64') ? `tryBase64Decode(${quoted(name)})` : `ifNull(toString(${quoted(name)}), '')`;

const quoted = (name: string): string => `\`${name.replaceAll('`', '\\`')}\``;

/**
 * Looks through every text of every table, versions that a newer one replaced included. The address is a parameter and
 * the queries are not to be logged, so that looking for somebody leaves no trace of them in tables of the server. Its text
 * log has every query with its parameters at levels trace and debug, and a query that fails at any: ours logs warnings.
 */
export const searchTables = async (reader: Reader, pattern: AddressPattern): Promise<Found[]> => {
  const tables = await reader.rows({
    sql: `SELECT table, groupArray(name) AS columns FROM system.columns
          WHERE database = currentDatabase() AND type LIKE '%String%' AND default_kind != 'ALIAS'
            AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree')
          GROUP BY table ORDER BY table`,
    row: columnsRow,
  });
  const results: Found[] = [];
  for (const { table, columns } of tables) {
    const conditions = columns.map((name) => `match(${textOf(name)}, {pattern:String})`);
    const [row] = await reader.rows({
      sql: `SELECT count() AS found FROM ${quoted(table)} WHERE ${conditions.join(' OR ')} SETTINGS log_queries = 0`,
      parameters: { pattern: pattern.re2 },
      row: countRow,
    });
    const found = row?.found ?? 0;
    if (found > 0) results.push({ where: `table ${table}`, found, standing: found, goneBy: null });
  }
  return results;
};
