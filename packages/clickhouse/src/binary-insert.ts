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

const insertStatement = (table: string, columns: readonly Column[]): string =>
  `INSERT INTO ${quoted(table)} (${columns.map(({ name }) => quoted(name)).join(', ')}) FORMAT RowBinary`;

const openTable = (table: string, columns: readonly TableColumn[]): OpenTable | null => {
  const given = columns.filter(({ default_kind: kind }) => kind !== 'MATERIALIZED' && kind !== 'ALIAS');
  const write = rowBinaryWriter(given);
  if (given.length === 0 || given.some(({ default_kind: kind }) => kind !== '') || !write) return null;
  return { statement: insertStatement(table, given), write, spare: null };
};

/** Rows of a table that are encoded already, in the order and with the types of `columns`. The others get their defaults. */
export interface EncodedRows {
  readonly table: string;
  readonly columns: readonly Column[];
  /** whole rows, one after the other */
  readonly bytes: readonly Buffer[];
}

/** Inserts rows in ClickHouse's binary format. Tables are looked up once, and again after an insert that failed. */
export class BinaryInserts {
  readonly #access: TableAccess;
  readonly #tables = new Map<string, Promise<OpenTable | null>>();
  /** of encoded rows: columns that were found to be those of their table */
  readonly #checked = new WeakSet<readonly Column[]>();

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

  /** Throws ClickHouseFailure, a wrong statement, when the columns are not of these types: the bytes would mean something else. */
  async insertEncoded({ table, columns, bytes }: EncodedRows): Promise<void> {
    try {
      if (!this.#checked.has(columns)) await this.#check(table, columns);
      await this.#access.send(insertStatement(table, columns), Readable.from(bytes, { objectMode: false }));
    } catch (error) {
      this.#checked.delete(columns);
      throw error;
    }
  }

  async #check(table: string, columns: readonly Column[]): Promise<void> {
    const types = new Map((await this.#access.columnsOf(table)).map(({ name, type }) => [name, type]));
    const other = columns.find(({ name, type }) => types.get(name) !== type);
    if (other) {
      const message = `${table}.${other.name} is ${types.get(other.name) ?? 'missing'}, and was encoded as ${other.type}`;
      throw new ClickHouseFailure({ kind: 'statement', code: 'UNFIT_COLUMN', message, cause: other });
    }
    this.#checked.add(columns);
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
