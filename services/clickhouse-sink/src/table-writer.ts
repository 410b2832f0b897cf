import { type ClickHouse, ClickHouseFailure } from '@groundswell/clickhouse';
import type { TableRow } from './adapters/topic-adapter.ts';
import { persist } from './persist.ts';
import type { ReadRecord } from './topic-reader.ts';

/** A record with a row that ClickHouse does not take, and what it said. */
export interface RefusedRecord {
  readonly record: ReadRecord;
  readonly message: string;
}

export interface TableWriterOptions {
  readonly clickhouse: Pick<ClickHouse, 'insert'>;
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
  async write(records: readonly ReadRecord[]): Promise<RefusedRecord[]> {
    const tables = [...byTable(records)];
    const refused = await Promise.all(tables.map(([table, rows]) => this.#insert(table, rows)));
    return refused.flat();
  }

  async #insert(table: string, rows: readonly OwnedRow[]): Promise<RefusedRecord[]> {
    const { clickhouse, signal, onInsert, onOutage } = this.#options;
    const values = rows.map(({ row }) => row);
    try {
      await persist(() => clickhouse.insert(table, values), {
        worthwhile: isOutage,
        onFailure: (error, attempt) => onOutage(table, error, attempt),
        signal,
      });
      onInsert(table, rows.length);
      return [];
    } catch (error) {
      if (!(error instanceof ClickHouseFailure) || error.kind !== 'data') throw error;
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
