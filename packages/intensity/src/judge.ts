import { topics } from '@groundswell/schemas';
import type { Output } from '@groundswell/stream';
import {
  COVERED,
  ENGAGED_SINCE,
  HELD,
  HIGH_SINCE,
  HISTORY_DIGEST,
  SEQUENCE,
  STEP,
  STEP_OFFSET,
  WINDOWS_CHANGED,
} from './account-register.ts';
import { type Cause, causeWithoutTouch } from './cause.ts';
import { HistoryChunks } from './history-chunks.ts';
import { type LevelChange, limitsFor, moveLevels, renewLevels } from './levels.ts';
import { type ActivePolicy, isCovered, markDirty, markLevelsChanged, type PartitionState } from './partition-state.ts';
import { RowBuilder, type RowContext } from './rows.ts';
import { DAY_MS } from './score.ts';

export interface JudgeOptions {
  readonly generation: number;
  /** a UUID text that is a function of its parts */
  readonly deterministicId: (...parts: (string | number)[]) => string;
}

/** An account to be judged, at the instant all that happened to it has been applied. */
export interface Judged {
  readonly account: number;
  /** epoch ms */
  readonly at: number;
  readonly cause: Cause;
}

const expiry = causeWithoutTouch('expiry');

/** A late touch that is already outside the window levels are judged by says nothing about now: it renews nothing. */
const isInsideLevelWindow = ({ store, levelWindow }: PartitionState, { kind, time }: Cause, at: number): boolean =>
  kind === 'touch' && time !== null && time > at - (store.windowDays[levelWindow] ?? 0) * DAY_MS;

/**
 * Whether people known by e-mail alone are enough to enter high intensity. Of an incomplete log only they are a lower bound:
 * with the touches that said who is behind a source's id deleted, one person may count as two.
 */
const hasEnoughKnownPeople = (state: PartitionState, active: ActivePolicy, account: number): boolean => {
  const known = state.store.people(account, state.levelWindow).filter(({ personKind }) => personKind === 'email');
  return known.length >= limitsFor(active.limits, state.accounts, account).people;
};

/** Digest of a score of nothing: it can only become other when the windows change. */
const NOTHING_DIGEST = 0;

/** Whether score or windows can be other than in the account's last history row: they need not be computed to know. */
const mayBeNews = ({ accounts, store }: PartitionState, { tables }: ActivePolicy, account: number): boolean => {
  if (accounts.isMarked(account, WINDOWS_CHANGED)) return true;
  return accounts.has(account, HISTORY_DIGEST)
    ? tables.fades && accounts.get(account, HISTORY_DIGEST) !== NOTHING_DIGEST
    : !store.isEmpty(account);
};

/** Decides levels and publishes what must not be coalesced: transitions, and history rows at instants the log determines. */
export class Judge {
  readonly rows: RowBuilder;
  readonly #options: JudgeOptions;
  readonly #chunks: HistoryChunks;

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.rows = new RowBuilder(options.generation);
    this.#chunks = new HistoryChunks(this.rows);
  }

  /** Judges one account. Without a policy nothing counts. */
  judge(state: PartitionState, { account, at, cause }: Judged, out: Output): void {
    const { active } = state;
    if (!active) return;
    const changes = this.#changes(state, active, { account, at, cause });
    if (changes.length === 0) return;
    markDirty(state, account);
    markLevelsChanged(state, account);
    const context = { state, active, account, at };
    this.rows.computeScore(context);
    for (const change of changes) {
      state.moves.levelChanged(state.accounts.id(account), change, cause);
      this.#publish(context, { change, cause }, out);
    }
    this.#recordTransition(context, out);
  }

  /** An account stands at high intensity, which it entered or renewed while it was being moved: now that is so for good. */
  confirm(state: PartitionState, { account, at, cause }: Judged, out: Output): void {
    const { active } = state;
    if (!active) return;
    markDirty(state, account);
    markLevelsChanged(state, account);
    const context = { state, active, account, at };
    this.rows.computeScore(context);
    this.#publish(context, { change: { level: 'high-intensity', kind: 'confirm' }, cause }, out);
    this.#recordTransition(context, out);
  }

  /**
   * History rows of all accounts at an instant the log determines, by account id. At a day's close only of those whose
   * windows or score changed since their last row: readers carry a row forward.
   */
  history(
    state: PartitionState,
    { point, at, accounts }: { point: 'day_close' | 'policy'; at: number; accounts: readonly number[] },
    out: Output,
  ): void {
    const { active } = state;
    if (!active) return;
    const chunk = { state, active, point, at };
    for (const account of accounts) {
      if (point === 'day_close' && !mayBeNews(state, active, account)) continue;
      const context = { state, active, account, at };
      this.rows.computeScore(context);
      if (point === 'day_close' && !this.#isNews(state, account)) continue;
      markDirty(state, account);
      this.#noteHistory(state, account);
      if (isPublished(state, account))
        this.#chunks.add(chunk, { account, step: state.accounts.get(account, STEP) }, out);
    }
    this.#chunks.finish(chunk, out);
  }

  /** Whether the score computed last, or the windows, are other than in the account's last history row. */
  #isNews({ accounts, store }: PartitionState, account: number): boolean {
    if (!accounts.has(account, HISTORY_DIGEST)) return !store.isEmpty(account);
    return (
      accounts.isMarked(account, WINDOWS_CHANGED) || accounts.get(account, HISTORY_DIGEST) !== this.rows.sheet.digest
    );
  }

  #changes(state: PartitionState, active: ActivePolicy, { account, at, cause }: Judged): readonly LevelChange[] {
    const { accounts, store } = state;
    // Of a log without its beginning, the level record knows better than what is left to count.
    if (isCovered(state, account)) return [];
    let reach = store.reach(account, state.levelWindow, limitsFor(active.limits, accounts, account));
    if (!state.isComplete) {
      // What was deleted may still carry a level: counts are lower bounds, nobody leaves.
      if (reach === 'touches and breadth' && !hasEnoughKnownPeople(state, active, account)) reach = 'touches';
      const carried = reach;
      if (accounts.has(account, HIGH_SINCE)) reach = 'touches and breadth';
      else if (reach === 'neither' && accounts.has(account, ENGAGED_SINCE)) reach = 'touches';
      if (reach === carried) accounts.unmark(account, HELD);
      else accounts.mark(account, HELD);
    } else if (accounts.isMarked(account, HELD)) {
      accounts.unmark(account, HELD);
      markDirty(state, account);
    }
    const moved = moveLevels(accounts, account, { reach, at });
    const { renewAfterMs } = active.policy;
    if (renewAfterMs === null || !isInsideLevelWindow(state, cause, at)) return moved;
    const renewed = renewLevels(accounts, account, { after: renewAfterMs, at });
    return renewed.length === 0 ? moved : [...moved, ...renewed];
  }

  #publish(context: RowContext, { change, cause }: { change: LevelChange; cause: Cause }, out: Output): void {
    const { state, account } = context;
    const { accounts } = state;
    const sequence = accounts.get(account, SEQUENCE) + 1;
    accounts.set(account, SEQUENCE, sequence);
    if (!isPublished(state, account)) return;
    const accountId = accounts.id(account);
    const transitionId = this.#options.deterministicId('transition', this.#options.generation, accountId, sequence);
    // A touch does not make an account leave; what left the window in the same instant did.
    const reason = change.kind === 'leave' && cause.kind === 'touch' ? expiry : cause;
    const row = this.rows.transition(context, { ...change, sequence, transitionId }, reason);
    out.send(topics.intensityTransitions, accountId, row);
  }

  #recordTransition(context: RowContext, out: Output): void {
    const { state, account } = context;
    this.#noteHistory(state, account);
    if (!isPublished(state, account)) return;
    const row = this.rows.score(context, 'transition', state.accounts.get(account, STEP));
    out.send(topics.intensityScores, row.accountId, row);
  }

  /** The account has a history row with the score computed last. */
  #noteHistory({ accounts, offset }: PartitionState, account: number): void {
    accounts.set(account, HISTORY_DIGEST, this.rows.sheet.digest);
    accounts.unmark(account, WINDOWS_CHANGED);
    const isFirst = accounts.get(account, STEP_OFFSET) !== offset;
    accounts.set(account, STEP, isFirst ? 1 : accounts.get(account, STEP) + 1);
    accounts.set(account, STEP_OFFSET, offset);
  }
}

/** Whether what happens at the state's offset is still to be published: not below the commit, not covered by a level record. */
export const isPublished = ({ accounts, offset, start }: PartitionState, account: number): boolean =>
  offset >= start.committed && offset > accounts.get(account, COVERED);
