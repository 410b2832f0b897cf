import type { Readable } from 'node:stream';
import { CommandError } from '../command-error.ts';
import type { InputFile } from '../import/input.ts';
import { isObject } from '../import/prepare-record.ts';
import { type OpenedRecords, openRecords } from '../import/read-records.ts';
import type { TextEncoding } from '../import/text-encoding.ts';
import { type GuessedColumn, guessColumns } from './guess-columns.ts';
import type { Cell } from './guess-date.ts';

/** Rows that are looked at; a date that is written another way may still come later, and an import says so. */
const MAX_ROWS = 10_000;

export interface LookedAt {
  readonly columns: readonly GuessedColumn[];
  /** rows that were looked at, blank ones left out */
  readonly rows: number;
  readonly text: OpenedRecords['text'];
}

const unusable = (name: string, what: string, remedy: string): CommandError =>
  new CommandError({ what, where: name, remedy });

/** Looks at the header and the first rows of a CSV file. Throws CommandError when there is nothing to look at. */
export const lookAtCsv = async (file: InputFile, stdin: Readable, encoding?: TextEncoding): Promise<LookedAt> => {
  const opened = await openRecords(file, stdin, encoding);
  if (opened.format !== 'csv') throw unusable(file.name, 'this is no CSV file', 'export the table as CSV');
  const cells = new Map<string, Cell[]>();
  let rows = 0;
  for await (const item of opened.items) {
    if (!('value' in item) || !isObject(item.value) || Object.keys(item.value).length === 0) continue;
    rows += 1;
    for (const [column, text] of Object.entries(item.value)) {
      const known = cells.get(column) ?? [];
      known.push({ line: item.line, text: String(text) });
      cells.set(column, known);
    }
    if (rows >= MAX_ROWS) break;
  }
  const columns = opened.columns();
  if (columns === null || rows === 0) {
    const what = columns === null ? 'the file has no header that can be used' : 'the file has a header and no rows';
    throw unusable(file.name, what, 'the first line must name the columns, each once, and rows must follow it');
  }
  return {
    columns: guessColumns(
      columns.map((name) => ({ name, cells: cells.get(name) ?? [] })),
      rows,
    ),
    rows,
    text: opened.text,
  };
};
