import type { Policy } from '@groundswell/policy';
import type { ClockMode } from '@groundswell/stream';
import { WindowStore } from '@groundswell/windowing';
import { type AccountLevels, noLevels } from './levels.ts';
import { DAY_MS, type ScoreTables, scoreTables } from './score.ts';
import { Timers } from './timers.ts';

/** Windows that every log has, whatever its policy. */
const FIXED_WINDOW_DAYS = [30, 90] as const;

/** What is known of an account beside its windows. Outlives them once it has had a transition. */
export interface AccountState {
  readonly levels: AccountLevels;
  /** of its last transition, from 1; 0: none yet */
  sequence: number;
  /** epoch ms, effective time of its newest counted touch */
  lastTouchTime: number | null;
  /** offset at which `step` counts */
  stepOffset: number;
  /** rows published of this account at that offset */
  step: number;
}

/** A policy in effect, with what is prepared from it. */
export interface ActivePolicy {
  readonly policy: Policy;
  readonly tables: ScoreTables;
}

/** All that account-intensity knows of one partition: a function of its records in offset order. */
export interface PartitionState {
  readonly partition: number;
  /** epoch ms; undefined before the first record that carries time */
  clock: number | undefined;
  mode: ClockMode;
  offset: number;
  /** null before the first activation: nothing counts */
  active: ActivePolicy | null;
  /** instant and version of every activation: control records may come again */
  readonly activations: Set<string>;
  store: WindowStore;
  readonly accounts: Map<string, AccountState>;
  readonly timers: Timers;
  /** epoch ms, the next UTC midnight that has not been closed; undefined while there is nothing to close */
  nextDayClose: number | undefined;
  /** accounts whose current row is out of date */
  readonly dirty: Set<string>;
  /** accounts whose level record is out of date */
  readonly levelsChanged: Set<string>;
  /** per touch and account: the revision that was seen, and where the touch sits; what comes late with a lower one has no effect */
  readonly revised: Map<string, { readonly revision: number; readonly time: number }>;
}

export const createPartitionState = (partition: number): PartitionState => ({
  partition,
  clock: undefined,
  mode: 'live',
  offset: -1,
  active: null,
  activations: new Set(),
  store: new WindowStore({ windowDays: FIXED_WINDOW_DAYS }),
  accounts: new Map(),
  timers: new Timers(),
  nextDayClose: undefined,
  dirty: new Set(),
  levelsChanged: new Set(),
  revised: new Map(),
});

export const accountState = (state: PartitionState, accountId: string): AccountState => {
  let account = state.accounts.get(accountId);
  if (!account) {
    account = { levels: noLevels(), sequence: 0, lastTouchTime: null, stepOffset: -1, step: 0 };
    state.accounts.set(accountId, account);
  }
  return account;
};

/** Forgets an account that holds no touch and never had a transition: nothing of it outlives the windows. */
export const forgetWhenEmpty = (state: PartitionState, accountId: string): void => {
  const account = state.accounts.get(accountId);
  if (account && account.sequence === 0 && state.store.isEmpty(accountId)) state.accounts.delete(accountId);
};

/**
 * Puts a policy in effect. Touches are kept whatever they weigh, so every account is counted anew under it; a window
 * longer than those before holds only what had been kept until now.
 */
export const activatePolicy = (state: PartitionState, policy: Policy): void => {
  state.active = { policy, tables: scoreTables(policy) };
  const counts = (type: string): boolean => (policy.weights.get(type) ?? 0) > 0;
  if (policy.windowDays.join() === state.store.windowDays.join()) {
    state.store.setCountedTypes(counts);
    return;
  }
  const store = new WindowStore({ windowDays: policy.windowDays });
  store.setCountedTypes(counts);
  const clock = state.clock ?? 0;
  for (const accountId of state.store.accountIds()) {
    for (const touch of state.store.touches(accountId)) store.insert(accountId, touch, clock);
  }
  state.store = store;
};

/** Forgets revisions of touches that have left every window: whatever comes of them now has no effect anyway. */
export const forgetRevisions = (state: PartitionState, instant: number): void => {
  const longest = (state.store.windowDays.at(-1) ?? 0) * DAY_MS;
  for (const [key, { time }] of state.revised) {
    if (time <= instant - longest) state.revised.delete(key);
  }
};

/** Index of the window that levels are judged by. */
export const levelWindow = (store: WindowStore): number => store.windowDays.indexOf(FIXED_WINDOW_DAYS[0]);
