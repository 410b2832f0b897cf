import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { type Line, MAX_RECORD_BYTES } from './line-splitter.ts';
import { isBlank, type ReadItem, tooLong } from './read-item.ts';
import type { Rejection } from './rejection.ts';

const QUOTE = 0x22;

type QuoteState = 'field start' | 'plain' | 'quoted' | 'quote inside';

const nextState = (state: QuoteState, byte: number, delimiter: number): QuoteState => {
  switch (state) {
    case 'quoted':
      return byte === QUOTE ? 'quote inside' : 'quoted';
    case 'quote inside':
      if (byte === QUOTE) return 'quoted';
      return byte === delimiter ? 'field start' : 'plain';
    case 'field start':
      if (byte === QUOTE) return 'quoted';
      return byte === delimiter ? 'field start' : 'plain';
    case 'plain':
      return byte === delimiter ? 'field start' : 'plain';
  }
};

/** Whether a quoted cell is still open at the end of `line`, given whether one was at its beginning. */
const endsQuoted = (line: Buffer, beginsQuoted: boolean, delimiter: number): boolean => {
  if (line.indexOf(QUOTE) < 0) return beginsQuoted;
  let state: QuoteState = beginsQuoted ? 'quoted' : 'field start';
  for (const byte of line) state = nextState(state, byte, delimiter);
  return state === 'quoted';
};

/** `sep=;` in front of the header tells some spreadsheets the delimiter. It is no row. */
const isSeparatorLine = (bytes: Buffer): boolean => bytes.length === 5 && /^sep=.$/i.test(bytes.toString('latin1'));

interface Row {
  /** physical lines: more than one when a quoted cell holds line breaks */
  readonly lines: readonly Line[];
  readonly bytes: Buffer;
}

const NEWLINE = Buffer.from('\n');

const rowOf = (lines: readonly Line[]): Row => {
  const [only] = lines;
  const bytes = lines.flatMap((line, index) => (index === 0 ? [line.bytes] : [NEWLINE, line.bytes]));
  return { lines, bytes: lines.length === 1 && only ? only.bytes : Buffer.concat(bytes) };
};

const unreadable = (message: string): Rejection => ({ reason: 'unreadable_csv', message });

const misplacedQuote = unreadable('a quote stands where none may stand');

/** The cells of one row. */
const readCells = (
  bytes: Buffer,
  { delimiter, tooLong: isTooLong }: { delimiter: string; tooLong: boolean },
): readonly string[] | Rejection => {
  if (isTooLong) return tooLong;
  if (!isUtf8(bytes)) return { reason: 'not_utf8', message: 'the row is not UTF-8 text' };
  const text = bytes.toString('utf8');
  // Most rows hold no quote, and then there is nothing to interpret.
  if (!text.includes('"')) return text.split(delimiter);
  try {
    const rows = parse(text, { delimiter, record_delimiter: '\n', relax_column_count: true });
    const [cells] = rows;
    return rows.length === 1 && cells ? cells : misplacedQuote;
  } catch {
    return misplacedQuote;
  }
};

/** Names of the columns; a column without one is called by its number. */
const headerOf = (cells: readonly string[]): readonly string[] | Rejection => {
  const names = cells.map((cell, index) => cell.trim() || `column_${index + 1}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? names : unreadable(`column ${JSON.stringify(twice)} is there twice`);
};

/** Cells under their names, the empty ones left out: an empty cell means absent. */
const objectOf = (header: readonly string[], cells: readonly string[]): Record<string, string> =>
  Object.fromEntries(cells.flatMap((cell, index) => (cell === '' ? [] : [[header[index] ?? '', cell]])));

/**
 * Puts the lines of a CSV file together to rows, and reads them. Holds at most one row (256 KiB).
 * When a row that spans lines cannot be read its opening quote was wrong: only its first line is rejected, and reading
 * goes on with the second, so that one stray quote does not swallow what follows.
 */
export class CsvRows {
  readonly #delimiter: string;
  readonly #onHeader: ((columns: readonly string[]) => void) | undefined;
  #header: readonly string[] | null = null;
  #open: Line[] = [];
  #openBytes = 0;
  #ended = false;

  constructor(delimiter: string, onHeader?: (columns: readonly string[]) => void) {
    this.#delimiter = delimiter;
    this.#onHeader = onHeader;
  }

  /** true after an unusable header: nothing that follows can be read. */
  get ended(): boolean {
    return this.#ended;
  }

  push(line: Line): ReadItem[] {
    return this.#work([line], false);
  }

  end(): ReadItem[] {
    return this.#work([], true);
  }

  #work(lines: readonly Line[], atEnd: boolean): ReadItem[] {
    const items: ReadItem[] = [];
    let queue = [...lines];
    let next = 0;
    const giveUpQuote = (): void => {
      const [first, ...rest] = this.#take();
      if (first) items.push({ line: first.line, bytes: first.bytes, rejection: unreadable('a quote is never closed') });
      queue = [...rest, ...queue.slice(next)];
      next = 0;
    };
    while (!this.#ended) {
      const line = queue[next];
      if (!line && !(atEnd && this.#open.length > 0)) break;
      if (!line || (this.#open.length > 0 && this.#openBytes + line.bytes.length > MAX_RECORD_BYTES)) {
        giveUpQuote();
        continue;
      }
      next += 1;
      const row = this.#add(line);
      if (!row) continue;
      const item = this.#read(row);
      if (item && 'rejection' in item && row.lines.length > 1) {
        items.push({ ...item, bytes: row.lines[0]?.bytes ?? item.bytes });
        queue = [...row.lines.slice(1), ...queue.slice(next)];
        next = 0;
      } else if (item) items.push(item);
    }
    return items;
  }

  /** The row that this line completes. */
  #add(line: Line): Row | null {
    const quoted = this.#open.length > 0;
    if (line.tooLong && !quoted) return rowOf([line]);
    this.#open.push(line);
    this.#openBytes += line.bytes.length + 1;
    if (endsQuoted(line.bytes, quoted, this.#delimiter.charCodeAt(0))) return null;
    return rowOf(this.#take());
  }

  #take(): Line[] {
    const lines = this.#open;
    this.#open = [];
    this.#openBytes = 0;
    return lines;
  }

  /** null: a blank line, or the header. */
  #read({ lines, bytes }: Row): ReadItem | null {
    const place = { line: lines[0]?.line ?? 0, bytes };
    if (isBlank(bytes) || (!this.#header && isSeparatorLine(bytes))) return null;
    const cells = readCells(bytes, { delimiter: this.#delimiter, tooLong: lines[0]?.tooLong ?? false });
    if (!this.#header) return this.#readHeader(cells, place);
    if ('reason' in cells) return { ...place, rejection: cells };
    if (cells.length === this.#header.length) return { ...place, value: objectOf(this.#header, cells) };
    const message = `the row has ${cells.length} cells, the header ${this.#header.length}`;
    return { ...place, rejection: unreadable(message) };
  }

  #readHeader(cells: readonly string[] | Rejection, place: { line: number; bytes: Buffer }): ReadItem | null {
    const header = 'reason' in cells ? cells : headerOf(cells);
    if ('reason' in header) {
      this.#ended = true;
      return { ...place, rejection: { ...header, message: `the file has no usable header: ${header.message}` } };
    }
    this.#header = header;
    this.#onHeader?.(header);
    return null;
  }
}
