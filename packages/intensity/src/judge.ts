import { topics } from '@groundswell/schemas';
import type { Output } from '@groundswell/stream';
import { evaluateLevels, type LevelChange, renewLevels } from './levels.ts';
import { type AccountState, accountState, levelWindow, type PartitionState } from './partition-state.ts';
import { type Cause, causeWithoutTouch, type RowContext, scoreRow, transitionRow } from './rows.ts';
import { DAY_MS } from './score.ts';

export interface JudgeOptions {
  readonly generation: number;
  /** a UUID text that is a function of its parts */
  readonly deterministicId: (...parts: (string | number)[]) => string;
}

const nextStep = (account: AccountState, offset: number): number => {
  if (account.stepOffset !== offset) {
    account.stepOffset = offset;
    account.step = 0;
  }
  account.step += 1;
  return account.step;
};

/** A late touch that is already outside the window levels are judged by says nothing about now: it renews nothing. */
const isInsideLevelWindow = ({ store }: PartitionState, { kind, time }: Cause, at: number): boolean => {
  const days = store.windowDays[levelWindow(store)] ?? 0;
  return kind === 'touch' && time !== null && time > at - days * DAY_MS;
};

/** Decides levels and publishes what must not be coalesced: transitions, and history rows at instants the log determines. */
export class Judge {
  readonly #options: JudgeOptions;

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  /** The context of the account's rows at an instant; null before the first policy. */
  context(state: PartitionState, accountId: string, at: number): RowContext | null {
    const { active } = state;
    return active && { state, active, generation: this.#options.generation, accountId, at };
  }

  /** Judges one account at an instant, once all that happened at it has been applied. */
  judge(context: RowContext, cause: Cause, out: Output): void {
    const { state, accountId, at, active } = context;
    const account = accountState(state, accountId);
    const window = state.store.aggregate(accountId, levelWindow(state.store));
    const changes = evaluateLevels(account.levels, active.policy, window, at);
    if (isInsideLevelWindow(state, cause, at)) changes.push(...renewLevels(account.levels, active.policy, at));
    state.dirty.add(accountId);
    for (const change of changes) this.#publish(context, change, cause, out);
    if (changes.length > 0) this.history(context, 'transition', out);
  }

  /** A history row. */
  history(context: RowContext, point: 'transition' | 'day_close' | 'policy', out: Output): void {
    const step = nextStep(accountState(context.state, context.accountId), context.state.offset);
    out.send(topics.intensityScores, context.accountId, scoreRow(context, point, step));
  }

  #publish(context: RowContext, change: LevelChange, cause: Cause, out: Output): void {
    const { state, accountId } = context;
    const account = accountState(state, accountId);
    account.sequence += 1;
    const transitionId = this.#options.deterministicId(
      'transition',
      this.#options.generation,
      accountId,
      account.sequence,
    );
    // A touch does not make an account leave; what left the window in the same instant did.
    const reason = change.kind === 'leave' && cause.kind === 'touch' ? causeWithoutTouch('expiry') : cause;
    state.levelsChanged.add(accountId);
    out.send(
      topics.intensityTransitions,
      accountId,
      transitionRow(context, { ...change, sequence: account.sequence, transitionId }, reason),
    );
  }
}
