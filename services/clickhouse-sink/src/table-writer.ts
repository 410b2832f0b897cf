import { type ClickHouse, ClickHouseFailure } from '@groundswell/clickhouse';
import type { TableRow } from './adapters/topic-adapter.ts';
import type { DirectRows } from './batch-reader.ts';
import { persist } from './persist.ts';
import type { ReadRecord } from './topic-reader.ts';

/** A record with a row that ClickHouse does not take, and what it said. */
export interface RefusedRecord {
  readonly record: ReadRecord;
  readonly message: string;
}

export interface TableWriterOptions {
  readonly clickhouse: Pick<ClickHouse, 'insert' | 'insertEncoded'>;
  readonly signal: AbortSignal;
  readonly onInsert: (table: string, rows: number) => void;
  /** ClickHouse could not be reached, or had no room; the insert is tried again */
  readonly onOutage: (table: string, error: unknown, attempt: number) => void;
}

interface OwnedRow {
  readonly row: TableRow['row'];
  readonly record: ReadRecord;
}

const byTable = (records: readonly ReadRecord[]): Map<string, OwnedRow[]> => {
  const tables = new Map<string, OwnedRow[]>();
  for (const record of records) {
    for (const { table, row } of record.rows) {
      const rows = tables.get(table);
      if (rows) rows.push({ row, record });
      else tables.set(table, [{ row, record }]);
    }
  }
  return tables;
};

const isRefusal = (error: unknown): error is ClickHouseFailure =>
  error instanceof ClickHouseFailure && error.kind === 'data';

const isOutage = (error: unknown): boolean => error instanceof ClickHouseFailure && error.retryable;

/**
 * Inserts rows, one insert per table, tables side by side. Waits out outages. When ClickHouse refuses values, halves the
 * batch until the rows at fault stand alone and writes the others: the adapters check what they can, this is for the rest.
 */
export class TableWriter {
  readonly #options: TableWriterOptions;

  constructor(options: TableWriterOptions) {
    this.#options = options;
  }

  /** Resolves when all rows are acknowledged but those of the records returned. Throws ClickHouseFailure for wrong tables or rights. */
  async write(records: readonly ReadRecord[], direct: readonly DirectRows[]): Promise<RefusedRecord[]> {
    const tables = [...byTable(records)];
    const encoded = [...Map.groupBy(direct, ({ rows }) => rows.columns).values()];
    const refused = await Promise.all([
      ...tables.map(([table, rows]) => this.#insert(table, rows)),
      ...encoded.map((rows) => this.#insertEncoded(rows)),
    ]);
    return refused.flat();
  }

  /** Rows of one table. Refused ones cannot be told apart by their bytes: all go the way that can. */
  async #insertEncoded(direct: readonly DirectRows[]): Promise<RefusedRecord[]> {
    const [first] = direct;
    if (!first) return [];
    const { table, columns } = first.rows;
    const bytes = direct.flatMap(({ rows }) => rows.bytes);
    try {
      await this.#persist(table, () => this.#options.clickhouse.insertEncoded({ table, columns, bytes }));
      this.#options.onInsert(
        table,
        direct.reduce((sum, { count }) => sum + count, 0),
      );
      return [];
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const records = direct.flatMap((rows) => rows.records());
      return this.#insert(table, byTable(records).get(table) ?? []);
    }
  }

  /** Waits out outages. */
  #persist(table: string, insert: () => Promise<void>): Promise<void> {
    const { signal, onOutage } = this.#options;
    return persist(insert, {
      worthwhile: isOutage,
      onFailure: (error, attempt) => onOutage(table, error, attempt),
      signal,
    });
  }

  async #insert(table: string, rows: readonly OwnedRow[]): Promise<RefusedRecord[]> {
    const values = rows.map(({ row }) => row);
    try {
      await this.#persist(table, () => this.#options.clickhouse.insert(table, values));
      this.#options.onInsert(table, rows.length);
      return [];
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return this.#isolate(table, rows, error);
    }
  }

  async #isolate(table: string, rows: readonly OwnedRow[], failure: ClickHouseFailure): Promise<RefusedRecord[]> {
    const [first] = rows;
    if (!first) return [];
    if (rows.length === 1) return [{ record: first.record, message: `${table}: ${failure.message}` }];
    const half = Math.ceil(rows.length / 2);
    return [...(await this.#insert(table, rows.slice(0, half))), ...(await this.#insert(table, rows.slice(half)))];
  }
}
