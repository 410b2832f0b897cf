import { describe, expect, it } from 'vitest';
import type { AccountDetail, AccountTouch, AccountTransition } from '../queries/account.ts';
import { plain } from '../terminal.ts';
import { accountJson, mergeTimeline, renderAccount } from './account-view.ts';

const AT = Date.UTC(2025, 2, 1);
const PERSON = '0b6f6d1c-0000-8000-8000-000000000001';

const touch = (at: number, more: Partial<AccountTouch> = {}): AccountTouch => ({
  touch_id: 't',
  effective_time: at,
  received: at,
  type: 'page_view',
  person_id: PERSON,
  role: 'champion',
  product: 'storage',
  channel: 'web',
  content: '/pricing',
  source: 'web',
  disposition: 'candidate',
  disposition_reason: '',
  campaign: '',
  send_id: '',
  is_echo: false,
  ...more,
});

const transition = (at: number, sequence: number, more: Partial<AccountTransition> = {}): AccountTransition => ({
  transition_id: 'x',
  sequence,
  level: 'engaged',
  kind: 'enter',
  at,
  known_at: at,
  cause: 'touch',
  score: 4_210,
  touches_30d: 5,
  people_30d: 2,
  ...more,
});

const detail: AccountDetail = {
  current: {
    account_id: 'acme.example',
    name: 'Acme',
    level: 'high-intensity',
    since: AT,
    engaged_since: AT,
    high_intensity_since: AT,
    score: 4_210,
    contributions: [
      { component: 'type:page_view', count: 5, points: 3_000 },
      { component: 'people', count: 2, points: 1_210 },
    ],
    windows: { '7': { touches: 3, people: 1, products: 1, roles: 1, channels: 1 } },
    last_touch_at: AT,
    owner: 'Kim',
    tier: '',
    territory: '',
    lifecycle: 'prospect',
    industry: '',
    excluded: false,
    clock: AT,
    policy_version: 'plain@123',
    partition: 3,
    offset: 7,
  },
  counts: { touches_30d: 5, people_30d: 2, products_30d: 1, roles_30d: 1, channels_30d: 1, touches_90d: 9 },
  people: [
    {
      person_id: PERSON,
      person_kind: 'email',
      role: 'champion',
      seniority: '',
      touches_30d: 5,
      touches_90d: 9,
      last_time: AT,
      last_type: 'page_view',
    },
  ],
  touches: [touch(AT), touch(AT - 1_000, { disposition: 'bot', disposition_reason: 'scanner' })],
  transitions: [transition(AT, 1)],
  decisions: [
    {
      decision_id: 'd',
      route: 'cadence',
      state: 'suppressed',
      reason: 'cool_down',
      until: AT + 86_400_000,
      people: [{ person_id: PERSON, role: 'champion', why: 'most active' }],
      score: 4_210,
      transition_at: AT,
      decided_at: AT,
    },
  ],
};

describe('mergeTimeline', () => {
  it('puts touches and transitions in one story, newest first', () => {
    const merged = mergeTimeline([touch(3), touch(1)], [transition(4, 2), transition(2, 1)], 10);
    expect(merged.map(({ at, what }) => [at, what])).toEqual([
      [4, 'enter engaged'],
      [3, 'page_view'],
      [2, 'enter engaged'],
      [1, 'page_view'],
    ]);
  });

  it('shows at one instant the later transition first, and the touch that caused them below', () => {
    const both = [transition(5, 1), transition(5, 2, { level: 'high-intensity' })];
    expect(mergeTimeline([touch(5)], both, 10).map(({ what }) => what)).toEqual([
      'enter high-intensity',
      'enter engaged',
      'page_view',
    ]);
  });

  it('shows no more than it was asked for, the newest', () => {
    expect(mergeTimeline([touch(1), touch(2), touch(3)], [], 2).map(({ at }) => at)).toEqual([3, 2]);
  });

  it('says of a touch that does not count why not, and of a late transition when it was known', () => {
    const [late, bot] = mergeTimeline(
      [touch(1, { disposition: 'bot', disposition_reason: 'scanner' })],
      [transition(2, 1, { known_at: AT })],
      10,
    );
    expect(bot?.detail).toContain('not counted: scanner');
    const echoes = mergeTimeline(
      [
        touch(2, { is_echo: true, send_id: 'blast-7', campaign: 'spring' }),
        touch(1, { is_echo: true, campaign: 'spring' }),
      ],
      [],
      10,
    );
    expect(echoes.map(({ detail }) => detail.split('not counted: ')[1])).toEqual([
      'echo of send blast-7',
      'echo of campaign spring',
    ]);
    expect(late?.detail).toContain('known 2025-03-01 00:00:00Z');
  });
});

describe('renderAccount', () => {
  const text = renderAccount(detail, { paint: plain, limit: 30 });

  it('shows level and since, every window, and a score with parts that sum to it', () => {
    expect(text).toMatch(/level +high-intensity\nsince +2025-03-01 00:00:00Z\nscore +42\.10\n/);
    expect(text).toMatch(/30 days +5 +2 +1 +1 +1\n/);
    expect(text).toMatch(/7 days +3 +1 +1 +1 +1\n/);
    expect(text).toMatch(/type:page_view +5 +30\.00\npeople +2 +12\.10\nsum +42\.10\n/);
  });

  it('shows people with role and counts, and where the account was routed', () => {
    expect(text).toMatch(new RegExp(`${PERSON} +champion +- +email +5 +9 +2025-03-01 00:00:00Z page_view`));
    expect(text).toMatch(/cadence +suppressed +cool_down until 2025-03-02 00:00:00Z +0b6f6d1c champion/);
  });
});

describe('accountJson', () => {
  it('says the same with instants as text and scores in points', () => {
    expect(accountJson(detail)).toMatchObject({
      account: { account_id: 'acme.example', since: '2025-03-01T00:00:00.000Z', score: 42.1, touches_90d: 9 },
      decisions: [{ until: '2025-03-02T00:00:00.000Z' }],
      transitions: [{ at: '2025-03-01T00:00:00.000Z', score: 42.1 }],
    });
  });
});
