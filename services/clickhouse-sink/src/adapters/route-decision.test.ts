import type { RouteDecision } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { NOON, PERSON, place, rowOf } from '../testing/records.ts';
import { routeDecisionAdapter } from './route-decision.ts';

const TRANSITION = '33333333-3333-8333-8333-333333333333';

describe('route.decisions', () => {
  const decision: RouteDecision = {
    decisionId: TRANSITION,
    accountId: 'acme.com',
    transitionId: TRANSITION,
    transitionSequence: 2,
    route: 'cadence',
    state: 'suppressed',
    reason: 'cool_down',
    until: NOON,
    people: [{ personId: PERSON, role: 'buyer', why: 'most active' }],
    score: 9950,
    cause: 'expiry',
    causeTouchId: null,
    causeSource: null,
    touchAt: null,
    transitionAt: NOON,
    decidedAt: NOON,
    policyVersion: 'plain@1',
    generation: 1,
  };

  it('are stored with whom to contact and why', () => {
    const row = rowOf(routeDecisionAdapter.rows(decision, place), 'route_decision_rows');
    expect(row).toMatchObject({
      state: 'suppressed',
      until: NOON,
      score: 99.5,
      cause_source: '',
      cause_touch_id: null,
    });
    expect(row).toMatchObject({ people: [{ person_id: PERSON, role: 'buyer', why: 'most active' }] });
  });

  it('of another generation are refused', () => {
    expect(routeDecisionAdapter.rows({ ...decision, generation: 9 }, place).rejection?.reason).toBe(
      'unknown_generation',
    );
  });
});
