import type { Breadth } from './plain-score.ts';
import type { PolicyTerms } from './policy-terms.ts';

interface Level {
  since: number | null;
  renewed: number | null;
}

/** Where an account stands at both levels. */
export interface Levels {
  readonly engaged: Level;
  readonly high: Level;
  sequence: number;
}

export interface Step {
  readonly level: 'engaged' | 'high-intensity';
  readonly kind: 'enter' | 'leave' | 'renew';
}

/** What an account is at an offset. */
export interface Standing {
  readonly sequence: number;
  readonly engagedSince: number | null;
  readonly highIntensitySince: number | null;
  readonly engagedRenewedAt: number | null;
  readonly highIntensityRenewedAt: number | null;
}

export const noLevels = (): Levels => ({
  engaged: { since: null, renewed: null },
  high: { since: null, renewed: null },
  sequence: 0,
});

export const standingOf = ({ engaged, high, sequence }: Levels): Standing => ({
  sequence,
  engagedSince: engaged.since,
  highIntensitySince: high.since,
  engagedRenewedAt: engaged.renewed,
  highIntensityRenewedAt: high.renewed,
});

/** Moves the levels to what the 30-day window says. Upwards engaged comes first, downwards high-intensity. */
export const takeSteps = (levels: Levels, policy: PolicyTerms, month: Breadth, at: number): Step[] => {
  const { engaged, high } = levels;
  const isEngaged = month.touches >= (engaged.since === null ? policy.engaged.enter : policy.engaged.leave);
  const { enterPeople, leavePeople, enterProducts, leaveProducts } = policy.high;
  const isBroad =
    month.people >= (high.since === null ? enterPeople : leavePeople) &&
    month.products >= (high.since === null ? enterProducts : leaveProducts);
  const steps: Step[] = [];
  const move = (state: Level, target: boolean, level: Step['level']): void => {
    if ((state.since !== null) === target) return;
    steps.push({ level, kind: target ? 'enter' : 'leave' });
    state.since = target ? at : null;
    state.renewed = null;
  };
  move(engaged, isEngaged, 'engaged');
  move(high, isEngaged && isBroad, 'high-intensity');
  return steps[0]?.kind === 'leave' && steps[0].level === 'engaged' ? steps.reverse() : steps;
};

/** Renews the levels that the account has been at for long enough. */
export const renew = (levels: Levels, { renewAfterMs }: PolicyTerms, at: number): Step[] => {
  if (renewAfterMs === null) return [];
  const steps: Step[] = [];
  for (const [state, level] of [
    [levels.engaged, 'engaged'],
    [levels.high, 'high-intensity'],
  ] as const) {
    if (state.since === null || at - (state.renewed ?? state.since) < renewAfterMs) continue;
    state.renewed = at;
    steps.push({ level, kind: 'renew' });
  }
  return steps;
};
