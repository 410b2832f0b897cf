import type { Readable } from 'node:stream';
import { type CsvOptions, type ReadItem, readCsv, readNdjson } from '@groundswell/interchange';
import { CommandError } from '../command-error.ts';
import { type InputFile, openInput } from './input.ts';

export type Format = 'ndjson' | 'csv';

/** The records of an input, one pass. */
export interface OpenedRecords {
  readonly format: Format;
  readonly items: AsyncGenerator<ReadItem>;
  /** the first record that can be read; undefined when the first one cannot, or there is none */
  readonly first: unknown;
  readonly bytesRead: () => number;
}

const extensions: Readonly<Record<string, Format>> = {
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  csv: 'csv',
  tsv: 'csv',
};

const SPACES = /^[\s\ufeff]+/;

/** Format by the file's extension (before .gz), else by the first character of its content. */
export const sniffFormat = (name: string, head: string): Format => {
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const first = head.replace(SPACES, '').at(0);
  if (first === '[') {
    throw new CommandError({
      what: 'this is a JSON array, not one JSON object a line',
      where: name,
      remedy: "turn it into lines first: jq -c '.[]' FILE | groundswell import -",
    });
  }
  return extensions[extension] ?? (first === '{' || first === undefined ? 'ndjson' : 'csv');
};

const delimiters = [',', ';', '\t', '|'] as const;

/** The delimiter of a CSV file: the first of the usual ones that its header holds. */
export const sniffDelimiter = (head: string): NonNullable<CsvOptions['delimiter']> => {
  const header = head.split(/\r?\n/, 1)[0] ?? '';
  return delimiters.find((delimiter) => header.includes(delimiter)) ?? ',';
};

async function* chain<T>(first: readonly T[], rest: AsyncGenerator<T>): AsyncGenerator<T> {
  yield* first;
  yield* rest;
}

/** Takes the first item off a generator; the generator that is returned still begins with it. */
const peek = async <T>(items: AsyncGenerator<T>): Promise<{ first: T | undefined; items: AsyncGenerator<T> }> => {
  const next = await items.next();
  return next.done ? { first: undefined, items } : { first: next.value, items: chain([next.value], items) };
};

/** Opens a file, or stdin, as records: NDJSON or CSV, compressed or not. */
export const openRecords = async (file: InputFile, stdin: Readable): Promise<OpenedRecords> => {
  const input = openInput(file, stdin);
  const content = await peek(input.content);
  const head = content.first?.toString('utf8') ?? '';
  const format = sniffFormat(file.name, head);
  const read =
    format === 'csv' ? readCsv(content.items, { delimiter: sniffDelimiter(head) }) : readNdjson(content.items);
  const { first, items } = await peek(read);
  return {
    format,
    items,
    first: first !== undefined && 'value' in first ? first.value : undefined,
    bytesRead: input.bytesRead,
  };
};
