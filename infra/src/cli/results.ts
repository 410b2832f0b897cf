import type { ClickHouse } from '@groundswell/clickhouse';
import { z } from 'zod';
import type { AlmostThere } from './connect-info.ts';
import type { Found } from './truth-check.ts';

/** What ClickHouse holds when the data is through. */

const transitionRow = z.object({
  account_id: z.string(),
  level: z.string(),
  kind: z.string(),
  at_ms: z.number(),
  touches_30d: z.number(),
  people_30d: z.number(),
});
const levelRow = z.object({ account_id: z.string(), level: z.string() });
const booksRow = z.object({ source: z.string(), accepted: z.number() }).catchall(z.union([z.number(), z.string()]));
const almostRow = z.object({ account_id: z.string(), name: z.string() });

const rows = async <Row>(clickhouse: ClickHouse, sql: string, row: z.ZodType<Row>): Promise<Row[]> =>
  row.array().parse(await clickhouse.query<unknown>(sql));

/** Everything the demo's truth speaks of. */
export async function readFound(clickhouse: ClickHouse): Promise<Found> {
  const [transitions, levels, books] = await Promise.all([
    rows(
      clickhouse,
      `SELECT account_id, level, kind, toUnixTimestamp64Milli(at) AS at_ms, touches_30d, people_30d
       FROM intensity_transitions`,
      transitionRow,
    ),
    rows(clickhouse, 'SELECT account_id, level FROM account_current', levelRow),
    rows(clickhouse, 'SELECT * FROM books', booksRow),
  ]);
  return {
    transitions: transitions.map(({ account_id, level, kind, at_ms, touches_30d, people_30d }) => {
      return { accountId: account_id, level, kind, at: at_ms, touches30d: touches_30d, people30d: people_30d };
    }),
    levels: levels.map(({ account_id, level }) => ({ accountId: account_id, level })),
    books: books.map(({ source, ...fates }) => ({ source, fates: numbersOf(fates) })),
  };
}

const numbersOf = (fields: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(Object.entries(fields).filter((field): field is [string, number] => typeof field[1] === 'number'));

/** The most active engaged account that a second person would make high-intensity; null: there is none. */
export async function readAlmostThere(clickhouse: ClickHouse): Promise<AlmostThere | null> {
  const [found] = await rows(
    clickhouse,
    `SELECT account_id, name FROM account_current
     WHERE level = 'engaged' AND people_30d = 1 AND NOT excluded AND position(account_id, '.') > 0
     ORDER BY score DESC, account_id LIMIT 1`,
    almostRow,
  );
  return found === undefined ? null : { accountId: found.account_id, name: found.name || found.account_id };
}

/** Whether the wall clock drives the log; false: the log waits for an importer's ticks. */
export async function runsLive(clickhouse: ClickHouse): Promise<boolean> {
  const modes = await rows(
    clickhouse,
    `SELECT argMax(clock_mode, (generation, offset)) AS mode FROM touch_log_rows
     WHERE kind = 'ClockModeSet' GROUP BY partition`,
    z.object({ mode: z.string() }),
  );
  return modes.every(({ mode }) => mode !== 'replay');
}

/** Whether a policy has been activated; without one nothing is judged. */
export async function hasPolicy(clickhouse: ClickHouse): Promise<boolean> {
  const [row] = await rows(clickhouse, 'SELECT count() AS policies FROM policies', z.object({ policies: z.number() }));
  return (row?.policies ?? 0) > 0;
}
