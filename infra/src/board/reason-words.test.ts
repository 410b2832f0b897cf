import { describe, expect, it } from 'vitest';
import type { HighIntensityTransition } from './board-rows.ts';
import {
  describeBreadth,
  describeDecision,
  describeLeave,
  describeProducts,
  describeRoles,
  describeTypes,
} from './reason-words.ts';

const person = (role: string, kind = 'email') => ({ kind, role, touches: 3 });
const transition: HighIntensityTransition = {
  transitionId: 't1',
  accountId: 'fernhill-bank.example',
  kind: 'enter',
  at: Date.parse('2026-03-02T14:05:09Z'),
  cause: 'touch',
  score: 71.4,
  touches30d: 23,
  people30d: 4,
  people: [person('technical'), person('economic_buyer'), person('technical'), person('')],
  types: [],
  products: [],
};

describe('reasons in words', () => {
  it('say who is active: roles by frequency, unknown ones last', () => {
    expect(describeRoles(transition.people)).toBe('2 technical, economic buyer, 1 unknown');
    expect(describeRoles([person(''), person('')])).toBe('2 unknown roles');
  });

  it('leave shared mailboxes out: nobody in particular stands behind them', () => {
    expect(describeRoles([person('user'), person('', 'shared_mailbox')])).toBe('user');
  });

  it('say what gives most to the score, and how often it was done', () => {
    const types = [
      { type: 'page_view', count: 9, points: 2 },
      { type: 'trial_use', count: 6, points: 30 },
      { type: 'demo_request', count: 1, points: 12 },
      { type: 'chat', count: 2, points: 7 },
      { type: 'email_open', count: 3, points: 0 },
    ];
    expect(describeTypes(types)).toBe('trial use ×6, demo request, chat ×2 and 1 more');
  });

  it('name product areas, at most four', () => {
    expect(describeProducts(['streaming', '', 'data_hub'])).toBe('streaming, data hub');
    expect(describeProducts(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c, d and 2 more');
  });

  it('say how broad it is', () => {
    expect(describeBreadth(transition)).toBe(
      '4 people (2 technical, economic buyer, 1 unknown), 23 touches in 30 days',
    );
    expect(describeBreadth({ ...transition, people: [], people30d: 1, touches30d: 1 })).toBe(
      '1 person, 1 touch in 30 days',
    );
  });

  it('say where it was sent and whom to contact first, or why not', () => {
    const decision = {
      transitionId: 't1',
      route: 'cadence',
      state: 'routed',
      reason: '',
      contactRoles: ['economic_buyer'],
    };
    expect(describeDecision(decision)).toBe('routed to cadence, economic buyer first');
    expect(describeDecision({ ...decision, contactRoles: [] })).toBe('routed to cadence');
    expect(describeDecision({ ...decision, state: 'suppressed', reason: 'historical' })).toBe(
      'suppressed: before go-live',
    );
    expect(describeDecision({ ...decision, state: 'suppressed', reason: 'new_reason' })).toBe('suppressed: new reason');
    expect(describeDecision(undefined)).toBe('not decided yet');
  });

  it('say why an account is no longer at the level', () => {
    expect(describeLeave({ ...transition, kind: 'leave', cause: 'expiry' })).toContain('cooled down');
    expect(describeLeave({ ...transition, kind: 'leave', cause: 'correction' })).toBe(
      'left high intensity: correction',
    );
  });
});
