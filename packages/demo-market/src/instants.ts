/** Epoch milliseconds. */
export type EpochMs = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const isoInstant = (at: EpochMs): string => new Date(at).toISOString();

/** The calendar day of an instant in a zone, as YYYY-MM-DD. */
export const localDate = (at: EpochMs, zone: string): string => localText(at, zone).slice(0, 10);

/**
 * The instant at which a calendar day begins in a zone: what a reader of `2026-03-29` has to understand. Two steps, since
 * the offset at UTC midnight need not be the one at local midnight.
 */
export function startOfLocalDay(date: string, zone: string): EpochMs {
  const utcMidnight = Date.parse(`${date}T00:00:00Z`);
  const firstGuess = utcMidnight - offsetAt(utcMidnight, zone);
  return utcMidnight - offsetAt(firstGuess, zone);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Local wall time as `YYYY-MM-DD hh:mm:ss`: the form the Swedish locale happens to write. */
function localText(at: EpochMs, zone: string): string {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formatters.set(zone, formatter);
  }
  return formatter.format(at);
}

function offsetAt(at: EpochMs, zone: string): number {
  return Date.parse(`${localText(at, zone).replace(' ', 'T')}Z`) - Math.floor(at / SECOND_MS) * SECOND_MS;
}
