import { CommandError } from '../command-error.ts';
import { formatCount, formatDuration } from '../format.ts';
import type { TopicLag } from './lag.ts';

export interface QuietOptions {
  readonly readLag: () => Promise<readonly TopicLag[]>;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** told once, when there is something to wait for */
  readonly onWait?: (behind: readonly TopicLag[]) => void;
}

const POLL_MS = 250;

const sameEnds = (before: readonly TopicLag[], after: readonly TopicLag[]): boolean =>
  before.length === after.length && before.every((row, index) => row.end === after[index]?.end);

export const describeLag = (behind: readonly TopicLag[]): string =>
  behind.map((row) => `${row.group} on ${row.topic}: ${formatCount(row.lag)}`).join(', ');

/**
 * Waits until every record has gone all the way: two looks in a row with no lag anywhere and nothing written between them
 * (one look is not enough, since a group early in the flow may write while the later ones are looked at).
 * Throws CommandError when that takes longer than the timeout, saying who is behind on what.
 */
export const waitForQuiet = async (options: QuietOptions): Promise<void> => {
  const deadline = options.now() + options.timeoutMs;
  let previous: readonly TopicLag[] | null = null;
  let waiting = false;
  for (;;) {
    const rows = await options.readLag();
    const behind = rows.filter((row) => row.lag > 0);
    if (behind.length === 0 && previous !== null && sameEnds(previous, rows)) return;
    if (behind.length > 0 && !waiting) {
      waiting = true;
      options.onWait?.(behind);
    }
    if (options.now() >= deadline) {
      throw new CommandError({
        what: `the pipeline did not come to rest within ${formatDuration(options.timeoutMs)}`,
        where: behind.length > 0 ? describeLag(behind) : 'records are still being written',
        remedy:
          'see `groundswell doctor`; wait longer with --timeout SECONDS, or compare a moving pipeline with --no-wait',
      });
    }
    previous = behind.length === 0 ? rows : null;
    await options.sleep(POLL_MS);
  }
};
