import { setTimeout as sleep } from 'node:timers/promises';

/** First and longest pause between attempts (ms). */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface Persistence {
  /** whether trying the same again may help */
  readonly worthwhile: (error: unknown) => boolean;
  /** told before every pause */
  readonly onFailure: (error: unknown, attempt: number) => void;
  /** aborted when the service stops: no further attempt is made */
  readonly signal: AbortSignal;
}

/** Pause before the attempt after `attempt` (from 1): doubling, with a bound. */
export const pauseAfter = (attempt: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));

/**
 * Does `work` again and again until it succeeds, with growing pauses: what waits for it is not read on, so an outage costs
 * time and nothing else. Throws what is not worth another attempt, and the last error once the signal is aborted.
 */
export const persist = async <Result>(work: () => Promise<Result>, options: Persistence): Promise<Result> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (options.signal.aborted || !options.worthwhile(error)) throw error;
      options.onFailure(error, attempt);
      // An aborted pause ends at once; the next attempt is the last.
      await sleep(pauseAfter(attempt), undefined, { signal: options.signal }).catch(() => undefined);
    }
  }
};
