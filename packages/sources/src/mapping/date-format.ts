/** Reads a text in a declared format: the interchange format's text of it, or null. */
export type ReadDate = (text: string) => string | null;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** ms as text, '' when the format has none */
  fraction: string;
  isAfternoon: boolean | null;
  hasTime: boolean;
  offset: string;
}

type Token = { readonly pattern: string; readonly set: (parts: Parts, text: string) => void };

const number = (pattern: string, field: 'year' | 'month' | 'day' | 'minute' | 'second'): Token => ({
  pattern,
  set: (parts, text) => {
    parts[field] = Number(text);
  },
});
const hour = (pattern: string): Token => ({
  pattern,
  set: (parts, text) => {
    parts.hour = Number(text);
    parts.hasTime = true;
  },
});

/** Longest first: a token is taken where it begins. */
const TOKENS: readonly (readonly [name: string, token: Token])[] = [
  ['YYYY', number('\\d{4}', 'year')],
  [
    'YY',
    {
      pattern: '\\d{2}',
      set: (parts, text) => {
        parts.year = 2000 + Number(text);
      },
    },
  ],
  [
    'MMM',
    {
      pattern: '[A-Za-z]{3,9}',
      set: (parts, text) => {
        parts.month = MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1;
      },
    },
  ],
  ['MM', number('\\d{2}', 'month')],
  ['M', number('\\d{1,2}', 'month')],
  ['DD', number('\\d{2}', 'day')],
  ['D', number('\\d{1,2}', 'day')],
  ['HH', hour('\\d{2}')],
  ['H', hour('\\d{1,2}')],
  ['hh', hour('\\d{2}')],
  ['h', hour('\\d{1,2}')],
  ['mm', number('\\d{2}', 'minute')],
  ['ss', number('\\d{2}', 'second')],
  [
    'SSS',
    {
      pattern: '\\d{1,9}',
      set: (parts, text) => {
        parts.fraction = text.slice(0, 3).padEnd(3, '0');
      },
    },
  ],
  [
    'A',
    {
      pattern: '[AaPp]\\.?[Mm]\\.?',
      set: (parts, text) => {
        parts.isAfternoon = /^p/i.test(text);
      },
    },
  ],
  [
    'Z',
    {
      pattern: 'Z|[+-]\\d{2}:?\\d{2}',
      set: (parts, text) => {
        parts.offset = /^[+-]\d{4}$/.test(text) ? `${text.slice(0, 3)}:${text.slice(3)}` : text;
      },
    },
  ],
];

/** What a format may consist of, for messages. */
const DATE_TOKENS = TOKENS.map(([name]) => name).join(' ');

/** A format that cannot be read. */
export class DateFormatError extends Error {
  override name = 'DateFormatError';
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const twoDigits = (value: number): string => String(value).padStart(2, '0');

const textOf = (parts: Parts): string | null => {
  const { year, month, day, minute, second, fraction, isAfternoon, offset } = parts;
  const date = `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
  if (!parts.hasTime) return date;
  if (isAfternoon !== null && (parts.hour < 1 || parts.hour > 12)) return null;
  const clockHour = isAfternoon === null ? parts.hour : (parts.hour % 12) + (isAfternoon ? 12 : 0);
  const time = `${twoDigits(clockHour)}:${twoDigits(minute)}:${twoDigits(second)}`;
  return `${date}T${time}${fraction === '' ? '' : `.${fraction}`}${offset}`;
};

/**
 * Compiles a date format such as `DD.MM.YYYY HH:mm` (tokens: YYYY YY MMM MM M DD D HH H hh h mm ss SSS A Z; other characters
 * stand for themselves, text in [brackets] too). The result is RFC 3339 text, without offset where the format has none:
 * the source's time zone gives it then. Whether such a day exists is for the reader of that text. Throws DateFormatError.
 */
export const compileDateFormat = (format: string): ReadDate => {
  const used: Token[] = [];
  const names = new Set<string>();
  let pattern = '';
  for (let rest = format; rest !== ''; ) {
    const quoted = /^\[([^\]]*)\]/.exec(rest);
    const [name, token] = TOKENS.find(([one]) => rest.startsWith(one)) ?? [];
    if (quoted) {
      pattern += escaped(quoted[1] ?? '');
      rest = rest.slice(quoted[0].length);
    } else if (name !== undefined && token) {
      used.push(token);
      names.add(name[0] === 'h' ? 'H' : (name[0] ?? ''));
      pattern += `(${token.pattern})`;
      rest = rest.slice(name.length);
    } else if (/^[A-Za-z]/.test(rest) && !rest.startsWith('T')) {
      throw new DateFormatError(`"${format}": ${rest[0]} is none of ${DATE_TOKENS}; put text into [brackets]`);
    } else {
      pattern += escaped(rest[0] ?? '');
      rest = rest.slice(1);
    }
  }
  for (const [letter, what] of [
    ['Y', 'year (YYYY)'],
    ['M', 'month (MM)'],
    ['D', 'day (DD)'],
  ] as const) {
    if (!names.has(letter)) throw new DateFormatError(`"${format}" has no ${what}`);
  }
  const expression = new RegExp(`^${pattern}$`);
  return (text) => {
    const match = expression.exec(text.trim());
    if (!match) return null;
    const parts: Parts = {
      ...{ year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 },
      ...{ fraction: '', isAfternoon: null, hasTime: false, offset: '' },
    };
    for (const [at, token] of used.entries()) token.set(parts, match[at + 1] ?? '');
    return textOf(parts);
  };
};
