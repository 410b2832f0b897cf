import { Readable } from 'node:stream';
import { ClickHouseFailure } from './clickhouse-failure.ts';
import { type Column, type Row, rowBinaryWriter, UnfitValue } from './row-binary.ts';
import { RowBytes } from './row-bytes.ts';

/** A column with how it gets its value when an insert does not name it: empty, DEFAULT, MATERIALIZED or ALIAS. */
export interface TableColumn extends Column {
  readonly default_kind: string;
}

export interface TableAccess {
  columnsOf(table: string): Promise<readonly TableColumn[]>;
  /** Sends the statement with the bytes behind it. Throws ClickHouseFailure. */
  send(statement: string, body: Readable): Promise<void>;
}

interface OpenTable {
  readonly statement: string;
  readonly write: (out: RowBytes, row: Row) => void;
  /** kept for the next insert */
  spare: RowBytes | null;
}

/** A buffer that an unusual insert made larger than this is let go. */
const MAX_SPARE_BYTES = 16 * 1024 * 1024;

const quoted = (name: string): string => `\`${name.replaceAll('`', '\\`')}\``;

const openTable = (table: string, columns: readonly TableColumn[]): OpenTable | null => {
  const given = columns.filter(({ default_kind: kind }) => kind !== 'MATERIALIZED' && kind !== 'ALIAS');
  const write = rowBinaryWriter(given);
  if (given.length === 0 || given.some(({ default_kind: kind }) => kind !== '') || !write) return null;
  const names = given.map(({ name }) => quoted(name)).join(', ');
  return { statement: `INSERT INTO ${quoted(table)} (${names}) FORMAT RowBinary`, write, spare: null };
};

/** Inserts rows in ClickHouse's binary format. Tables are looked up once, and again after an insert that failed. */
export class BinaryInserts {
  readonly #access: TableAccess;
  readonly #tables = new Map<string, Promise<OpenTable | null>>();

  constructor(access: TableAccess) {
    this.#access = access;
  }

  /** False, and nothing is inserted, when the table has columns that only ClickHouse itself can fill or read from text. */
  async insert(table: string, rows: readonly Row[]): Promise<boolean> {
    try {
      const open = await this.#open(table);
      if (!open) {
        this.#tables.delete(table);
        return false;
      }
      const bytes = open.spare ?? new RowBytes();
      open.spare = null;
      bytes.clear();
      writeAll(open, rows, bytes);
      await this.#access.send(open.statement, Readable.from(bytes.written, { objectMode: false }));
      // Only now: after a failure the connection may still hold it.
      if (bytes.capacity <= MAX_SPARE_BYTES) open.spare = bytes;
      return true;
    } catch (error) {
      this.#tables.delete(table);
      throw error;
    }
  }

  #open(table: string): Promise<OpenTable | null> {
    const known = this.#tables.get(table);
    if (known !== undefined) return known;
    const opening = this.#access.columnsOf(table).then((columns) => openTable(table, columns));
    this.#tables.set(table, opening);
    return opening;
  }
}

const writeAll = ({ write }: OpenTable, rows: readonly Row[], bytes: RowBytes): void => {
  try {
    for (const row of rows) write(bytes, row);
  } catch (error) {
    if (!(error instanceof UnfitValue)) throw error;
    throw new ClickHouseFailure({ kind: 'data', code: 'UNFIT_VALUE', message: error.message, cause: error });
  }
};
