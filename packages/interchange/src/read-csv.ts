import { CsvRows } from './csv-rows.ts';
import { LineSplitter } from './line-splitter.ts';
import type { ReadItem } from './read-item.ts';

export interface CsvOptions {
  /** one ASCII character; a comma unless given */
  readonly delimiter?: ',' | ';' | '\t' | '|';
  /** told the names of the columns, once they are read */
  readonly onHeader?: (columns: readonly string[]) => void;
}

/**
 * Reads CSV (RFC 4180, first row: column names) as a stream: one item for each row that is not blank, in order; its value is
 * an object of the cells that are not empty, all text. A row that cannot be read is a rejection and the rest goes
 * on; after an unusable header nothing follows. Takes \n and \r\n (inside cells both read as \n) and a byte-order
 * mark, and leaves out a line `sep=;` in front of the header. Holds one row at a time (256 KiB).
 */
export async function* readCsv(chunks: AsyncIterable<Buffer>, options: CsvOptions = {}): AsyncGenerator<ReadItem> {
  const splitter = new LineSplitter();
  const rows = new CsvRows(options.delimiter ?? ',', options.onHeader);
  for await (const chunk of chunks) {
    for (const line of splitter.push(chunk)) yield* rows.push(line);
    if (rows.ended) return;
  }
  for (const line of splitter.end()) yield* rows.push(line);
  yield* rows.end();
}
