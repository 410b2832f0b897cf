import { type TopicDeclaration, type TouchChange, type TypedTopic, topics } from '@groundswell/schemas';
import type { Processor } from './processor.ts';

const DAY_MS = 86_400_000;

interface Streak {
  readonly accountId: string;
  /** UTC days in a row with a touch, up to the newest */
  readonly days: number;
}

const likeLevels: TopicDeclaration = topics.accountLevels;
export const streaks: TypedTopic<Streak> = { ...likeLevels, name: 'example.streaks' };

/** Per account, on how many days in a row it was touched: one row per flush for whoever changed. */
export const streakCounter: Processor<TouchChange, Map<string, Streak & { lastDay: number; isNew: boolean }>> = {
  name: 'example-streaks',
  input: topics.touches,
  outputs: [streaks],
  restore: { from: 'start' },
  coalesceMs: 100,
  createState: () => new Map(),
  onRecord: (state, { value: { change } }) => {
    if (change.kind !== 'TouchAsserted' || change.body.accountId === null) return;
    const { accountId, effectiveTime } = change.body;
    const lastDay = Math.floor(effectiveTime / DAY_MS);
    const known = state.get(accountId);
    if (known && lastDay <= known.lastDay) return;
    const days = known?.lastDay === lastDay - 1 ? known.days + 1 : 1;
    state.set(accountId, { accountId, days, lastDay, isNew: true });
  },
  onFlush: (state, out) => {
    for (const streak of state.values()) {
      if (streak.isNew) out.send(streaks, streak.accountId, { accountId: streak.accountId, days: streak.days });
      streak.isNew = false;
    }
  },
};
