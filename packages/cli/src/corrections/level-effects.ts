import { IntensityProcessor } from '@groundswell/intensity';
import { deterministicId } from '@groundswell/kafka';
import { type IntensityScore, type TouchAsserted, topics } from '@groundswell/schemas';
import { TopologyDriver } from '@groundswell/stream';
import type { LevelFilter } from '../queries/accounts.ts';
import type { Preview, TouchSide } from '../stack/resolver-answers.ts';

export interface LevelAndScore {
  readonly level: LevelFilter;
  /** hundredths */
  readonly score: number;
}

/** An entry into high-intensity, or a renewal of it: what the router is asked about. */
export interface RouteAsked {
  readonly account: string;
  readonly kind: string;
  /** epoch ms */
  readonly at: number;
}

export interface LevelEffects {
  readonly accounts: readonly {
    readonly account: string;
    readonly before: LevelAndScore;
    readonly after: LevelAndScore;
  }[];
  /** the router would have been asked, had it been known from the start */
  readonly asked: readonly RouteAsked[];
  /** the router would not have been asked */
  readonly unasked: readonly RouteAsked[];
  /** touches that would change and are not among those given: the tables lack them yet */
  readonly missing: number;
}

export interface LevelQuestion {
  readonly accounts: readonly string[];
  /** in the order in which they were received */
  readonly touches: readonly TouchAsserted[];
  readonly changes: Preview['changes'];
  /** of the policy in effect, as canonical JSON */
  readonly policy: { readonly name: string; readonly version: string; readonly content: string };
  /** epoch ms that windows end at */
  readonly clock: number;
  /** epoch ms: touches are given from then on */
  readonly since: number;
}

const levelOf = ({ highIntensitySince, engagedSince }: IntensityScore): LevelFilter => {
  if (highIntensitySince !== null) return 'high-intensity';
  return engagedSince === null ? 'none' : 'engaged';
};

interface Outcome {
  readonly levels: ReadonlyMap<string, LevelAndScore>;
  readonly asked: readonly RouteAsked[];
}

/** What account-intensity says of these touches: the processor itself, in memory. */
const outcomeOf = (touches: readonly TouchAsserted[], { policy, clock }: LevelQuestion): Outcome => {
  const driver = new TopologyDriver(new IntensityProcessor({ generation: 1, deterministicId }));
  driver.pipe({ value: { change: { kind: 'PolicyActivated', body: { ...policy, received: 0, activatedBy: '' } } } });
  for (const body of touches) driver.pipe({ value: { change: { kind: 'TouchAsserted', body } } });
  driver.tick(clock);
  driver.flush();
  const levels = new Map<string, LevelAndScore>();
  for (const row of driver.read(topics.intensityScores))
    levels.set(row.accountId, { level: levelOf(row), score: row.score });
  const asked = driver
    .read(topics.intensityTransitions)
    .filter(({ level, kind }) => level === 'high-intensity' && kind !== 'leave')
    .map(({ accountId, kind, at }) => ({ account: accountId, kind, at }));
  return { levels, asked };
};

const RETRACTED = 'retracted';

/** A touch with what a correction makes of it; null: it is taken back. A machine that account-intensity found stays one. */
const corrected = (touch: TouchAsserted, before: TouchSide, after: TouchSide): TouchAsserted | null => {
  if (after.disposition === RETRACTED) return null;
  const isSame = after.disposition === before.disposition && after.disposition_reason === before.disposition_reason;
  const disposition = isSame ? touch.disposition : after.disposition;
  const dispositionReason = isSame ? touch.dispositionReason : after.disposition_reason;
  const { account_id: accountId, person_id: personId, person_kind: personKind, role } = after;
  return { ...touch, accountId, personId, personKind, role, disposition, dispositionReason };
};

const NOTHING: LevelAndScore = { level: 'none', score: 0 };
const keyOf = ({ account, kind, at }: RouteAsked): string => `${account} ${kind} ${at}`;

/** What is in one list and not in the other. */
const without = (some: readonly RouteAsked[], others: readonly RouteAsked[]): RouteAsked[] => {
  const known = new Set(others.map(keyOf));
  return some.filter((one) => !known.has(keyOf(one)));
};

/**
 * Levels and scores without and with a correction, as if either had been known from the start, under the policy in effect
 * now: both sides are computed, so that nothing but the correction makes a difference.
 */
export const levelEffects = (question: LevelQuestion): LevelEffects => {
  const { accounts, touches, changes, since } = question;
  const wanted = new Set(accounts);
  const ofWanted = (touch: TouchAsserted): boolean => touch.accountId !== null && wanted.has(touch.accountId);
  const changed = new Map(changes.map((change) => [change.touch_id, change]));
  const given = new Set(touches.map(({ touchId }) => touchId));
  const missing = changes.filter(({ touch_id: id, effective_time: at }) => Date.parse(at) > since && !given.has(id));
  const then = touches.flatMap((touch) => {
    const change = changed.get(touch.touchId);
    return (change ? corrected(touch, change.before, change.after) : touch) ?? [];
  });
  const before = outcomeOf(touches.filter(ofWanted), question);
  const after = outcomeOf(then.filter(ofWanted), question);
  return {
    accounts: accounts.map((account) => ({
      account,
      before: before.levels.get(account) ?? NOTHING,
      after: after.levels.get(account) ?? NOTHING,
    })),
    asked: without(after.asked, before.asked),
    unasked: without(before.asked, after.asked),
    missing: missing.length,
  };
};
