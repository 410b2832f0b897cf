import { policyFromCanonical } from '@groundswell/policy';
import { CommandError } from '../command-error.ts';
import { readActivePolicyContent } from '../queries/active-policy.ts';
import { readPartitionClocks } from '../queries/partition-clocks.ts';
import { readTouchesOf } from '../queries/touches-of.ts';
import type { Reader } from '../stack/clickhouse.ts';
import type { Preview } from '../stack/resolver-answers.ts';
import { type LevelEffects, levelEffects } from './level-effects.ts';

const DAY = 86_400_000;
/** Some 100 MB as they are worked with. */
const MOST_TOUCHES = 200_000;

/** Levels of the accounts that a correction touches, or the sentence that says why they cannot be told. */
export const readLevelEffects = async (
  reader: Reader,
  preview: Preview,
  mostAccounts: number,
): Promise<LevelEffects | string> => {
  if (preview.changes.length < preview.touches)
    return 'levels are not told: more touches would change than one answer lists';
  const active = await readActivePolicyContent(reader);
  if (!active) return 'levels are not told: no policy is active';
  const parsed = policyFromCanonical(active.content);
  if (!parsed.ok) {
    throw new CommandError({
      what: `the active policy ${active.version} cannot be read`,
      where: parsed.problems.map(({ message }) => message).join('; '),
      remedy: 'bring this command to the version of the services',
    });
  }
  const clock = Math.max(0, ...(await readPartitionClocks(reader)).map((partition) => partition.clock));
  const accounts = preview.accounts.slice(0, mostAccounts).map(({ account_id: account }) => account);
  // Whatever left the longest window twice over has no part in any level by now.
  const since = Math.max(0, clock - 2 * Math.max(...parsed.policy.windowDays) * DAY);
  const touches = await readTouchesOf(reader, {
    accounts,
    // Those that leave one of the accounts are read with it.
    touches: preview.changes.flatMap(({ touch_id: id, before }) =>
      before.account_id === null || !accounts.includes(before.account_id) ? [id] : [],
    ),
    since,
    limit: MOST_TOUCHES + 1,
  });
  if (touches.length > MOST_TOUCHES)
    return 'levels are not told: the accounts have more touches than this command works with';
  return levelEffects({ accounts, touches, changes: preview.changes, policy: active, clock, since });
};
