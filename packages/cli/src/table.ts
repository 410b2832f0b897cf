import stringWidth from 'string-width';
import type { Paint, Tone } from './terminal.ts';

export interface Column {
  readonly header: string;
  readonly align?: 'left' | 'right';
  /** widest a cell may get; longer text is cut with an ellipsis */
  readonly max?: number;
}

export interface ToneCell {
  readonly text: string;
  readonly tone: Tone;
}

export type Cell = string | number | ToneCell;

const GAP = '  ';
const ELLIPSIS = '…';

const isToneCell = (cell: Cell): cell is ToneCell => typeof cell === 'object';

// Names come from outside: a control character in one must not be able to move the cursor or set a colour.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** Text from outside on one line, without control characters. */
export const printable = (text: string): string => text.replace(controlCharacters, ' ');

/** JSON on one line, its control characters written as JSON writes them: as safe to show, and still the same record. */
export const printableJson = (line: string): string =>
  line.replace(controlCharacters, (run) =>
    [...run].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  );

/** Cuts a text to a display width, counting wide characters as two. */
export const cut = (text: string, width: number): string => {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const size = stringWidth(character);
    if (used + size > width - 1) break;
    kept += character;
    used += size;
  }
  return `${kept}${ELLIPSIS}`;
};

const pad = (text: string, width: number, align: Column['align']): string => {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? `${space}${text}` : `${text}${space}`;
};

const cellText = (cell: Cell, column: Column): string => {
  const text = printable(isToneCell(cell) ? cell.text : String(cell));
  return column.max === undefined ? text : cut(text, column.max);
};

/**
 * Lines of an aligned table: a header, then one line a row, two spaces between columns, nothing at line ends.
 * Every row must have one cell per column.
 */
export const renderTable = (columns: readonly Column[], rows: readonly (readonly Cell[])[], paint: Paint): string => {
  const texts = rows.map((row) => columns.map((column, index) => cellText(row[index] ?? '', column)));
  const widths = columns.map((column, index) =>
    texts.reduce((width, row) => Math.max(width, stringWidth(row[index] ?? '')), stringWidth(column.header)),
  );
  const line = (cells: readonly string[], tones: readonly (Tone | undefined)[]): string => {
    const last = cells.length - 1;
    return cells
      .map((text, index) => {
        const column = columns[index];
        const width = index === last && column?.align !== 'right' ? 0 : (widths[index] ?? 0);
        const padded = pad(text, width, column?.align);
        const tone = tones[index];
        return tone === undefined || text === '' ? padded : paint(tone, padded);
      })
      .join(GAP)
      .trimEnd();
  };
  const header = line(
    columns.map((column) => column.header),
    columns.map(() => 'bold'),
  );
  const body = texts.map((row, index) =>
    line(
      row,
      (rows[index] ?? []).map((cell) => (isToneCell(cell) ? cell.tone : undefined)),
    ),
  );
  return `${[header, ...body].join('\n')}\n`;
};

/** Lines of `name  value` pairs, names aligned. */
export const renderPairs = (pairs: readonly (readonly [string, Cell])[], paint: Paint): string => {
  const width = pairs.reduce((widest, [name]) => Math.max(widest, stringWidth(name)), 0);
  return pairs
    .map(([name, cell]) => {
      const text = printable(isToneCell(cell) ? cell.text : String(cell));
      const value = isToneCell(cell) ? paint(cell.tone, text) : text;
      return `${paint('dim', pad(name, width, 'left'))}${GAP}${value}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join('');
};
