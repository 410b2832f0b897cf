import type { Output } from '@groundswell/stream';
import type { Judge } from './judge.ts';
import { forgetRevisions, forgetWhenEmpty, type PartitionState } from './partition-state.ts';
import { causeWithoutTouch } from './rows.ts';
import { DAY_MS } from './score.ts';

const expiry = causeWithoutTouch('expiry');

/** Applies expiries of every account due at `instant`, and returns the accounts in order. */
const expireAt = (state: PartitionState, instant: number): string[] => {
  const accounts: string[] = [];
  for (let timer = state.timers.popDue(instant); timer; timer = state.timers.popDue(instant)) {
    const due = state.store.nextExpiry(timer.accountId);
    if (due !== undefined && due <= instant) {
      state.store.advance(timer.accountId, instant);
      accounts.push(timer.accountId);
    }
    state.timers.schedule(timer.accountId, state.store.nextExpiry(timer.accountId));
  }
  return accounts;
};

const judgeExpired = (
  state: PartitionState,
  judge: Judge,
  options: { accounts: readonly string[]; at: number; out: Output },
): void => {
  for (const accountId of options.accounts) {
    const context = judge.context(state, accountId, options.at);
    if (context) judge.judge(context, expiry, options.out);
    forgetWhenEmpty(state, accountId);
  }
};

const closeDay = (state: PartitionState, judge: Judge, options: { at: number; out: Output }): void => {
  forgetRevisions(state, options.at);
  for (const accountId of [...state.store.accountIds()].sort()) {
    const context = judge.context(state, accountId, options.at);
    if (!context) return;
    state.dirty.add(accountId);
    judge.history(context, 'day_close', options.out);
  }
};

/**
 * Fires what lies before `clock`, each thing at its own instant: expiries in (instant, account) order, and the close of
 * each UTC day after the expiries at its midnight. A day closes when time goes past midnight, so that what was received
 * at midnight itself still belongs to it.
 */
const fireBefore = (state: PartitionState, judge: Judge, options: { clock: number; out: Output }): void => {
  const { clock, out } = options;
  for (;;) {
    const timer = state.timers.peek() ?? Number.POSITIVE_INFINITY;
    const dayClose = state.nextDayClose ?? Number.POSITIVE_INFINITY;
    if (Math.min(timer, dayClose) >= clock) return;
    if (timer <= dayClose) {
      judgeExpired(state, judge, { accounts: expireAt(state, timer), at: timer, out });
    } else {
      closeDay(state, judge, { at: dayClose, out });
      const empty = state.store.accountIds().next().done === true;
      state.nextDayClose = empty ? undefined : dayClose + DAY_MS;
    }
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
  options: { received: number; out: Output },
): string[] => {
  const clock = Math.max(state.clock ?? options.received, options.received);
  // Set first: what happened before `clock` is known only now, and says so.
  state.clock = clock;
  fireBefore(state, judge, { clock, out: options.out });
  state.nextDayClose ??= midnightFrom(clock);
  return expireAt(state, clock);
};
