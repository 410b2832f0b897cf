import type { Readable } from 'node:stream';
import { type ReadItem, readCsv, readNdjson } from '@groundswell/interchange';
import { CommandError } from '../command-error.ts';
import { type InputFile, openInput } from './input.ts';
import { inUtf8, sniffText, type TextEncoding, type TextFacts } from './text-encoding.ts';

export type Format = 'ndjson' | 'csv';

/** The records of an input, one pass. */
export interface OpenedRecords {
  readonly format: Format;
  readonly items: AsyncGenerator<ReadItem>;
  /** the first record that can be read; undefined when the first one cannot, or there is none */
  readonly first: unknown;
  /** of a CSV file; null: it is NDJSON, or has no header that can be used */
  readonly columns: () => readonly string[] | null;
  readonly text: TextFacts & { readonly delimiter: Delimiter | null };
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
export type Delimiter = (typeof delimiters)[number];

/** How often a delimiter stands in a text, outside quotes. */
const occurrences = (text: string, delimiter: string): number =>
  text.replaceAll(/"[^"]*"/g, '').split(delimiter).length - 1;

/** The delimiter of a CSV file: what a line `sep=;` says, else the most frequent one of the header. */
export const sniffDelimiter = (head: string): Delimiter => {
  const [first = '', second = ''] = head.replace(SPACES, '').split(/\r?\n/, 2);
  const told = delimiters.find((delimiter) => first.toLowerCase() === `sep=${delimiter}`);
  const header = told === undefined ? first : second;
  const [best] = delimiters
    .map((delimiter) => ({ delimiter, count: occurrences(header, delimiter) }))
    .sort((a, b) => b.count - a.count);
  return told ?? (best && best.count > 0 ? best.delimiter : ',');
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

/** Opens a file, or stdin, as records: NDJSON or CSV, compressed or not, in any encoding that spreadsheets write. */
export const openRecords = async (
  file: InputFile,
  stdin: Readable,
  encoding?: TextEncoding,
): Promise<OpenedRecords> => {
  const input = openInput(file, stdin);
  const content = await peek(input.content);
  const head = content.first ?? Buffer.alloc(0);
  const facts = sniffText(head, encoding);
  const beginning = new TextDecoder(facts.encoding).decode(head, { stream: true });
  const format = sniffFormat(file.name, beginning);
  const bytes = facts.encoding === 'utf-8' ? content.items : inUtf8(content.items, facts.encoding);
  const delimiter = format === 'csv' ? sniffDelimiter(beginning) : null;
  let columns: readonly string[] | null = null;
  const onHeader = (names: readonly string[]): void => {
    columns = names;
  };
  const read = delimiter === null ? readNdjson(bytes) : readCsv(bytes, { delimiter, onHeader });
  const { first, items } = await peek(read);
  return {
    format,
    items,
    first: first !== undefined && 'value' in first ? first.value : undefined,
    columns: () => columns,
    text: { ...facts, delimiter },
    bytesRead: input.bytesRead,
  };
};
