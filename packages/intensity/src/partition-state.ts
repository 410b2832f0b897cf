import { MailMemory } from '@groundswell/machines';
import type { EchoCause, Policy } from '@groundswell/policy';
import type { ClockMode, LogStart } from '@groundswell/stream';
import { type IsCounted, NAMES_CAMPAIGN, NAMES_SEND, WindowStore } from '@groundswell/windowing';
import {
  AccountRegister,
  COVERED,
  DIRTY,
  HISTORY_DIGEST,
  LAST_TOUCH_TIME,
  LEFT_TOUCH_TIME,
  LEVELS_CHANGED,
  SEQUENCE,
  WINDOWS_CHANGED,
} from './account-register.ts';
import { LargeMoves } from './large-moves.ts';
import { noteLeaving } from './last-touch.ts';
import { type LevelLimits, levelLimits } from './levels.ts';
import { Revisions } from './revisions.ts';
import { DAY_MS, type ScoreTables, scoreTables } from './score.ts';
import { Timers } from './timers.ts';

/** Windows that every log has, whatever its policy. */
const FIXED_WINDOW_DAYS = [30, 90] as const;

/** A policy in effect, with what is prepared from it. */
export interface ActivePolicy {
  readonly policy: Policy;
  readonly isCounted: IsCounted;
  readonly tables: ScoreTables;
  readonly limits: LevelLimits;
}

/** All that account-intensity knows of one partition: a function of its records in offset order. */
export interface PartitionState {
  readonly partition: number;
  readonly start: LogStart;
  /** epoch ms; undefined before the first record that carries time */
  clock: number | undefined;
  /** epoch ms, the clock at the first record that carries time */
  firstClock: number | undefined;
  mode: ClockMode;
  offset: number;
  /** null before the first activation: nothing counts */
  active: ActivePolicy | null;
  /** instant and version of every activation: control records may come again */
  readonly activations: Set<string>;
  /** the last policy activated in the part of the log that was deleted, until the first record puts it in effect */
  inherited: { readonly offset: number; readonly policy: Policy } | null;
  store: WindowStore;
  /** index of the window that levels are judged by */
  levelWindow: number;
  readonly accounts: AccountRegister;
  readonly timers: Timers;
  /** epoch ms, the next UTC midnight that has not been closed; undefined while there is nothing to close */
  nextDayClose: number | undefined;
  /** some account's windows changed since the last day close */
  hasChanges: boolean;
  /** accounts marked DIRTY, in the order in which they were */
  readonly dirty: number[];
  /** accounts marked LEVELS_CHANGED, in the order in which they were */
  readonly levelsChanged: number[];
  readonly revisions: Revisions;
  /** what clicks in mails have shown of machines */
  mails: MailMemory;
  /** large corrections that are under way */
  moves: LargeMoves;
  /** once true it stays: the log holds all that the longest window needs */
  isComplete: boolean;
  /** epoch ms: the clock had come so far, at least, when everything below the committed offset was published */
  publishedClock: number;
}

export const createPartitionState = (partition: number, start: LogStart): PartitionState => {
  const accounts = new AccountRegister();
  return {
    partition,
    start,
    clock: undefined,
    firstClock: undefined,
    mode: 'live',
    offset: -1,
    active: null,
    activations: new Set(),
    inherited: null,
    store: new WindowStore({ windowDays: FIXED_WINDOW_DAYS }),
    levelWindow: 0,
    accounts,
    timers: new Timers((left, right) => accounts.compare(left, right) < 0),
    nextDayClose: undefined,
    hasChanges: false,
    dirty: [],
    levelsChanged: [],
    revisions: new Revisions(),
    mails: new MailMemory(),
    moves: new LargeMoves(),
    isComplete: start.low === 0,
    publishedClock: Number.NEGATIVE_INFINITY,
  };
};

export const clockOf = (state: PartitionState): number => state.clock ?? 0;

/** The instant from which a log whose beginning was deleted holds the longest window; Infinity while that is not known. */
export const completeFrom = ({ firstClock, store, isComplete }: PartitionState): number =>
  isComplete || firstClock === undefined
    ? Number.POSITIVE_INFINITY
    : firstClock + (store.windowDays.at(-1) ?? 0) * DAY_MS;

/** Of a log without its beginning: the account's level record tells what came of the state's offset, for this account. */
export const isCovered = ({ accounts, offset, start }: PartitionState, account: number): boolean =>
  start.low > 0 && offset <= accounts.get(account, COVERED);

/** The account's current row is out of date. */
export const markDirty = (state: PartitionState, account: number): void => {
  if (state.accounts.isMarked(account, DIRTY)) return;
  state.accounts.mark(account, DIRTY);
  state.dirty.push(account);
};

/** The account's windows changed: its current row is out of date, and its last history row too. */
export const markChanged = (state: PartitionState, account: number): void => {
  state.accounts.mark(account, WINDOWS_CHANGED);
  state.hasChanges = true;
  markDirty(state, account);
};

export const markLevelsChanged = (state: PartitionState, account: number): void => {
  if (state.accounts.isMarked(account, LEVELS_CHANGED)) return;
  state.accounts.mark(account, LEVELS_CHANGED);
  state.levelsChanged.push(account);
};

/** Nothing of the account outlives its windows: it holds no touch, and never had a transition. */
const leavesNothing = ({ accounts, store }: PartitionState, account: number): boolean =>
  store.isEmpty(account) && accounts.get(account, SEQUENCE) === 0;

/** The same, and no transition of it is still to come again. */
const isForgettable = (state: PartitionState, account: number): boolean =>
  leavesNothing(state, account) && state.accounts.get(account, COVERED) < state.offset;

/**
 * At a point that the log determines, after the account's last history row: what is known of an account that nothing
 * outlives is forgotten, whether or not the log is being read again. Its number is kept for as long as a current row is
 * still to be published.
 */
export const forgetAccount = (state: PartitionState, account: number): void => {
  const { accounts } = state;
  if (!leavesNothing(state, account)) return;
  // A current row with it may be out already.
  if (accounts.has(account, LAST_TOUCH_TIME)) markDirty(state, account);
  accounts.set(account, LAST_TOUCH_TIME, Number.NaN);
  accounts.set(account, LEFT_TOUCH_TIME, Number.NaN);
  accounts.set(account, HISTORY_DIGEST, Number.NaN);
  if (isForgettable(state, account) && !accounts.isMarked(account, DIRTY)) accounts.forget(account);
};

/** After a flush: nothing is out of date any more. */
export const markClean = (state: PartitionState): void => {
  const { accounts } = state;
  for (const account of state.dirty) {
    accounts.unmark(account, DIRTY);
    const isUntold = accounts.isMarked(account, WINDOWS_CHANGED) || accounts.has(account, HISTORY_DIGEST);
    if (!isUntold && !accounts.has(account, LAST_TOUCH_TIME) && isForgettable(state, account)) accounts.forget(account);
  }
  for (const account of state.levelsChanged) accounts.unmark(account, LEVELS_CHANGED);
  state.dirty.length = 0;
  state.levelsChanged.length = 0;
};

export const preparePolicy = (policy: Policy): ActivePolicy => ({
  policy,
  isCounted: isCountedBy(policy),
  tables: scoreTables(policy),
  limits: levelLimits(policy),
});

/** Bits of an attribution of which one makes the touch an echo. */
const echoBits: Readonly<Record<EchoCause, number>> = {
  send_id: NAMES_SEND,
  campaign: NAMES_CAMPAIGN,
  either: NAMES_SEND | NAMES_CAMPAIGN,
};

/** Says of a touch, by type and attribution, whether the policy counts it: it has weight and is no echo. One look-up a touch. */
const isCountedBy = ({ weights, echo }: Policy): IsCounted => {
  const counted = new Map<string, number>();
  for (const [type, weight] of weights) {
    const cause = echo.get(type);
    if (weight > 0) counted.set(type, cause === undefined ? 0 : echoBits[cause]);
  }
  return (type, attribution) => {
    const bits = counted.get(type);
    return bits !== undefined && (bits & attribution) === 0;
  };
};

export const setStore = (state: PartitionState, store: WindowStore): void => {
  state.store = store;
  state.levelWindow = store.windowDays.indexOf(FIXED_WINDOW_DAYS[0]);
};

/**
 * Puts a policy in effect. Touches are kept whatever they weigh, so every account is counted anew under it; a window
 * longer than those before holds only what had been kept until now.
 */
export const activatePolicy = (state: PartitionState, policy: Policy): void => {
  state.active = preparePolicy(policy);
  const { isCounted } = state.active;
  const before = state.store;
  if (policy.windowDays.join() === before.windowDays.join()) {
    // Touches that did not count have left windows unnoticed: none may count where it is no longer inside.
    for (const account of [...before.accounts()]) before.advance(account, clockOf(state));
    before.setCounted(isCounted);
    return;
  }
  const store = new WindowStore({ windowDays: policy.windowDays });
  store.setCounted(isCounted);
  for (const account of before.accounts()) {
    for (const touch of before.touches(account)) {
      const isOut = store.insert(account, touch, clockOf(state)) === 'outside';
      if (isOut && isCounted(touch.type, touch.attribution)) noteLeaving(state.accounts, account, touch.time);
    }
  }
  setStore(state, store);
};
