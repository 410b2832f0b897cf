import type { Company } from './company.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from './instants.ts';
import type { Random } from './random.ts';

/** Nothing of a story happens later than this before the end, so that its usual latency still fits. */
const LAST_MINUTES_MS = 30 * MINUTE_MS;

/**
 * An instant about `daysAgo` days before the end, inside the company's office day and mostly not at a weekend. Never
 * further than three days from what was asked for, and earlier rather than later.
 */
export function officeInstant(random: Random, company: Company, when: { daysAgo: number; end: EpochMs }): EpochMs {
  const asked = when.end - when.daysAgo * DAY_MS;
  const midnight = Math.floor(asked / DAY_MS) * DAY_MS;
  const localHour = random.weighted(officeHours);
  const offset = random.between(0, HOUR_MS);
  let at = midnight + (localHour - company.territory.utcOffset) * HOUR_MS + offset;
  if (isWeekend(at) && random.chance(0.9)) at -= DAY_MS * (new Date(at).getUTCDay() === 6 ? 1 : 2);
  while (at > when.end - LAST_MINUTES_MS) at -= DAY_MS;
  return Math.round(at);
}

const officeHours: readonly (readonly [number, number])[] = [
  [7, 2],
  [8, 6],
  [9, 12],
  [10, 14],
  [11, 12],
  [12, 6],
  [13, 9],
  [14, 13],
  [15, 12],
  [16, 9],
  [17, 5],
  [20, 2],
];

const isWeekend = (at: EpochMs): boolean => [0, 6].includes(new Date(at).getUTCDay());
