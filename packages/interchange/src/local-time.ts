const DAY_MS = 86_400_000;

/** Bounded by the zones that sources declare. A formatter takes a hundred times longer to make than to use. */
const formatters = new Map<string, Intl.DateTimeFormat>();

const formatterOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, made);
  return made;
};

/** What the clock on a wall in `timeZone` is ahead of UTC at the instant `at`, in ms. */
const offsetAt = (timeZone: string, at: number): number => {
  const wall = new Map(
    formatterOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => wall.get(type) ?? 0;
  const wallMs = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wallMs - Math.floor(at / 1000) * 1000;
};

/**
 * The instant at which a wall clock in `timeZone` (IANA) shows `wallMs`, a wall time written as if it were UTC; epoch ms.
 * A wall time that occurs twice means the first; one that a change to summer time skips is moved on by the skipped
 * hour, as Temporal's "compatible" disambiguation does. Throws RangeError for a zone that does not exist.
 */
export const instantOfWallTime = (timeZone: string, wallMs: number): number => {
  if (timeZone === 'UTC') return wallMs;
  const before = offsetAt(timeZone, wallMs - DAY_MS);
  const after = offsetAt(timeZone, wallMs + DAY_MS);
  const candidates = [before, after].filter((offset) => offsetAt(timeZone, wallMs - offset) === offset);
  return candidates.length === 0 ? wallMs - before : wallMs - Math.max(...candidates);
};
