import { z } from 'zod';
import type { Reader } from '../stack/clickhouse.ts';
import { instant } from './columns.ts';

const row = z.object({ version: z.string(), name: z.string(), activated_at: instant, activated_by: z.string() });

export type ActivePolicy = z.infer<typeof row>;

const LAST = 'ORDER BY activated_at DESC, activation_order DESC LIMIT 1';

/** The policy that was activated last; undefined when none ever was. */
export const readActivePolicy = async (reader: Reader): Promise<ActivePolicy | undefined> => {
  const [found] = await reader.rows({
    sql: `SELECT version, name, activated_at, activated_by FROM policies ${LAST}`,
    row,
  });
  return found;
};

const contentRow = z.object({ version: z.string(), name: z.string(), content: z.string() });

/** The same with its content, canonical JSON. */
export const readActivePolicyContent = async (reader: Reader): Promise<z.infer<typeof contentRow> | undefined> => {
  const [found] = await reader.rows({ sql: `SELECT version, name, content FROM policies ${LAST}`, row: contentRow });
  return found;
};

const versionRow = z.object({ version: z.string() });

/** Version of the ClickHouse server. */
export const readServerVersion = async (reader: Reader): Promise<string> => {
  const [found] = await reader.rows({ sql: 'SELECT version() AS version', row: versionRow });
  return found?.version ?? 'unknown';
};

const migrationRow = z.object({ migrations: z.number().int() });

/** How many migrations the tables have been through. */
export const readMigrationCount = async (reader: Reader): Promise<number> => {
  const [found] = await reader.rows({
    sql: 'SELECT uniqExact(version) AS migrations FROM schema_migrations',
    row: migrationRow,
  });
  return found?.migrations ?? 0;
};
