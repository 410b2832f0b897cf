import { policyFromCanonical } from '@groundswell/policy';
import {
  type PolicyActivated,
  type TouchAsserted,
  type TouchChange,
  type TouchMoved,
  type TouchRetracted,
  topics,
} from '@groundswell/schemas';
import type { InputRecord, Output, Processor } from '@groundswell/stream';
import type { PersonKind } from '@groundswell/windowing';
import { advanceClock } from './clock.ts';
import { Judge, type JudgeOptions } from './judge.ts';
import {
  accountState,
  activatePolicy,
  createPartitionState,
  forgetWhenEmpty,
  type PartitionState,
} from './partition-state.ts';
import { type Cause, causeWithoutTouch, levelRow, scoreRow, type TransitionCause } from './rows.ts';

const personKinds: ReadonlySet<string> = new Set<PersonKind>(['email', 'source_id', 'shared_mailbox']);
const isPersonKind = (kind: string): kind is PersonKind => personKinds.has(kind);

/** What a record did: the account it concerned and why that account must be judged. */
interface Effect {
  readonly accountId: string;
  readonly cause: Cause;
}

const touchCause = (kind: TransitionCause, touch: TouchAsserted): Cause => ({
  kind,
  touchId: touch.touchId,
  source: touch.source,
  time: touch.effectiveTime,
  received: touch.received,
});

const clockOf = (state: PartitionState): number => state.clock ?? 0;

interface Revision {
  readonly touchId: string;
  readonly revision: number;
  readonly effectiveTime: number;
}

const revisionKey = (touchId: string, accountId: string): string => `${touchId} ${accountId}`;

/** A revision counts when none at or above it was seen for this account. Of first assertions the store itself knows its touches. */
const isStale = (state: PartitionState, { touchId, revision }: Revision, accountId: string): boolean => {
  const seen = state.revised.get(revisionKey(touchId, accountId));
  return seen !== undefined && revision <= seen.revision;
};

const noteRevision = (
  state: PartitionState,
  { touchId, revision, effectiveTime }: Revision,
  accountId: string,
): void => {
  state.revised.set(revisionKey(touchId, accountId), { revision, time: effectiveTime });
};

const assertTouch = (state: PartitionState, touch: TouchAsserted): Effect | null => {
  const { accountId, touchId, revision } = touch;
  if (accountId === null || isStale(state, touch, accountId)) return null;
  const clock = clockOf(state);
  if (revision > 1) {
    noteRevision(state, touch, accountId);
    state.store.remove(accountId, touchId, clock);
  }
  const cause = touchCause(revision > 1 ? 'correction' : 'touch', touch);
  if (touch.disposition !== 'candidate' || !isPersonKind(touch.personKind))
    return revision > 1 ? { accountId, cause } : null;
  const outcome = state.store.insert(
    accountId,
    {
      touchId,
      time: touch.effectiveTime,
      type: touch.type,
      personId: touch.personId,
      personKind: touch.personKind,
      source: touch.source,
      product: touch.product,
      role: touch.role,
      channel: touch.channel,
    },
    clock,
  );
  if (outcome !== 'inserted') return revision > 1 ? { accountId, cause } : null;
  state.timers.schedule(accountId, state.store.nextExpiry(accountId));
  const counted = (state.active?.policy.weights.get(touch.type) ?? 0) > 0;
  if (!counted && revision === 1) return null;
  const account = accountState(state, accountId);
  account.lastTouchTime = Math.max(account.lastTouchTime ?? touch.effectiveTime, touch.effectiveTime);
  return { accountId, cause };
};

const removeTouch = (
  state: PartitionState,
  touch: TouchRetracted | TouchMoved,
  accountId: string | null,
): Effect | null => {
  if (accountId === null || isStale(state, touch, accountId)) return null;
  noteRevision(state, touch, accountId);
  const removed = state.store.remove(accountId, touch.touchId, clockOf(state));
  return removed ? { accountId, cause: { ...causeWithoutTouch('correction'), touchId: touch.touchId } } : null;
};

/** The processor of account-intensity: touch → windows → score → transition. Pure; see docs/architecture.md for the rules. */
export class IntensityProcessor implements Processor<TouchChange, PartitionState> {
  readonly name = 'account-intensity';
  readonly input = topics.touches;
  // A level record says that the transitions it covers are out, so it goes last.
  readonly outputs = [topics.intensityTransitions, topics.intensityScores, topics.accountLevels];
  readonly restore = { from: 'start' } as const;
  readonly clocked = {
    mode: (state: PartitionState) => state.mode,
    // A policy may be activated from the beginning of time (instant 0); that alone does not start the clock.
    clock: (state: PartitionState): number | undefined => state.clock || undefined,
    nextTimer: (state: PartitionState): number | undefined => {
      const timer = state.timers.peek() ?? Number.POSITIVE_INFINITY;
      // A day closes once time is past midnight.
      const dayClose = state.store.accountIds().next().done
        ? Number.POSITIVE_INFINITY
        : (state.nextDayClose ?? Number.POSITIVE_INFINITY) + 1;
      const next = Math.min(timer, dayClose);
      return Number.isFinite(next) ? next : undefined;
    },
    tick: (instant: number): TouchChange => ({
      change: { kind: 'Tick', body: { received: instant, origin: 'account-intensity' } },
    }),
  };
  readonly #judge: Judge;

  constructor(options: JudgeOptions) {
    this.#judge = new Judge(options);
  }

  createState(partition: number): PartitionState {
    return createPartitionState(partition);
  }

  onRecord(state: PartitionState, record: InputRecord<TouchChange>, out: Output): void {
    state.offset = record.offset;
    const { change } = record.value;
    const expired = advanceClock(state, this.#judge, { received: change.body.received, out });
    const effect = this.#apply(state, record, out);
    this.#judgeTogether(state, { expired, effect, out });
  }

  onFlush(state: PartitionState, out: Output): void {
    for (const accountId of [...state.dirty].sort()) {
      const context = this.#judge.context(state, accountId, clockOf(state));
      if (context) out.send(topics.intensityScores, accountId, scoreRow(context, 'current', 0));
      forgetWhenEmpty(state, accountId);
    }
    for (const accountId of [...state.levelsChanged].sort()) {
      const context = this.#judge.context(state, accountId, clockOf(state));
      if (context) out.send(topics.accountLevels, accountId, levelRow(context));
    }
    state.dirty.clear();
    state.levelsChanged.clear();
  }

  #apply(state: PartitionState, record: InputRecord<TouchChange>, out: Output): Effect | null {
    const { change } = record.value;
    switch (change.kind) {
      case 'TouchAsserted':
        return assertTouch(state, change.body);
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
    options: { record: InputRecord<TouchChange>; activation: PolicyActivated; out: Output },
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
    if (parsed.policy.version === state.active?.policy.version) return;
    activatePolicy(state, parsed.policy);
    for (const accountId of [...state.store.accountIds()].sort()) {
      state.timers.schedule(accountId, state.store.nextExpiry(accountId));
      const context = this.#judge.context(state, accountId, clockOf(state));
      if (!context) continue;
      this.#judge.judge(context, causeWithoutTouch('policy'), out);
      this.#judge.history(context, 'policy', out);
    }
  }

  /** Accounts that lost touches at the record's instant, and the account of the record, each once and in order. */
  #judgeTogether(
    state: PartitionState,
    { expired, effect, out }: { expired: readonly string[]; effect: Effect | null; out: Output },
  ): void {
    if (expired.length === 0 && !effect) return;
    const accounts = effect && !expired.includes(effect.accountId) ? [...expired, effect.accountId].sort() : expired;
    for (const accountId of accounts) {
      const context = this.#judge.context(state, accountId, clockOf(state));
      const cause = effect?.accountId === accountId ? effect.cause : causeWithoutTouch('expiry');
      if (context) this.#judge.judge(context, cause, out);
      forgetWhenEmpty(state, accountId);
    }
  }
}
