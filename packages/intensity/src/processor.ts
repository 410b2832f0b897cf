import { isMailFact } from '@groundswell/machines';
import { policyFromCanonical } from '@groundswell/policy';
import { type AccountLevel, type PolicyActivated, type TypedTopic, topics } from '@groundswell/schemas';
import type { InputRecord, LogStart, Output, Processor } from '@groundswell/stream';
import {
  COVERED,
  ENGAGED_RENEWED_AT,
  ENGAGED_SINCE,
  HIGH_RENEWED_AT,
  HIGH_SINCE,
  LAST_TOUCH_TIME,
  LEFT_TOUCH_TIME,
  SEQUENCE,
} from './account-register.ts';
import { assertOfMail, assertTouch, type Effect, removeTouch } from './apply-touch.ts';
import { causeWithoutTouch } from './cause.ts';
import { advanceClock } from './clock.ts';
import { isPublished, Judge, type JudgeOptions } from './judge.ts';
import { recallLastTouch } from './last-touch.ts';
import {
  activatePolicy,
  clockOf,
  completeFrom,
  createPartitionState,
  isCovered,
  markChanged,
  markClean,
  markDirty,
  type PartitionState,
} from './partition-state.ts';
import { policyRow } from './rows.ts';
import { snapshots } from './snapshot.ts';
import type { TouchInput } from './touch-input.ts';
import { touchReader } from './touch-reader.ts';

const expiry = causeWithoutTouch('expiry');
const policyChange = causeWithoutTouch('policy');

/** Of a log without its beginning: the policy that was in effect where it begins now is the last one activated before. */
const inheritPolicy = (state: PartitionState, offset: number, content: string): void => {
  if (offset >= state.start.low || offset <= (state.inherited?.offset ?? -1)) return;
  const parsed = policyFromCanonical(content);
  if (parsed.ok) state.inherited = { offset, policy: parsed.policy };
};

/** The processor of account-intensity: touch → windows → score → transition. Pure; see docs/architecture.md for the rules. */
export class IntensityProcessor implements Processor<TouchInput, PartitionState> {
  readonly name = 'account-intensity';
  readonly input: TypedTopic<TouchInput> = topics.touches;
  // A level record says that what it covers is out, so it goes last.
  readonly outputs = [
    topics.touches,
    topics.touchMarks,
    topics.intensityTransitions,
    topics.intensityScores,
    topics.intensityHistory,
    topics.accountLevels,
  ];
  readonly reader = touchReader;
  readonly snapshots = snapshots;
  readonly restore = { from: 'start', stateTopic: topics.accountLevels } as const;
  readonly coalesceMs = 100;
  readonly clocked = {
    mode: (state: PartitionState) => state.mode,
    // A policy may be activated from the beginning of time (instant 0); that alone does not start the clock.
    clock: (state: PartitionState): number | undefined => state.clock || undefined,
    nextTimer: (state: PartitionState): number | undefined => {
      // A day closes, and a log becomes complete, once time is past the instant.
      const hasDay = state.store.size > 0 || state.hasChanges;
      const dayClose = hasDay && state.nextDayClose !== undefined ? state.nextDayClose + 1 : Number.POSITIVE_INFINITY;
      const next = Math.min(state.timers.peek(), dayClose, completeFrom(state) + 1);
      return Number.isFinite(next) ? next : undefined;
    },
    tick: (instant: number): TouchInput => ({
      change: { kind: 'Tick', body: { received: instant, origin: 'account-intensity' } },
    }),
  };
  readonly #judge: Judge;
  readonly #generation: number;

  constructor(options: JudgeOptions) {
    this.#judge = new Judge(options);
    this.#generation = options.generation;
  }

  createState(partition: number, start: LogStart = { low: 0, committed: 0 }): PartitionState {
    return createPartitionState(partition, start);
  }

  /**
   * A level record covers its account up to its offset: what happened until then is out and is not published again. The
   * log tells the same levels, unless its beginning was deleted: then the record is all that is known of them.
   */
  onStateRecord(state: PartitionState, key: string, value: unknown): void {
    if (value === null) return;
    const level = value as AccountLevel;
    if (level.generation !== this.#generation || level.partition !== state.partition) return;
    // Known already: the state came from a snapshot, or the record was written late by a former owner.
    if (level.offset <= state.offset) return;
    if (level.offset < state.start.committed) state.publishedClock = Math.max(state.publishedClock, level.clock);
    if (level.policy !== null) {
      inheritPolicy(state, level.offset, level.policy);
      return;
    }
    const { accounts } = state;
    const account = accounts.numberOf(key);
    accounts.set(account, COVERED, level.offset);
    if (state.start.low === 0) return;
    accounts.set(account, ENGAGED_SINCE, level.engagedSince ?? Number.NaN);
    accounts.set(account, ENGAGED_RENEWED_AT, level.engagedRenewedAt ?? Number.NaN);
    accounts.set(account, HIGH_SINCE, level.highIntensitySince ?? Number.NaN);
    accounts.set(account, HIGH_RENEWED_AT, level.highIntensityRenewedAt ?? Number.NaN);
    accounts.set(account, LAST_TOUCH_TIME, level.lastTouchTime ?? Number.NaN);
    accounts.set(account, LEFT_TOUCH_TIME, level.lastTouchTime ?? Number.NaN);
    accounts.set(account, SEQUENCE, level.sequence);
    // Of what is not in the log any more the end is not either.
    if (level.offset >= state.start.low) state.moves.restore(key, level.move);
  }

  onRecord(state: PartitionState, record: InputRecord<TouchInput>, out: Output): void {
    const { committed } = state.start;
    // What was out of date before the commit has been flushed with it.
    if (record.offset >= committed && state.offset < committed) markClean(state);
    if (state.inherited) {
      activatePolicy(state, state.inherited.policy);
      state.inherited = null;
    }
    state.offset = record.offset;
    const { change } = record.value;
    const expired = advanceClock(state, this.#judge, { received: change.body.received, out });
    if (state.moves.endOverdue(clockOf(state))) this.#settle(state, out);
    const effect = this.#apply(state, record, out);
    if (effect?.cause.kind === 'correction') this.#concern(state, effect.account);
    if (effect || expired.length > 0) this.#judgeTogether(state, { expired, effect, out });
  }

  onFlush(state: PartitionState, out: Output): void {
    const { accounts, active } = state;
    const { rows } = this.#judge;
    if (active) {
      const at = clockOf(state);
      for (const account of state.dirty) {
        if (!isPublished(state, account)) continue;
        const context = { state, active, account, at };
        rows.computeScore(context);
        out.send(topics.intensityScores, accounts.id(account), rows.score(context, 'current', 0));
      }
      for (const account of state.levelsChanged) {
        if (isPublished(state, account)) {
          out.send(topics.accountLevels, accounts.id(account), rows.level({ state, active, account, at }));
        }
      }
    }
    markClean(state);
  }

  #apply(state: PartitionState, record: InputRecord<TouchInput>, out: Output): Effect | null {
    const { change } = record.value;
    switch (change.kind) {
      case 'TouchAsserted':
        return isMailFact(change.body.type) ? assertOfMail(state, change.body, out) : assertTouch(state, change.body);
      case 'TouchRetracted':
        return removeTouch(state, change.body, change.body.accountId);
      case 'TouchMoved':
        return removeTouch(state, change.body, change.body.fromAccountId);
      case 'Tick':
        return null;
      case 'ClockModeSet':
        if (change.body.mode === 'live' || change.body.mode === 'replay') state.mode = change.body.mode;
        else
          out.deadLetter(record, {
            reason: 'unknown_clock_mode',
            message: `clock mode ${change.body.mode} is neither live nor replay`,
          });
        return null;
      case 'MoveMark':
        if (change.body.phase === 'begins') state.moves.begin(change.body, clockOf(state));
        else if (state.moves.end(change.body)) this.#settle(state, out);
        return null;
      case 'PolicyActivated':
        this.#activate(state, { record, activation: change.body, out });
        return null;
      case 'StandingCorrection':
        out.deadLetter(record, {
          reason: 'unsupported_correction',
          message: `standing correction of kind ${change.body.kind} is not one this engine applies`,
        });
        return null;
      default:
        return change satisfies never;
    }
  }

  /** Every account is judged anew at the instant of activation, and what changes says that the policy did it. */
  #activate(
    state: PartitionState,
    options: { record: InputRecord<TouchInput>; activation: PolicyActivated; out: Output },
  ): void {
    const { record, activation, out } = options;
    const parsed = policyFromCanonical(activation.content);
    if (!parsed.ok) {
      out.deadLetter(record, {
        reason: 'invalid_policy',
        message: parsed.problems.map(({ message }) => message).join('; '),
      });
      return;
    }
    const identity = `${activation.received} ${parsed.policy.version}`;
    // After a crash the resolver may send an older activation once more: it must not undo a newer one.
    if (state.activations.has(identity)) return;
    state.activations.add(identity);
    if (record.offset >= state.start.committed) {
      const row = policyRow(state, {
        generation: this.#generation,
        content: activation.content,
        version: parsed.policy.version,
      });
      out.send(topics.accountLevels, `policy ${record.offset}`, row, { partition: state.partition });
    }
    if (parsed.policy.version === state.active?.policy.version) return;
    activatePolicy(state, parsed.policy);
    const at = clockOf(state);
    const known = state.accounts.inOrder();
    const accounts = known.filter((account) => !state.store.isEmpty(account));
    // a row that outlives the windows says under which policy it stands
    for (const account of known) {
      recallLastTouch(state.accounts, state.store, account);
      if (state.accounts.get(account, SEQUENCE) > 0) markDirty(state, account);
    }
    for (const account of accounts) {
      state.timers.schedule(account, state.store.nextExpiry(account));
      markChanged(state, account);
      this.#judge.judge(state, { account, at, cause: policyChange }, out);
    }
    this.#judge.history(state, { point: 'policy', at, accounts }, out);
  }

  /** A correction changed the account's windows. Whether one that is under way at its level record did, the record says. */
  #concern(state: PartitionState, account: number): void {
    const { accounts, moves } = state;
    moves.hear();
    if (!isCovered(state, account)) moves.concern(accounts.id(account), accounts.has(account, HIGH_SINCE));
  }

  /**
   * No correction is under way any more: what was entered meanwhile is confirmed, where it still stands. Of a log without its
   * beginning, an account whose level record is ahead was not at that point yet.
   */
  #settle(state: PartitionState, out: Output): void {
    const { accounts, moves } = state;
    const isAhead = (accountId: string): boolean => {
      const account = accounts.find(accountId);
      return account !== -1 && isCovered(state, account);
    };
    for (const { accountId, cause } of moves.settle(isAhead)) {
      const account = accounts.find(accountId);
      if (account === -1 || !accounts.has(account, HIGH_SINCE)) continue;
      this.#judge.confirm(state, { account, at: clockOf(state), cause }, out);
    }
  }

  /** Accounts that lost touches at the record's instant, and the account of the record, each once and in order. */
  #judgeTogether(
    state: PartitionState,
    { expired, effect, out }: { expired: number[]; effect: Effect | null; out: Output },
  ): void {
    const at = clockOf(state);
    if (effect) {
      markChanged(state, effect.account);
      if (!expired.includes(effect.account)) {
        expired.push(effect.account);
        if (expired.length > 1) expired.sort((left, right) => state.accounts.compare(left, right));
      }
    }
    for (const account of expired) {
      const cause = effect?.account === account ? effect.cause : expiry;
      this.#judge.judge(state, { account, at, cause }, out);
    }
  }
}
