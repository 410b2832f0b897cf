import { instantOfWallTime } from './local-time.ts';
import { type Rejected, rejected, shown } from './rejection.ts';

/** How exactly the sender knew: a time without offset is never finer than a second. */
export type TimePrecision = 'millisecond' | 'second' | 'day';

export interface ParsedTime {
  readonly ok: true;
  /** epoch ms */
  readonly at: number;
  readonly precision: TimePrecision;
}

/** Touches from before are rejected: such a time is a defect of the sender (an empty date, seconds for milliseconds). */
const EARLIEST_TOUCH = Date.UTC(2000, 0, 1);

/** RFC 3339 ends with the year 9999; a larger number is mostly microseconds. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
/** ... and begins with the year 0, which no CRM means. */
const EARLIEST = Date.UTC(1800, 0, 1);
const DAY_MS = 86_400_000;
const ALLOWED = 'expected RFC 3339 (2026-03-01T09:30:00Z), epoch milliseconds or a date';

const EPOCH = /^[+-]?\d{1,17}(?:\.\d+)?$/;
const CALENDAR = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?)?([Zz]|[+-]\d{2}:?\d{2})?$/;

interface WallTime {
  /** epoch ms if the wall clock showed UTC; a leap second counts as the second before it */
  readonly wallMs: number;
  readonly leapSecond: boolean;
}

const wallTimeOf = (match: RegExpExecArray): WallTime | null => {
  const field = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [field(1), field(2), field(3), field(4), field(5), field(6)];
  const date = new Date(Date.UTC(year, month - 1, day));
  // Date.UTC takes years below 100 as 19xx and lets the 30th of February pass as March.
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  if (hour > 23 || minute > 59 || second > 60) return null;
  const fraction = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const wallMs = date.getTime() + hour * 3_600_000 + minute * 60_000 + Math.min(second, 59) * 1000 + fraction;
  return { wallMs, leapSecond: second === 60 };
};

const offsetMs = (offset: string): number | null => {
  if (offset === 'Z' || offset === 'z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  if (hours > 23 || minutes > 59) return null;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
};

const parseCalendar = (match: RegExpExecArray, timeZone: string): ParsedTime | null => {
  const wall = wallTimeOf(match);
  const offset = match[8] === undefined ? undefined : offsetMs(match[8]);
  if (!wall || offset === null) return null;
  const at = offset === undefined ? instantOfWallTime(timeZone, wall.wallMs) : wall.wallMs - offset;
  const endOfUtcDay = (((at % DAY_MS) + DAY_MS) % DAY_MS) + 1000 >= DAY_MS;
  if (wall.leapSecond && !endOfUtcDay) return null;
  if (match[4] === undefined) return { ok: true, at, precision: 'day' };
  const precision = offset !== undefined && match[7] !== undefined ? 'millisecond' : 'second';
  return { ok: true, at: wall.leapSecond ? at + 1000 : at, precision };
};

const inRange = (at: number): boolean => at >= EARLIEST && at <= LATEST;

const parseEpoch = (value: number, path: string, found: unknown): ParsedTime | Rejected => {
  const at = Math.floor(value);
  if (inRange(at)) return { ok: true, at, precision: 'millisecond' };
  return rejected('time_unparseable', `${path}: ${shown(found)} is not a number of milliseconds since 1970`);
};

/**
 * Reads the time of field `path`: RFC 3339 with offset, epoch ms (number or digits), a date, or a date and time
 * without offset; offsets without a colon (+0100), as many CRMs write them, too. What has no offset means `timeZone` (IANA); a date means its first instant there. A date may carry an
 * offset too (2026-03-01+01:00, as XML Schema writes it): who knows the zone can say it and stay as vague as he is.
 */
export const parseTime = (value: unknown, path: string, timeZone: string): ParsedTime | Rejected => {
  if (typeof value === 'number' && Number.isFinite(value)) return parseEpoch(value, path, value);
  if (typeof value !== 'string') return rejected('wrong_type', `${path}: ${ALLOWED}, found ${shown(value)}`);
  const text = value.trim();
  if (EPOCH.test(text)) return parseEpoch(Number(text), path, value);
  const match = CALENDAR.exec(text);
  const parsed = match && parseCalendar(match, timeZone);
  if (!parsed || !inRange(parsed.at)) return rejected('time_unparseable', `${path}: ${ALLOWED}, found ${shown(value)}`);
  return parsed;
};

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/**
 * A time that carries no offset, with the one that it has in `timeZone` (IANA): the same instant and precision wherever it is
 * read. Everything else, what is no time included, is returned as it is. Throws RangeError for a zone that does not exist.
 */
export const withOffset = (value: unknown, timeZone: string): unknown => {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  const match = CALENDAR.exec(text);
  const wall = match && match[8] === undefined ? wallTimeOf(match) : null;
  if (!wall) return value;
  const minutes = (wall.wallMs - instantOfWallTime(timeZone, wall.wallMs)) / 60_000;
  // Before standard time zones were kept to the second, which no offset can say.
  if (!Number.isInteger(minutes)) return value;
  const hours = Math.trunc(Math.abs(minutes) / 60);
  const offset =
    minutes === 0 ? 'Z' : `${minutes < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(Math.abs(minutes) % 60)}`;
  // Exports write .000 where they know the second.
  return `${text.replace(/\.0+$/, '').replace(' ', 'T')}${offset}`;
};

/** Rejects what lies before 2000, saying how the value was read. */
export const notBefore2000 = (at: number, path: string, found: unknown): Rejected | null => {
  if (at >= EARLIEST_TOUCH) return null;
  const message = `${path}: ${shown(found)} is ${new Date(at).toISOString()}, before 2000`;
  return rejected('time_before_2000', message);
};
