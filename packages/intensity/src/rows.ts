import type { AccountLevel, IntensityScore, IntensityTransition, WindowAggregate } from '@groundswell/schemas';
import type { PersonActivity } from '@groundswell/windowing';
import type { LevelChange } from './levels.ts';
import {
  type AccountState,
  type ActivePolicy,
  accountState,
  levelWindow,
  type PartitionState,
} from './partition-state.ts';
import { type Score, scoreOf } from './score.ts';

/** Changes whenever the same log would give other results: activated like a policy. */
const ENGINE_VERSION = '1';

const NEWEST_TOUCHES = 50;
const MOST_ACTIVE_PEOPLE = 20;

export type TransitionCause = 'touch' | 'expiry' | 'correction' | 'policy' | 'merge';

/** What made an account be judged. */
export interface Cause {
  readonly kind: TransitionCause;
  readonly touchId: string | null;
  readonly source: string | null;
  /** epoch ms, effective time of the touch */
  readonly time: number | null;
  /** epoch ms */
  readonly received: number | null;
}

export const causeWithoutTouch = (kind: TransitionCause): Cause => ({
  kind,
  touchId: null,
  source: null,
  time: null,
  received: null,
});

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
  readonly generation: number;
  readonly accountId: string;
  /** epoch ms, the instant the row is true of */
  readonly at: number;
}

const provenance = ({ state, active, generation }: RowContext): Provenance => ({
  policyVersion: active.policy.version,
  engineVersion: ENGINE_VERSION,
  generation,
  clock: state.clock ?? 0,
  partition: state.partition,
  offset: state.offset,
});

const windowsOf = ({ state: { store }, accountId }: RowContext): WindowAggregate[] =>
  store.windowDays.map((days, index) => ({ days, ...store.aggregate(accountId, index) }));

const scoreIn = ({ state: { store }, active, accountId, at }: RowContext): Score =>
  scoreOf(
    active.tables,
    {
      forEachDayType: (visit) => store.forEachDayType(accountId, visit),
      breadth: store.aggregate(accountId, levelWindow(store)),
    },
    at,
  );

const since = ({ levels }: AccountState): Pick<AccountLevel, 'engagedSince' | 'highIntensitySince'> => ({
  engagedSince: levels.engaged.since,
  highIntensitySince: levels.highIntensity.since,
});

const activePerson = ({ personId, personKind, role, touches, lastTime, lastType }: PersonActivity) => ({
  personId,
  personKind,
  role,
  touches,
  lastTime,
  lastType,
});

/** Windows, level and score of an account. `step` orders rows of one account at one offset. */
export const scoreRow = (context: RowContext, point: string, step: number): IntensityScore => {
  const account = accountState(context.state, context.accountId);
  return {
    accountId: context.accountId,
    point,
    step,
    validAt: context.at,
    ...since(account),
    ...scoreIn(context),
    windows: windowsOf(context),
    lastTouchTime: account.lastTouchTime,
    sequence: account.sequence,
    ...provenance(context),
  };
};

/** The transition with its reasons. `transitionId` is a function of generation, account and sequence. */
export const transitionRow = (
  context: RowContext,
  change: LevelChange & { readonly sequence: number; readonly transitionId: string },
  cause: Cause,
): IntensityTransition => {
  const { state, accountId, active } = context;
  const window = levelWindow(state.store);
  return {
    transitionId: change.transitionId,
    accountId,
    sequence: change.sequence,
    level: change.level,
    kind: change.kind,
    at: context.at,
    knownAt: state.clock ?? context.at,
    cause: cause.kind,
    causeTouchId: cause.touchId,
    causeSource: cause.source,
    causeTime: cause.time,
    causeReceived: cause.received,
    ...since(accountState(state, accountId)),
    ...scoreIn(context),
    windows: windowsOf(context),
    touchIds: state.store.newest(accountId, NEWEST_TOUCHES, window).map(({ touchId }) => touchId),
    people: state.store.people(accountId, window).slice(0, MOST_ACTIVE_PEOPLE).map(activePerson),
    products: state.store.values(accountId, window, 'product'),
    held: false,
    routing: { coolDownMs: active.policy.coolDownMs, maxPeople: active.policy.maxPeople },
    ...provenance(context),
  };
};

/** What outlives the windows, as a checkpoint at the partition's offset. */
export const levelRow = (context: RowContext): AccountLevel => {
  const account = accountState(context.state, context.accountId);
  return {
    accountId: context.accountId,
    sequence: account.sequence,
    ...since(account),
    engagedRenewedAt: account.levels.engaged.renewedAt,
    highIntensityRenewedAt: account.levels.highIntensity.renewedAt,
    lastTouchTime: account.lastTouchTime,
    ...provenance(context),
  };
};
