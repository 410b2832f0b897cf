import type { Policy } from './policy.ts';

/** What one whole touch weighs in the table. */
const SCALE = 65_536;

/**
 * Weight of a touch by its age in UTC days: round(65536 * 2^(-d / halfLifeDays)) for d = 0..maxDays.
 * Whole halvings are divided out first: they are exact, so that every engine and SQL make the same integers.
 */
export function decayTable(policy: Pick<Policy, 'halfLifeDays'>, maxDays: number): Int32Array {
  const { halfLifeDays } = policy;
  return Int32Array.from({ length: maxDays + 1 }, (_, day) => {
    const halvings = Math.floor(day / halfLifeDays);
    const rest = 2 ** (-(day % halfLifeDays) / halfLifeDays);
    return Math.round((SCALE * rest) / 2 ** halvings);
  });
}
