import type { ActivePerson, IntensityTransition } from '@groundswell/schemas';
import { anySource } from '@groundswell/sources/testing';
import { describe, expect, it } from 'vitest';
import { decide, type RoutingContext, type RoutingOutcome, unseenAccount } from './decide.ts';

const HOUR = 3_600_000;
const goLive = Date.UTC(2026, 0, 1);
const noon = Date.UTC(2026, 2, 2, 12);

const context: RoutingContext = {
  sources: {
    get: (id) => [anySource('web', { goLive }), anySource('crm')].find((declared) => declared.id === id),
  },
  deterministicId: (...parts) => parts.join('/'),
};

const person = (change: Partial<ActivePerson> = {}): ActivePerson => ({
  personId: 'p-1',
  personKind: 'email',
  role: 'economic_buyer',
  touches: 4,
  lastTime: noon,
  lastType: 'pricing_view',
  ...change,
});

const transition = (change: Partial<IntensityTransition> = {}): IntensityTransition => ({
  transitionId: '7d9e0000-0000-8000-8000-000000000001',
  accountId: 'acme.example',
  sequence: 1,
  level: 'high-intensity',
  kind: 'enter',
  at: noon,
  knownAt: noon,
  cause: 'touch',
  causeTouchId: '7d9e0000-0000-8000-8000-00000000000a',
  causeSource: 'web',
  causeTime: noon - 5,
  causeReceived: noon,
  causeEvidence: null,
  duringMove: null,
  engagedSince: noon,
  highIntensitySince: noon,
  score: 5_000,
  contributions: [],
  windows: [],
  touchIds: [],
  people: [person(), person({ personId: 'p-2', role: '', touches: 1 })],
  products: [],
  held: false,
  policyVersion: 'plain@1',
  routing: { coolDownMs: 24 * HOUR, maxPeople: 5 },
  engineVersion: '1',
  generation: 1,
  clock: noon,
  partition: 0,
  offset: 7,
  ...change,
});

/** Decides the transitions one after the other. */
const decideAll = (transitions: IntensityTransition[]): RoutingOutcome[] => {
  const outcomes: RoutingOutcome[] = [];
  for (const one of transitions) outcomes.push(decide(outcomes.at(-1)?.state ?? unseenAccount, one, context));
  return outcomes;
};

const decisionOn = (change: Partial<IntensityTransition>) =>
  decide(unseenAccount, transition(change), context).decision;

describe('a route decision', () => {
  it('sends an account that enters high-intensity to the cadence, with whom to contact and why', () => {
    expect(decisionOn({})).toMatchObject({
      accountId: 'acme.example',
      transitionId: '7d9e0000-0000-8000-8000-000000000001',
      transitionSequence: 1,
      route: 'cadence',
      state: 'routed',
      reason: 'high_intensity_entered',
      until: null,
      people: [
        { personId: 'p-1', role: 'economic_buyer', why: 'economic buyer, 4 touches, last: pricing_view on 2026-03-02' },
        { personId: 'p-2', role: '', why: 'role unknown, 1 touch, last: pricing_view on 2026-03-02' },
      ],
      score: 5_000,
      causeSource: 'web',
      touchAt: noon - 5,
      transitionAt: noon,
      policyVersion: 'plain@1',
      generation: 1,
    });
  });

  it('is decided at the clock of its transition', () => {
    expect(decisionOn({ knownAt: noon + 3, clock: noon + 3 })).toMatchObject({
      decidedAt: noon + 3,
      transitionAt: noon,
    });
  });

  it('sends an account whose high intensity is renewed to the cadence', () => {
    expect(decisionOn({ kind: 'renew' })).toMatchObject({ state: 'routed', reason: 'high_intensity_renewed' });
  });

  it.each([
    ['high-intensity', 'leave'],
    ['engaged', 'enter'],
    ['engaged', 'renew'],
    ['engaged', 'leave'],
  ])('is not made when an account is at %s and the kind is %s', (level, kind) => {
    expect(decisionOn({ level, kind })).toBeNull();
  });

  it('has an id that depends on its transition and route alone', () => {
    const id = decisionOn({})?.decisionId;
    expect(id).toBe('route/7d9e0000-0000-8000-8000-000000000001/cadence');
    expect(decisionOn({ score: 1, knownAt: noon + 1 })?.decisionId).toBe(id);
    expect(decisionOn({ transitionId: '7d9e0000-0000-8000-8000-000000000002' })?.decisionId).not.toBe(id);
  });
});

describe('a route decision is suppressed', () => {
  it('when the source of the touch is not declared', () => {
    expect(decisionOn({ causeSource: 'unheard-of' })).toMatchObject({
      state: 'suppressed',
      reason: 'undeclared_source',
      people: [],
    });
  });

  it('as historical when the touch was received before its source went live', () => {
    expect(decisionOn({ causeReceived: goLive - 1 })).toMatchObject({ state: 'suppressed', reason: 'historical' });
    expect(decisionOn({ causeReceived: goLive })).toMatchObject({ state: 'routed' });
  });

  it('as historical when the source has no go-live', () => {
    expect(decisionOn({ causeSource: 'crm' })).toMatchObject({ state: 'suppressed', reason: 'historical' });
  });

  it('when no touch caused the transition', () => {
    const change = { cause: 'policy', causeTouchId: null, causeSource: null, causeTime: null, causeReceived: null };
    expect(decisionOn(change)).toMatchObject({ state: 'suppressed', reason: 'no_touch_cause' });
  });

  it('when somebody corrected it by hand, or two owners of a partition had said different things', () => {
    const change = { cause: 'correction', causeEvidence: '6ba3b7a0-1111-4222-8333-444444444444' };
    expect(decisionOn(change)).toMatchObject({ state: 'suppressed', reason: 'correction' });
    expect(decisionOn({ ...change, causeEvidence: 'owner' })).toMatchObject({
      state: 'suppressed',
      reason: 'correction',
    });
    for (const causeEvidence of ['identity', 'directory', 'machine', 'takeover'])
      expect(decisionOn({ cause: 'correction', causeEvidence })).toMatchObject({ state: 'routed' });
  });

  it('while its account is half moved, and not when that is confirmed', () => {
    expect(decisionOn({ duringMove: 'merge-1' })).toMatchObject({ state: 'suppressed', reason: 'large_move' });
    expect(decisionOn({ kind: 'confirm' })).toMatchObject({ state: 'routed', reason: 'high_intensity_confirmed' });
  });

  it('unless a correction gave back a touch that was received live', () => {
    expect(decisionOn({ cause: 'correction' })).toMatchObject({ state: 'routed' });
    expect(decisionOn({ cause: 'correction', causeReceived: goLive - 1 })).toMatchObject({ reason: 'historical' });
  });

  it('when nobody can be contacted', () => {
    const nobody = [person({ personKind: 'anonymous' }), person({ personKind: 'shared_mailbox' })];
    expect(decisionOn({ people: nobody })).toMatchObject({ state: 'suppressed', reason: 'no_contact' });
  });
});

describe('the cool-down', () => {
  const again = (later: number, change: Partial<IntensityTransition> = {}): IntensityTransition =>
    transition({ sequence: 2, knownAt: noon + later, clock: noon + later, at: noon + later, ...change });

  it('suppresses a second route until it has passed', () => {
    const early = decideAll([transition(), again(24 * HOUR - 1)])[1];
    expect(early?.decision).toMatchObject({ state: 'suppressed', reason: 'cool_down', until: noon + 24 * HOUR });
    const due = decideAll([transition(), again(24 * HOUR)])[1];
    expect(due?.decision).toMatchObject({ state: 'routed', until: null });
  });

  it('counts from the last decision that was routed, not from a suppressed one', () => {
    const third = again(24 * HOUR, { sequence: 3 });
    expect(decideAll([transition(), again(12 * HOUR), third])[2]?.decision?.state).toBe('routed');
  });

  it('is not started by a decision that was suppressed for another reason', () => {
    const historical = transition({ causeReceived: goLive - 1 });
    expect(decideAll([historical, again(HOUR)])[1]?.decision?.state).toBe('routed');
  });

  it('is absent where the policy has none', () => {
    const routing = { coolDownMs: null, maxPeople: 5 };
    expect(decideAll([transition({ routing }), again(1, { routing })])[1]?.decision?.state).toBe('routed');
  });

  it('gives way to the reason that would hold without it', () => {
    expect(decideAll([transition(), again(HOUR, { causeReceived: 0 })])[1]?.decision?.reason).toBe('historical');
  });
});

describe('a transition seen before', () => {
  it('changes nothing', () => {
    const [first, repeated] = decideAll([transition(), transition()]);
    expect(first?.decision?.state).toBe('routed');
    expect(repeated).toEqual({ state: first?.state, decision: null });
  });

  it('is recognised after later ones too', () => {
    const outcomes = decideAll([transition(), transition({ sequence: 2, kind: 'leave' }), transition()]);
    expect(outcomes.map(({ decision }) => decision?.state ?? null)).toEqual(['routed', null, null]);
  });
});

describe('the people to contact', () => {
  const order = (people: ActivePerson[], maxPeople = 5) =>
    decisionOn({ people, routing: { coolDownMs: null, maxPeople } })?.people.map(({ personId }) => personId);

  it('are the most active first', () => {
    expect(order([person({ personId: 'a', touches: 2 }), person({ personId: 'b', touches: 9, role: '' })])).toEqual([
      'b',
      'a',
    ]);
  });

  it('are ordered by role, then by the last touch, when equally active', () => {
    const people = [
      person({ personId: 'unknown', role: '' }),
      person({ personId: 'user', role: 'user' }),
      person({ personId: 'technical', role: 'technical' }),
      person({ personId: 'recent-user', role: 'user', lastTime: noon + 1 }),
      person({ personId: 'economic', role: 'economic_buyer' }),
    ];
    expect(order(people)).toEqual(['economic', 'technical', 'recent-user', 'user', 'unknown']);
  });

  it('are at most as many as the policy allows', () => {
    expect(order([person({ personId: 'a' }), person({ personId: 'b' }), person({ personId: 'c' })], 2)).toEqual([
      'a',
      'b',
    ]);
  });

  it('leave out shared mailboxes and anonymous visitors', () => {
    const people = [
      person({ personId: 'info', personKind: 'shared_mailbox', touches: 9 }),
      person({ personId: 'visitor', personKind: 'anonymous', touches: 9 }),
      person({ personId: 'known', personKind: 'source_id' }),
    ];
    expect(order(people)).toEqual(['known']);
  });
});
