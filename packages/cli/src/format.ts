const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const counts = new Intl.NumberFormat('en-US');

/** `1,234,567` */
export const formatCount = (count: number): string => counts.format(count);

/** An instant in UTC, to the second, with milliseconds only where there are some: `2024-03-01 00:00:00Z`. */
export const formatInstant = (epochMs: number): string => {
  const text = new Date(epochMs).toISOString().replace('T', ' ');
  return text.endsWith('.000Z') ? text.replace('.000Z', 'Z') : text;
};

/** An instant as it stands in JSON output: RFC 3339 with milliseconds. */
export const jsonInstant = (epochMs: number): string => new Date(epochMs).toISOString();

/** A length of time in its two largest units: `2d 3h`, `4m 05s`, `12s`. */
export const formatDuration = (lengthMs: number): string => {
  const ms = Math.max(0, lengthMs);
  if (ms >= DAY_MS) return `${Math.floor(ms / DAY_MS)}d ${Math.floor((ms % DAY_MS) / HOUR_MS)}h`;
  if (ms >= HOUR_MS) return `${Math.floor(ms / HOUR_MS)}h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)}m`;
  if (ms >= MINUTE_MS) {
    const seconds = Math.floor((ms % MINUTE_MS) / SECOND_MS);
    return `${Math.floor(ms / MINUTE_MS)}m ${String(seconds).padStart(2, '0')}s`;
  }
  return `${Math.floor(ms / SECOND_MS)}s`;
};

/** A score in hundredths as people read it: `83.20`. */
export const formatScore = (hundredths: number): string => (hundredths / 100).toFixed(2);

/** A retention: whole days where it is, `for ever` for null. */
export const formatRetention = (retentionMs: number | null): string => {
  if (retentionMs === null) return 'for ever';
  return retentionMs % DAY_MS === 0 ? `${retentionMs / DAY_MS}d` : formatDuration(retentionMs);
};

/** `1 touch`, `2 touches`: the plural is given, since English has no rule. */
export const formatQuantity = (count: number, one: string, many: string): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

const KIB = 1024;
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size in its largest unit, with one decimal place below ten: `512 B`, `1.5 MiB`, `256 MiB`. */
export const formatBytes = (bytes: number): string => {
  let size = bytes;
  let unit = 0;
  while (size >= KIB && unit < BYTE_UNITS.length - 1) {
    size /= KIB;
    unit += 1;
  }
  const text = unit > 0 && size < 10 && !Number.isInteger(size) ? size.toFixed(1) : String(Math.round(size));
  return `${text} ${BYTE_UNITS[unit]}`;
};
