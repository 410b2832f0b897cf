const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

export interface RetryClock {
  now(): number;
  sleep(ms: number): Promise<void>;
  /** in [0, 1): spreads retries of several clients */
  random(): number;
}

/** Exponential wait before attempt n (from 1), between half and all of its nominal length. */
export const backoffMs = (attempt: number, random: number): number => {
  const nominal = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return nominal / 2 + (nominal / 2) * random;
};

/** What a Retry-After header asks for, in ms: seconds or an HTTP date; undefined when absent or unreadable. */
export const retryAfterMs = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (header.trim() !== '' && Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};
