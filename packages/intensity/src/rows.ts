import {
  type AccountLevel,
  type IntensityScore,
  type IntensityTransition,
  writeScoreRow,
  writeTransition,
} from '@groundswell/schemas';
import {
  type AccountRegister,
  ENGAGED_RENEWED_AT,
  ENGAGED_SINCE,
  HELD,
  HIGH_RENEWED_AT,
  HIGH_SINCE,
  LAST_TOUCH_TIME,
  SEQUENCE,
} from './account-register.ts';
import type { Cause } from './cause.ts';
import type { LevelChange } from './levels.ts';
import type { ActivePolicy, PartitionState } from './partition-state.ts';
import { idText } from './revisions.ts';
import { ScoreSheet } from './score.ts';

/** Changes whenever the same log would give other results: activated like a policy. */
const ENGINE_VERSION = '1';

const NEWEST_TOUCHES = 50;
const MOST_ACTIVE_PEOPLE = 20;

export interface Provenance {
  readonly policyVersion: string;
  readonly engineVersion: string;
  readonly generation: number;
  readonly clock: number;
  readonly partition: number;
  readonly offset: number;
}

export interface RowContext {
  readonly state: PartitionState;
  readonly active: ActivePolicy;
  readonly account: number;
  /** epoch ms, the instant the row is true of */
  readonly at: number;
}

const since = (
  accounts: AccountRegister,
  account: number,
): Pick<AccountLevel, 'engagedSince' | 'highIntensitySince'> => ({
  engagedSince: accounts.orNull(account, ENGAGED_SINCE),
  highIntensitySince: accounts.orNull(account, HIGH_SINCE),
});

/** Makes the rows of one account after the other. */
export class RowBuilder {
  readonly #generation: number;
  readonly #sheet = new ScoreSheet();
  /** four words each */
  readonly #touchIds = new Uint32Array(4 * NEWEST_TOUCHES);

  constructor(generation: number) {
    this.#generation = generation;
  }

  /** Score and windows of the account that {@link computeScore} was called for last. */
  get sheet(): ScoreSheet {
    return this.#sheet;
  }

  computeScore({ state: { store, levelWindow }, active, account, at }: RowContext): void {
    const windows = store.windowDays.length;
    this.#sheet.compute(active.tables, store, { account, instant: at, windows, levelWindow });
  }

  provenance(state: PartitionState, active: ActivePolicy): Provenance {
    return {
      policyVersion: active.policy.version,
      engineVersion: ENGINE_VERSION,
      generation: this.#generation,
      clock: state.clock ?? 0,
      partition: state.partition,
      offset: state.offset,
    };
  }

  /** Windows, level and score of an account, whose score must have been computed. `step` orders its rows at one offset. */
  score(context: RowContext, point: string, step: number): IntensityScore {
    const { state, active, account, at } = context;
    const { accounts, store } = state;
    const { score, components, parts, counts, points, windows } = this.#sheet;
    return writeScoreRow({
      accountId: accounts.id(account),
      point,
      step,
      validAt: at,
      engagedSince: accounts.get(account, ENGAGED_SINCE),
      highIntensitySince: accounts.get(account, HIGH_SINCE),
      score,
      components,
      parts,
      counts,
      points,
      windowDays: store.windowDays,
      windows,
      lastTouchTime: accounts.get(account, LAST_TOUCH_TIME),
      sequence: accounts.get(account, SEQUENCE),
      held: accounts.isMarked(account, HELD),
      policyVersion: active.policy.version,
      engineVersion: ENGINE_VERSION,
      generation: this.#generation,
      clock: state.clock ?? 0,
      partition: state.partition,
      offset: state.offset,
    });
  }

  /**
   * The transition with its reasons, of an account whose score must have been computed. `transitionId` is a function of
   * generation, account and sequence.
   */
  transition(
    context: RowContext,
    change: LevelChange & { readonly sequence: number; readonly transitionId: string },
    cause: Cause,
  ): IntensityTransition {
    const { state, account, active, at } = context;
    const { accounts, store, levelWindow } = state;
    const { score, components, parts, counts, points, windows } = this.#sheet;
    return writeTransition({
      transitionId: change.transitionId,
      accountId: accounts.id(account),
      sequence: change.sequence,
      level: change.level,
      kind: change.kind,
      at,
      knownAt: state.clock ?? at,
      cause: cause.kind,
      causeTouchId: cause.touchId === null ? null : idText(cause.touchId),
      causeSource: cause.source,
      causeTime: cause.time,
      causeReceived: cause.received,
      causeEvidence: cause.evidence,
      duringMove: state.moves.concerning(accounts.id(account)),
      engagedSince: accounts.get(account, ENGAGED_SINCE),
      highIntensitySince: accounts.get(account, HIGH_SINCE),
      score,
      components,
      parts,
      counts,
      points,
      windowDays: store.windowDays,
      windows,
      touchIds: this.#touchIds,
      touches: store.newestIds(account, levelWindow, this.#touchIds),
      people: store.people(account, levelWindow).slice(0, MOST_ACTIVE_PEOPLE),
      products: store.values(account, levelWindow, 'product'),
      held: accounts.isMarked(account, HELD),
      policyVersion: active.policy.version,
      routing: { coolDownMs: active.policy.coolDownMs, maxPeople: active.policy.maxPeople },
      engineVersion: ENGINE_VERSION,
      generation: this.#generation,
      clock: state.clock ?? 0,
      partition: state.partition,
      offset: state.offset,
    });
  }

  /** What outlives the windows, as a checkpoint at the partition's offset. */
  level({ state, active, account }: RowContext): AccountLevel {
    const { accounts } = state;
    return {
      accountId: accounts.id(account),
      sequence: accounts.get(account, SEQUENCE),
      ...since(accounts, account),
      engagedRenewedAt: accounts.orNull(account, ENGAGED_RENEWED_AT),
      highIntensityRenewedAt: accounts.orNull(account, HIGH_RENEWED_AT),
      lastTouchTime: accounts.orNull(account, LAST_TOUCH_TIME),
      move: state.moves.of(accounts.id(account)),
      policy: null,
      ...this.provenance(state, active),
    };
  }
}

/** What outlives the log of a policy: its content, from the offset it was activated at. */
export const policyRow = (
  state: PartitionState,
  { generation, content, version }: { generation: number; content: string; version: string },
): AccountLevel => ({
  accountId: '',
  sequence: 0,
  engagedSince: null,
  highIntensitySince: null,
  engagedRenewedAt: null,
  highIntensityRenewedAt: null,
  lastTouchTime: null,
  move: null,
  policy: content,
  policyVersion: version,
  engineVersion: ENGINE_VERSION,
  generation,
  clock: state.clock ?? 0,
  partition: state.partition,
  offset: state.offset,
});
