import type { openClickHouse } from '@groundswell/clickhouse';
import type { OracleTransition } from './plain-levels.ts';

/** A transition as one line of text: what two lists of them are compared by. */
export const transitionText = ({
  account,
  level,
  kind,
  at,
}: Omit<OracleTransition, 'level' | 'kind'> & { level: string; kind: string }): string =>
  `${account} ${new Date(at).toISOString()} ${kind} ${level}`;

/** Every transition that reached ClickHouse, as sorted lines. */
export const liveTransitions = async (clickhouse: ReturnType<typeof openClickHouse>): Promise<string[]> => {
  const rows = await clickhouse.query<{ account: string; level: string; kind: string; at_ms: string }>(
    'SELECT account_id AS account, level, kind, toUnixTimestamp64Milli(at) AS at_ms FROM intensity_transitions',
  );
  return rows.map((row) => transitionText({ ...row, at: Number(row.at_ms) })).sort();
};
