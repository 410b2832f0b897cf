import { finished } from 'node:stream/promises';
import { ClickHouseLogLevel, type ClickHouseSettings, createClient } from '@clickhouse/client';
import { BinaryInserts, type EncodedRows, type TableColumn } from './binary-insert.ts';
import { toFailure } from './clickhouse-failure.ts';
import type { Row } from './row-binary.ts';

export interface ClickHouseConfig {
  /** http(s)://host:port, without credentials */
  readonly url: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  /** ms a statement may take; 120 s unless told */
  readonly requestTimeoutMs?: number;
}

/** A parameter of `{name:Type}`. A Date is an instant with milliseconds. */
export type QueryParam = string | number | boolean | Date | null | readonly QueryParam[];
export type QueryParams = Readonly<Record<string, QueryParam>>;

/** The one way to ClickHouse. Every method throws ClickHouseFailure. */
export interface ClickHouse {
  readonly database: string;
  /**
   * All rows of a SELECT. Instants come as ISO 8601 text with Z, 64-bit integers as numbers (exact up to 2^53), decimals as
   * numbers. `Selected` is what the statement selects: the caller's word, ClickHouse checks nothing.
   */
  query<Selected>(sql: string, params?: QueryParams): Promise<Selected[]>;
  /**
   * Inserts rows as one block or a few; resolves when they are acknowledged. Instants are epoch ms; keys are column names;
   * a column that a row does not name gets its default.
   */
  insert(table: string, rows: readonly Row[]): Promise<void>;
  /** The same for rows that are encoded already. */
  insertEncoded(rows: EncodedRows): Promise<void>;
  /** A statement without a result. */
  command(sql: string, params?: QueryParams): Promise<void>;
  /** The same server and user, another database. Closed on its own. */
  inDatabase(database: string): ClickHouse;
  close(): Promise<void>;
}

const settings: ClickHouseSettings = {
  date_time_output_format: 'iso',
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_decimals: 0,
  // An error in the middle of a result is an error, not a short result.
  wait_end_of_query: 1,
};

const insertSettings: ClickHouseSettings = {
  // An import touches many months at once; the default limit of 100 partitions would refuse it for ever.
  max_partitions_per_insert_block: '0',
};

const COLUMNS = `SELECT name, type, default_kind FROM system.columns
  WHERE database = {database:String} AND table = {table:String} ORDER BY position`;

const orFailure = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work;
  } catch (error) {
    throw toFailure(error);
  }
};

/** Opens a pool of connections; nothing is sent until the first statement. */
export const openClickHouse = (config: ClickHouseConfig): ClickHouse => {
  const client = createClient({
    url: config.url,
    database: config.database,
    username: config.username,
    password: config.password,
    application: 'groundswell',
    request_timeout: config.requestTimeoutMs ?? 120_000,
    clickhouse_settings: settings,
    // Failures are thrown; the caller logs them with what it was doing.
    log: { level: ClickHouseLogLevel.OFF },
  });
  const query = async <Selected>(sql: string, params: QueryParams = {}): Promise<Selected[]> => {
    const result = await orFailure(client.query({ query: sql, query_params: params, format: 'JSONEachRow' }));
    return orFailure(result.json<Selected>());
  };
  const binary = new BinaryInserts({
    columnsOf: (table) => query<TableColumn>(COLUMNS, { database: config.database, table }),
    send: async (query, values) => {
      const { stream } = await orFailure(client.exec({ query, values, clickhouse_settings: insertSettings }));
      // There is nothing in it, but the connection is free only when it has been read.
      await orFailure(finished(stream.resume()));
    },
  });
  return {
    database: config.database,
    query,
    insert: async (table, rows) => {
      if (rows.length === 0 || (await binary.insert(table, rows))) return;
      await orFailure(
        client.insert({ table, values: rows, format: 'JSONEachRow', clickhouse_settings: insertSettings }),
      );
    },
    insertEncoded: (rows) => binary.insertEncoded(rows),
    command: async (query, params = {}) => {
      await orFailure(client.command({ query, query_params: params }));
    },
    inDatabase: (database) => openClickHouse({ ...config, database }),
    close: () => client.close(),
  };
};
