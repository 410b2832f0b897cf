import { type Column, RowBytes } from '@groundswell/clickhouse';

/** A table that rows are encoded for, with the columns they have, in order; the table's others take their defaults. */
export interface DirectTable {
  readonly table: string;
  readonly columns: readonly Column[];
  /** about how many bytes a row takes: what is set aside at first */
  readonly rowBytes: number;
}

/** Columns by name and type. */
export const columnsOf = (types: Readonly<Record<string, string>>): readonly Column[] =>
  Object.entries(types).map(([name, type]) => ({ name, type }));

/** What all records of a batch have in common. */
export interface BatchPlace {
  readonly generation: number;
  readonly partition: number;
  /** epoch ms, the sink's clock */
  readonly ingestedAt: number;
}

/** The rows of one batch, as bytes per table, and where the record stands that is being encoded. */
export class DirectOutput {
  readonly tables: readonly DirectTable[];
  readonly place: BatchPlace;
  readonly rows: readonly RowBytes[];
  offset = 0;
  /** epoch ms, the broker's stamp */
  appendedAt = 0;
  /** records that were encoded */
  records = 0;
  readonly #starts: number[];

  /** @param expected records that are to come, about */
  constructor(tables: readonly DirectTable[], place: BatchPlace, expected: number) {
    this.tables = tables;
    this.place = place;
    this.rows = tables.map(({ rowBytes }) => new RowBytes(Math.max(1, expected) * rowBytes));
    this.#starts = tables.map(() => 0);
  }

  /** Begins a record. */
  begin(offset: number, appendedAt: number): void {
    this.offset = offset;
    this.appendedAt = appendedAt;
    for (let at = 0; at < this.rows.length; at += 1) this.#starts[at] = this.rows[at]?.length ?? 0;
  }

  /** Takes back what was written of the record. */
  undo(): void {
    for (let at = 0; at < this.rows.length; at += 1) this.rows[at]?.truncate(this.#starts[at] ?? 0);
  }
}
