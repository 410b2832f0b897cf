import type { Policy } from '@groundswell/policy';
import type { Reach, WindowLimits } from '@groundswell/windowing';
import {
  type AccountRegister,
  ENGAGED_RENEWED_AT,
  ENGAGED_SINCE,
  HIGH_RENEWED_AT,
  HIGH_SINCE,
} from './account-register.ts';

export type Level = 'engaged' | 'high-intensity';
export type TransitionKind = 'enter' | 'renew' | 'leave' | 'confirm';

export interface LevelChange {
  readonly level: Level;
  readonly kind: TransitionKind;
}

const NO_CHANGES: readonly LevelChange[] = Object.freeze([]);

/** What each state of an account asks of its window: thresholds to enter, or (hysteresis) to stay at, both levels. */
export type LevelLimits = readonly WindowLimits[];

const stateIndex = (isEngaged: boolean, isHigh: boolean): number => (isEngaged ? 1 : 0) + (isHigh ? 2 : 0);

export const levelLimits = ({ engaged, highIntensity }: Policy): LevelLimits => {
  const limitsOf = (isEngaged: boolean, isHigh: boolean): WindowLimits => ({
    touches: isEngaged ? engaged.leaveTouches : engaged.enterTouches,
    people: isHigh ? highIntensity.leavePeople : highIntensity.enterPeople,
    products: isHigh ? highIntensity.leaveProducts : highIntensity.enterProducts,
  });
  return [limitsOf(false, false), limitsOf(true, false), limitsOf(false, true), limitsOf(true, true)];
};

/** What the account's levels ask of its window, as they stand. */
export const limitsFor = (limits: LevelLimits, accounts: AccountRegister, account: number): WindowLimits => {
  const index = stateIndex(accounts.has(account, ENGAGED_SINCE), accounts.has(account, HIGH_SINCE));
  return limits[index] ?? { touches: Number.POSITIVE_INFINITY, people: 0, products: 0 };
};

/**
 * Moves an account's levels to what its window says at `at` (epoch ms). Returns the changes in the order they are
 * published: upwards engaged first, downwards high-intensity first.
 */
export const moveLevels = (
  accounts: AccountRegister,
  account: number,
  { reach, at }: { reach: Reach; at: number },
): readonly LevelChange[] => {
  const wasEngaged = accounts.has(account, ENGAGED_SINCE);
  const wasHigh = accounts.has(account, HIGH_SINCE);
  const isEngaged = reach !== 'neither';
  const isHigh = reach === 'touches and breadth';
  if (wasEngaged === isEngaged && wasHigh === isHigh) return NO_CHANGES;
  const changes: LevelChange[] = [];
  if (wasHigh && !isHigh) changes.push({ level: 'high-intensity', kind: 'leave' });
  if (wasEngaged !== isEngaged) changes.push({ level: 'engaged', kind: isEngaged ? 'enter' : 'leave' });
  if (!wasHigh && isHigh) changes.push({ level: 'high-intensity', kind: 'enter' });
  if (wasEngaged !== isEngaged) {
    accounts.set(account, ENGAGED_SINCE, isEngaged ? at : Number.NaN);
    accounts.set(account, ENGAGED_RENEWED_AT, Number.NaN);
  }
  if (wasHigh !== isHigh) {
    accounts.set(account, HIGH_SINCE, isHigh ? at : Number.NaN);
    accounts.set(account, HIGH_RENEWED_AT, Number.NaN);
  }
  return changes;
};

/** Renewals: a counted touch arrives when an account has been at a level for `after` ms since it entered or last renewed. */
export const renewLevels = (
  accounts: AccountRegister,
  account: number,
  { after, at }: { after: number; at: number },
): readonly LevelChange[] => {
  const isDue = (since: number, renewedAt: number): boolean => {
    const from = accounts.has(account, renewedAt) ? accounts.get(account, renewedAt) : accounts.get(account, since);
    return at - from >= after;
  };
  const changes: LevelChange[] = [];
  if (isDue(ENGAGED_SINCE, ENGAGED_RENEWED_AT)) {
    accounts.set(account, ENGAGED_RENEWED_AT, at);
    changes.push({ level: 'engaged', kind: 'renew' });
  }
  if (isDue(HIGH_SINCE, HIGH_RENEWED_AT)) {
    accounts.set(account, HIGH_RENEWED_AT, at);
    changes.push({ level: 'high-intensity', kind: 'renew' });
  }
  return changes;
};
