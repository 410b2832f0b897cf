import { ClickHouseFailure, openClickHouse, type QueryParams } from '@groundswell/clickhouse';
import type { z } from 'zod';
import { CommandError } from '../command-error.ts';
import type { ClickHouseLogin } from './stack-address.ts';

export interface Query<Row> {
  /** parameters stand in it as {name:Type} */
  readonly sql: string;
  readonly parameters?: QueryParams;
  readonly row: z.ZodType<Row>;
}

/** Read access to the tables and views. */
export interface Reader {
  /** Rows, parsed. Throws CommandError when ClickHouse cannot be reached, refuses, or answers another shape. */
  rows<Row>(query: Query<Row>): Promise<Row[]>;
  close(): Promise<void>;
}

const UNKNOWN_NAMES = new Set(['UNKNOWN_TABLE', 'UNKNOWN_DATABASE', 'UNKNOWN_FUNCTION', 'UNKNOWN_IDENTIFIER']);
const REFUSED = new Set(['AUTHENTICATION_FAILED', 'REQUIRED_PASSWORD', 'ACCESS_DENIED', 'UNKNOWN_USER']);

const remedyFor = ({ kind, code }: ClickHouseFailure): string => {
  if (UNKNOWN_NAMES.has(code)) {
    return 'the tables are made by clickhouse-sink when it starts: is it running, and as new as this command?';
  }
  if (REFUSED.has(code)) {
    return 'check GROUNDSWELL_CLICKHOUSE_READER_USER and GROUNDSWELL_CLICKHOUSE_READER_PASSWORD';
  }
  return kind === 'unavailable'
    ? 'is the stack running? `npx -y pnpm@12 start` starts one; `groundswell doctor` says what is reachable'
    : 'see the log of ClickHouse for this query';
};

/** Opens a reader. Nothing is sent before the first query. */
export const openReader = (login: ClickHouseLogin): Reader => {
  const client = openClickHouse(login);
  const where = `${login.url}, database ${login.database}, user ${login.username}`;
  return {
    async rows({ sql, parameters, row }) {
      const found = await client.query<unknown>(sql, parameters).catch((error: unknown) => {
        if (!(error instanceof ClickHouseFailure)) throw error;
        throw new CommandError({
          what: error.kind === 'unavailable' ? 'cannot reach ClickHouse' : 'ClickHouse refused the query',
          where: `${where}: ${error.message}`,
          remedy: remedyFor(error),
          cause: error,
        });
      });
      const parsed = row.array().safeParse(found);
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      throw new CommandError({
        what: 'ClickHouse answered rows of another shape than this command expects',
        where: `${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
        remedy: 'the tables are of another version than this command: update both to the same commit',
      });
    },
    close: () => client.close(),
  };
};
