import type { Policy } from '@groundswell/policy';
import type { WindowAggregate } from '@groundswell/windowing';

export type Level = 'engaged' | 'high-intensity';
export type TransitionKind = 'enter' | 'renew' | 'leave';

/** Where an account stands at one level. */
export interface LevelState {
  /** epoch ms; null: not at the level */
  since: number | null;
  /** epoch ms of the last renewal; null: none since it entered */
  renewedAt: number | null;
}

/** What outlives the windows. */
export interface AccountLevels {
  readonly engaged: LevelState;
  readonly highIntensity: LevelState;
}

export const noLevels = (): AccountLevels => ({
  engaged: { since: null, renewedAt: null },
  highIntensity: { since: null, renewedAt: null },
});

export interface LevelChange {
  readonly level: Level;
  readonly kind: TransitionKind;
}

/** Whether the 30-day window carries the level: to enter it, or (hysteresis) to stay at it. */
const carriesEngaged = ({ engaged }: Policy, { touches }: WindowAggregate, isIn: boolean): boolean =>
  touches >= (isIn ? engaged.leaveTouches : engaged.enterTouches);

const carriesHighIntensity = (
  { highIntensity }: Policy,
  { people, products }: WindowAggregate,
  isIn: boolean,
): boolean =>
  people >= (isIn ? highIntensity.leavePeople : highIntensity.enterPeople) &&
  products >= (isIn ? highIntensity.leaveProducts : highIntensity.enterProducts);

const move = (state: LevelState, target: boolean, at: number): TransitionKind | null => {
  const isIn = state.since !== null;
  if (isIn === target) return null;
  state.since = target ? at : null;
  state.renewedAt = null;
  return target ? 'enter' : 'leave';
};

/**
 * Moves the account's levels to what its 30-day window says at `at` (epoch ms), in place. Returns the changes in the
 * order they are published: upwards engaged first, downwards high-intensity first. Without a policy nothing carries.
 */
export const evaluateLevels = (
  levels: AccountLevels,
  policy: Policy,
  window: WindowAggregate,
  at: number,
): LevelChange[] => {
  const engaged = carriesEngaged(policy, window, levels.engaged.since !== null);
  const high = engaged && carriesHighIntensity(policy, window, levels.highIntensity.since !== null);
  const engagedKind = move(levels.engaged, engaged, at);
  const highKind = move(levels.highIntensity, high, at);
  const changes: LevelChange[] = [];
  if (engagedKind) changes.push({ level: 'engaged', kind: engagedKind });
  if (highKind) changes.push({ level: 'high-intensity', kind: highKind });
  return engagedKind === 'leave' ? changes.reverse() : changes;
};

/** Renewals: a counted touch arrives after the account has been at a level for `renew_after` since it entered or last renewed. */
export const renewLevels = (levels: AccountLevels, policy: Policy, at: number): LevelChange[] => {
  const { renewAfterMs } = policy;
  if (renewAfterMs === null) return [];
  const changes: LevelChange[] = [];
  const renew = (state: LevelState, level: Level): void => {
    if (state.since === null || at - (state.renewedAt ?? state.since) < renewAfterMs) return;
    state.renewedAt = at;
    changes.push({ level, kind: 'renew' });
  };
  renew(levels.engaged, 'engaged');
  renew(levels.highIntensity, 'high-intensity');
  return changes;
};
