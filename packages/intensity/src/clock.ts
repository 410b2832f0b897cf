import type { Output } from '@groundswell/stream';
import { ENGAGED_SINCE, HELD, SEQUENCE } from './account-register.ts';
import type { Judge } from './judge.ts';
import { noteLeaving } from './last-touch.ts';
import { completeFrom, forgetAccount, markChanged, markLevelsChanged, type PartitionState } from './partition-state.ts';
import { causeWithoutTouch } from './rows.ts';
import { DAY_MS } from './score.ts';

const expiry = causeWithoutTouch('expiry');

/** Expiries fire each at its own instant: what leaves the longest window at `instant` happened that window's length before. */
const leaveWindows = (state: PartitionState, account: number, instant: number): void => {
  const { accounts, active, store } = state;
  if (!active) return;
  const isLast = noteLeaving(accounts, account, instant - (store.windowDays.at(-1) ?? 0) * DAY_MS);
  // From here on only the level record knows of it, once the log's beginning is deleted.
  if (isLast && accounts.get(account, SEQUENCE) > 0) markLevelsChanged(state, account);
};

/** Applies what expires at `instant`, in the order of account ids; returns the accounts whose levels it may concern. */
const expireAt = (state: PartitionState, instant: number): number[] => {
  const { levelWindow, store, timers } = state;
  const concerned: number[] = [];
  for (let account = timers.due(instant); account !== -1; account = timers.due(instant)) {
    const lost = store.advance(account, instant);
    timers.schedule(account, store.nextExpiry(account));
    if (lost === 0) continue;
    markChanged(state, account);
    if ((lost & (1 << (store.windowDays.length - 1))) !== 0) leaveWindows(state, account, instant);
    if ((lost & (1 << levelWindow)) !== 0 && mayFall(state, account)) concerned.push(account);
  }
  return concerned;
};

/**
 * Whether losing touches may move the account's levels. Without a level it may not: fewer touches enter none, and levels
 * that are held for want of knowledge are judged whatever happens.
 */
const mayFall = ({ accounts, isComplete }: PartitionState, account: number): boolean =>
  !isComplete || accounts.has(account, ENGAGED_SINCE) || accounts.isMarked(account, HELD);

const judgeAll = (
  state: PartitionState,
  judge: Judge,
  { accounts, at, out }: { accounts: readonly number[]; at: number; out: Output },
): void => {
  for (const account of accounts) judge.judge(state, { account, at, cause: expiry }, out);
};

/**
 * Whether another day closes before anything is published again. Then nobody will ask what this close said: its rows are
 * out, and the next one says anew what there is to compare with. While no account holds a touch no day follows.
 */
const isSuperseded = ({ publishedClock, store }: PartitionState, at: number): boolean =>
  store.size > 0 && at + DAY_MS < publishedClock;

const closeDay = (state: PartitionState, judge: Judge, { at, out }: { at: number; out: Output }): void => {
  const { accounts, revisions, store } = state;
  revisions.forgetUntil(at - (store.windowDays.at(-1) ?? 0) * DAY_MS);
  const all = accounts.inOrder();
  if (!isSuperseded(state, at)) judge.history(state, { point: 'day_close', at, accounts: all }, out);
  for (const account of all) if (store.isEmpty(account)) forgetAccount(state, account);
  state.hasChanges = false;
  state.nextDayClose = store.size === 0 ? undefined : at + DAY_MS;
};

/** From now on the log holds the longest window: levels that were kept for want of knowledge are judged. */
const complete = (state: PartitionState, judge: Judge, { at, out }: { at: number; out: Output }): void => {
  state.isComplete = true;
  const kept = state.accounts.inOrder().filter((account) => state.accounts.has(account, ENGAGED_SINCE));
  judgeAll(state, judge, { accounts: kept, at, out });
};

/**
 * Fires what lies before `clock`, each thing at its own instant: expiries in (instant, account) order, then the instant
 * from which the log is complete, then the close of each UTC day. A day closes when time goes past midnight, so that
 * what was received at midnight itself still belongs to it.
 */
const fireBefore = (state: PartitionState, judge: Judge, { clock, out }: { clock: number; out: Output }): void => {
  for (;;) {
    const timer = state.timers.peek();
    const completion = completeFrom(state);
    const dayClose = state.nextDayClose ?? Number.POSITIVE_INFINITY;
    const next = Math.min(timer, completion, dayClose);
    if (next >= clock) return;
    if (timer === next) judgeAll(state, judge, { accounts: expireAt(state, timer), at: timer, out });
    else if (completion === next) complete(state, judge, { at: next, out });
    else closeDay(state, judge, { at: next, out });
  }
};

/** The first midnight at or after an instant. */
const midnightFrom = (instant: number): number => Math.ceil(instant / DAY_MS) * DAY_MS;

/**
 * Advances a partition's clock to max(clock, received). Returns the accounts with expiries at exactly the new clock:
 * already applied, to be judged once together with the record.
 */
export const advanceClock = (
  state: PartitionState,
  judge: Judge,
  { received, out }: { received: number; out: Output },
): number[] => {
  const clock = Math.max(state.clock ?? received, received);
  // Set first: what happened before `clock` is known only now, and says so.
  state.clock = clock;
  if (state.firstClock === undefined && clock > 0) state.firstClock = clock;
  fireBefore(state, judge, { clock, out });
  state.nextDayClose ??= midnightFrom(clock);
  return state.timers.peek() <= clock ? expireAt(state, clock) : [];
};
