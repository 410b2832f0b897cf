import { describe, expect, it } from 'vitest';
import { decision, NOON, PERSON, place, rowOf } from '../testing/records.ts';
import { routeDecisionAdapter } from './route-decision.ts';

describe('route.decisions', () => {
  it('are stored with whom to contact and why', () => {
    const row = rowOf(routeDecisionAdapter.rows(decision(), place), 'route_decision_rows');
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
    expect(routeDecisionAdapter.rows(decision({ generation: 9 }), place).rejection?.reason).toBe('unknown_generation');
  });
});
