import { parseTime } from '@groundswell/interchange';
import { compileDateFormat } from '@groundswell/sources';

/** A value and the line it stands in. */
export interface Cell {
  readonly line: number;
  readonly text: string;
}

/** How the times of a column are written. */
export interface DateGuess {
  /** formats that fit equally well: more than one when day and month cannot be told apart; none: as the interchange format has it */
  readonly formats: readonly string[];
  /** seconds since 1970 */
  readonly epochSeconds: boolean;
  /** a value that shows which of day and month comes first, where that was in question */
  readonly because: Cell | null;
  /** whether every value says its offset: then the zone of the source does not matter */
  readonly hasOffset: boolean;
  /** the first few values that fit no format that was found */
  readonly misfits: readonly Cell[];
  readonly misfitCount: number;
}

const DATES = [
  'YYYY-M-D',
  'YYYY/M/D',
  'D.M.YYYY',
  'D.M.YY',
  'D/M/YYYY',
  'M/D/YYYY',
  'D/M/YY',
  'M/D/YY',
  'D-M-YYYY',
  'M-D-YYYY',
  'D MMM YYYY',
  'D-MMM-YYYY',
  'D-MMM-YY',
  'MMM D, YYYY',
] as const;
const TIMES = ['', ' H:mm', ' H:mm:ss', ' h:mm A', ' h:mm:ss A', ' H:mm:ss.SSS'] as const;
/** As warehouses write it; an offset proper needs no format. */
const WITH_ZONE = ['YYYY-MM-DD HH:mm:ss.SSS [UTC]', 'YYYY-MM-DD HH:mm:ss [UTC]'];

const formats = [...DATES.flatMap((date) => TIMES.map((time) => `${date}${time}`)), ...WITH_ZONE].map((format) => {
  const read = compileDateFormat(format);
  const reads = (text: string): boolean => {
    const plain = read(text);
    return plain !== null && parseTime(plain, '', 'UTC').ok;
  };
  return { format, reads };
});

/** Digits alone may be anything: only those of today's milliseconds are taken for a time. */
const isPlain = (text: string): boolean =>
  /^\d+$/.test(text) ? /^1\d{12}$/.test(text) : parseTime(text, '', 'UTC').ok;

const OFFSET = /(?:Z|UTC|[+-]\d{2}:?\d{2})$/i;
const SEEN = 500;
const SHOWN = 3;
/** A column is one of dates when most of its values are: the others are what is to be corrected. */
const MOST = 0.6;

const guessOf = (cells: readonly Cell[], fits: (cell: Cell) => boolean, more: Partial<DateGuess>): DateGuess => {
  const misfits = cells.filter((cell) => !fits(cell));
  return {
    formats: [],
    epochSeconds: false,
    because: null,
    hasOffset: cells.every(({ text }) => /^\d+$/.test(text) || (text.length > 11 && OFFSET.test(text.trim()))),
    misfits: misfits.slice(0, SHOWN),
    misfitCount: misfits.length,
    ...more,
  };
};

/** Day and month the other way round. */
const swapped = (format: string): string =>
  format.replace(
    /^([DM])(.)([DM])(?=.Y)/,
    (_all, first: string, sign: string, second: string) => `${second}${sign}${first}`,
  );

/** Tells how the times of a column are written, by what its values allow; null: it holds no times. Empty cells are not given. */
export const guessDate = (given: readonly Cell[]): DateGuess | null => {
  const cells = given.slice(0, SEEN);
  if (cells.length === 0) return null;
  const enough = Math.max(1, cells.length * MOST);
  const plain = cells.filter(({ text }) => isPlain(text)).length;
  if (plain === cells.length) return guessOf(cells, () => true, {});
  const seconds = /^1\d{9}$/;
  if (cells.every(({ text }) => seconds.test(text))) return guessOf(cells, () => true, { epochSeconds: true });
  const counted = formats
    .map(({ format, reads }) => ({ format, reads, count: cells.filter(({ text }) => reads(text)).length }))
    .sort((a, b) => b.count - a.count);
  const [best] = counted;
  if (plain >= enough && plain >= (best?.count ?? 0)) return guessOf(cells, ({ text }) => isPlain(text), {});
  if (!best || best.count < enough) return null;
  const twin = counted.find(({ format }) => format === swapped(best.format) && format !== best.format);
  const isEven = twin !== undefined && twin.count === best.count;
  const because = twin && !isEven ? cells.find(({ text }) => best.reads(text) && !twin.reads(text)) : undefined;
  return guessOf(cells, ({ text }) => best.reads(text), {
    formats: isEven ? [best.format, twin.format].sort() : [best.format],
    because: because ?? null,
  });
};
