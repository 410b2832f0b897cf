import { readFileSync } from 'node:fs';
import { canonicalJson, parsePolicy, policiesDir } from '@groundswell/policy';
import type {
  DeadLetter,
  ExclusionRecord,
  IntensityScore,
  IntensityTransition,
  RouteDecision,
  TouchAsserted,
} from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { NO_UUID, rowVersion } from './column-reader.ts';
import { deadLetterAdapter } from './dead-letter.ts';
import { accountAdapter, exclusionAdapter } from './directory.ts';
import { intensityScoreAdapter, intensityTransitionAdapter } from './intensity.ts';
import { rawRecordAdapter } from './raw-record.ts';
import { routeDecisionAdapter } from './route-decision.ts';
import type { Mapping, Place } from './topic-adapter.ts';
import { touchChangeAdapter } from './touch-change.ts';

const TOUCH = '11111111-1111-8111-8111-111111111111';
const PERSON = '22222222-2222-4222-8222-222222222222';
const TRANSITION = '33333333-3333-8333-8333-333333333333';
const NOON = Date.UTC(2026, 0, 31, 12);

const place: Place = { generation: 1, partition: 3, offset: 42, key: 'k', appendedAt: NOON, ingestedAt: NOON + 100 };

const tables = (mapping: Mapping): string[] => mapping.rows.map(({ table }) => table);
const rowOf = (mapping: Mapping, table: string) => mapping.rows.find((one) => one.table === table)?.row;

const asserted = (changes: Partial<TouchAsserted> = {}): TouchAsserted => ({
  touchId: TOUCH,
  revision: 1,
  accountId: 'acme.com',
  accountRule: 'email_domain',
  accountEvidence: 'acme.com',
  personId: PERSON,
  personKind: 'email',
  role: 'buyer',
  seniority: 'vp',
  time: NOON + 5,
  effectiveTime: NOON,
  timePrecision: 'millisecond',
  clockSkew: true,
  received: NOON,
  acceptedAt: NOON + 1,
  type: 'page_view',
  source: 'hubspot',
  product: '',
  channel: 'web',
  content: '',
  campaign: '',
  sendId: '',
  direction: 'theirs',
  actor: '',
  disposition: 'candidate',
  dispositionReason: '',
  rawPartition: 7,
  rawOffset: 9,
  ...changes,
});

const score = (changes: Partial<IntensityScore> = {}): IntensityScore => ({
  accountId: 'acme.com',
  point: 'current',
  step: 0,
  validAt: NOON,
  engagedSince: NOON,
  highIntensitySince: null,
  score: 1234,
  contributions: [{ component: 'people', count: 2, points: 1234 }],
  windows: [
    { days: 7, touches: 1, people: 1, products: 1, roles: 1, channels: 1 },
    { days: 30, touches: 5, people: 2, products: 1, roles: 2, channels: 3 },
    { days: 90, touches: 9, people: 3, products: 1, roles: 2, channels: 3 },
  ],
  lastTouchTime: NOON,
  sequence: 1,
  policyVersion: 'plain@1',
  engineVersion: '1',
  generation: 1,
  clock: NOON + 7,
  partition: 5,
  offset: 1000,
  ...changes,
});

describe('touches.raw', () => {
  const raw = {
    touchId: TOUCH,
    source: 'hubspot',
    id: 'e-1',
    idDerived: false,
    time: NOON,
    timePrecision: 'millisecond',
    received: NOON,
    claimedReceived: null,
    type: 'page_view',
    personEmail: 'ann@acme.com',
    personId: null,
    anonymousId: null,
    personTitle: 'VP',
    personName: 'Ann',
    accountDomain: null,
    accountId: null,
    accountName: null,
    product: '',
    channel: 'web',
    content: '',
    campaign: '',
    sendId: '',
    direction: 'theirs',
    actor: '',
    bot: false,
    properties: {},
    origin: 'http',
  };

  it('becomes a line of the ledger without anything personal', () => {
    const mapping = rawRecordAdapter.rows({ record: { kind: 'RawTouch', body: raw } }, place);
    expect(mapping).toEqual({
      rows: [
        {
          table: 'raw_log_rows',
          row: {
            generation: 1,
            partition: 3,
            offset: 42,
            kind: 'RawTouch',
            touch_id: TOUCH,
            source: 'hubspot',
            received: NOON,
            appended_at: NOON,
            ingested_at: NOON + 100,
          },
        },
      ],
    });
  });

  it('keeps its line in the ledger when its touch id cannot be stored, so that the books balance', () => {
    const mapping = rawRecordAdapter.rows({ record: { kind: 'RawTouch', body: { ...raw, touchId: 'x' } } }, place);
    expect(mapping.rejection).toMatchObject({ reason: 'unmappable', source: 'hubspot' });
    expect(rowOf(mapping, 'raw_log_rows')).toMatchObject({ kind: 'undecodable', touch_id: NO_UUID, source: 'hubspot' });
  });

  it('keeps control records too: they drive the clock', () => {
    const mapping = rawRecordAdapter.rows(
      { record: { kind: 'Tick', body: { received: NOON, origin: 'importer' } } },
      place,
    );
    expect(rowOf(mapping, 'raw_log_rows')).toMatchObject({ kind: 'Tick', touch_id: NO_UUID, received: NOON });
  });
});

describe('touches', () => {
  it('an assertion is a line of the ledger and the state of the touch', () => {
    const mapping = touchChangeAdapter.rows({ change: { kind: 'TouchAsserted', body: asserted() } }, place);
    expect(tables(mapping)).toEqual(['touch_log_rows', 'touch_state']);
    expect(rowOf(mapping, 'touch_state')).toMatchObject({
      account_id: 'acme.com',
      state: 'asserted',
      version: 3,
      partition: 3,
      offset: 42,
    });
    expect(rowOf(mapping, 'touch_log_rows')).toMatchObject({
      kind: 'TouchAsserted',
      revision: 1,
      effective_time: NOON,
    });
  });

  it('an unresolved touch has the empty account', () => {
    const mapping = touchChangeAdapter.rows(
      { change: { kind: 'TouchAsserted', body: asserted({ accountId: null }) } },
      place,
    );
    expect(rowOf(mapping, 'touch_state')).toMatchObject({ account_id: '' });
  });

  it('a retraction has the key of the assertion it ends and a greater version', () => {
    const { touchId, accountId, effectiveTime, source } = asserted();
    const body = { touchId, accountId, effectiveTime, source, revision: 2, received: NOON, reason: 'erasure' };
    const mapping = touchChangeAdapter.rows({ change: { kind: 'TouchRetracted', body } }, place);
    expect(rowOf(mapping, 'touch_state')).toMatchObject({
      account_id: 'acme.com',
      effective_time: NOON,
      touch_id: TOUCH,
      version: 4,
      state: 'retracted',
      state_reason: 'erasure',
      person_id: NO_UUID,
    });
  });

  it('a move ends the touch at the account it leaves, and loses to the assertion of the same revision', () => {
    const { touchId, effectiveTime, source } = asserted();
    const moved = {
      touchId,
      fromAccountId: 'acme.com',
      toAccountId: 'b.com',
      effectiveTime,
      source,
      revision: 2,
      received: NOON,
      reason: 'merge',
    };
    const mapping = touchChangeAdapter.rows({ change: { kind: 'TouchMoved', body: moved } }, place);
    expect(rowOf(mapping, 'touch_state')).toMatchObject({
      account_id: 'acme.com',
      state: 'moved',
      moved_to: 'b.com',
      version: 4,
    });
    const again = touchChangeAdapter.rows(
      { change: { kind: 'TouchAsserted', body: asserted({ revision: 2 }) } },
      place,
    );
    expect(rowOf(again, 'touch_state')).toMatchObject({ version: 5 });
  });

  it('all states have the same columns, so that one insert takes them', () => {
    const { touchId, accountId, effectiveTime, source } = asserted();
    const body = { touchId, accountId, effectiveTime, source, revision: 2, received: NOON, reason: '' };
    const states = [
      touchChangeAdapter.rows({ change: { kind: 'TouchAsserted', body: asserted() } }, place),
      touchChangeAdapter.rows({ change: { kind: 'TouchRetracted', body } }, place),
    ].map((mapping) => Object.keys(rowOf(mapping, 'touch_state') ?? {}).sort());
    expect(states[0]).toEqual(states[1]);
  });

  it('an instant that no column holds is a dead letter, and the ledger says undecodable', () => {
    const mapping = touchChangeAdapter.rows(
      { change: { kind: 'TouchAsserted', body: asserted({ time: 9e15 }) } },
      place,
    );
    expect(mapping.rejection?.message).toMatch(/time is 9000000000000000/);
    expect(tables(mapping)).toEqual(['touch_log_rows']);
    expect(rowOf(mapping, 'touch_log_rows')).toMatchObject({ kind: 'undecodable', received: 0 });
  });

  it('a policy is stored with weights in hundredths and its window lengths', () => {
    const parsed = parsePolicy(readFileSync(new URL('plain.yaml', policiesDir), 'utf8'));
    if (!parsed.ok) throw new Error('plain.yaml does not parse');
    const { name, version, weights } = parsed.policy;
    const body = { received: NOON, name, version, content: canonicalJson(parsed.policy), activatedBy: 'test' };
    const mapping = touchChangeAdapter.rows({ change: { kind: 'PolicyActivated', body } }, place);
    expect(tables(mapping)).toEqual(['touch_log_rows', 'policy_activation_rows']);
    expect(rowOf(mapping, 'policy_activation_rows')).toMatchObject({
      weights: Object.fromEntries(weights),
      window_days: [30, 90],
    });
    expect(weights.get('page_view')).toBe(100);
  });

  it('a policy that is none is a dead letter, and still drives the clock', () => {
    const body = { received: NOON, name: 'x', version: 'x@1', content: '{}', activatedBy: '' };
    const mapping = touchChangeAdapter.rows({ change: { kind: 'PolicyActivated', body } }, place);
    expect(mapping.rejection).toMatchObject({ reason: 'invalid_policy' });
    expect(rowOf(mapping, 'touch_log_rows')).toMatchObject({ kind: 'PolicyActivated', received: NOON });
  });
});

describe('intensity', () => {
  it('a current row replaces by the position in touches that it was decided at', () => {
    const row = rowOf(intensityScoreAdapter.rows(score(), place), 'account_intensity_current');
    expect(row).toMatchObject({
      version: rowVersion(1, 1000, 0),
      partition: 5,
      offset: 1000,
      touches_30d: 5,
      people_90d: 3,
      windows: { 7: { touches: 1, people: 1, products: 1, roles: 1, channels: 1 } },
      score: 12.34,
      contributions: [{ component: 'people', count: 2, points: 12.34 }],
      clock: NOON + 7,
    });
  });

  it('other points are history, known at the clock', () => {
    const mapping = intensityScoreAdapter.rows(score({ point: 'day_close', step: 2 }), place);
    expect(tables(mapping)).toEqual(['account_intensity_history_rows']);
    expect(rowOf(mapping, 'account_intensity_history_rows')).toMatchObject({
      point: 'day_close',
      known_at: NOON + 7,
      step: 2,
    });
  });

  it('a later offset is the greater version, whatever the step', () => {
    expect(BigInt(rowVersion(1, 1001, 0))).toBeGreaterThan(BigInt(rowVersion(1, 1000, 4_000_000_000)));
    expect(BigInt(rowVersion(2, 0, 0))).toBeGreaterThan(BigInt(rowVersion(1, Number.MAX_SAFE_INTEGER, 0)));
  });

  it('a record of another generation is refused', () => {
    expect(intensityScoreAdapter.rows(score({ generation: 2 }), place)).toMatchObject({
      rows: [],
      rejection: { reason: 'unknown_generation' },
    });
  });

  it('a row without the 30-day window is refused rather than stored as zeros', () => {
    const { windows } = score();
    const mapping = intensityScoreAdapter.rows(score({ windows: windows.slice(2) }), place);
    expect(mapping.rejection?.message).toContain('no window of 30 days');
  });

  it('a transition keeps its reasons', () => {
    const { validAt: _, point: __, step: ___, lastTouchTime: ____, ...judged } = score();
    const transition: IntensityTransition = {
      ...judged,
      transitionId: TRANSITION,
      level: 'engaged',
      kind: 'enter',
      at: NOON,
      knownAt: NOON + 7,
      cause: 'touch',
      causeTouchId: TOUCH,
      causeSource: 'hubspot',
      causeTime: NOON,
      causeReceived: NOON,
      touchIds: [TOUCH],
      people: [
        { personId: PERSON, personKind: 'email', role: 'buyer', touches: 3, lastTime: NOON, lastType: 'page_view' },
      ],
      products: ['storage'],
      held: false,
      routing: { coolDownMs: null, maxPeople: 5 },
    };
    const row = rowOf(intensityTransitionAdapter.rows(transition, place), 'intensity_transition_rows');
    expect(row).toMatchObject({
      transition_id: TRANSITION,
      at: NOON,
      known_at: NOON + 7,
      cool_down_ms: null,
      touches_30d: 5,
    });
    expect(row).toMatchObject({ people: [{ person_id: PERSON, touches: 3, last_time: NOON }] });
  });
});

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

describe('the directory', () => {
  it('a tombstone takes the row of its key away', () => {
    const mapping = accountAdapter.tombstone?.(place);
    expect(mapping?.rows).toEqual([
      {
        table: 'account_rows',
        row: {
          generation: 1,
          partition: 3,
          offset: 42,
          ingested_at: NOON + 100,
          record_key: 'k',
          version: rowVersion(1, 42),
          is_deleted: 1,
        },
      },
    ]);
  });

  const exclusion: ExclusionRecord = {
    source: 'crm',
    id: 'x1',
    kind: 'person',
    value: 'ann@acme.com',
    reason: 'employee',
    scope: ['score'],
    validFrom: NOON,
    validTo: null,
    received: NOON,
  };

  it('an excluded person stays opaque', () => {
    const personal = { ...place, key: 'person ann@acme.com' };
    expect(JSON.stringify(exclusionAdapter.rows(exclusion, personal))).not.toContain('ann');
  });

  it('an excluded domain is stored as it is, and its tombstone meets its key', () => {
    const row = rowOf(
      exclusionAdapter.rows({ ...exclusion, kind: 'domain', value: 'acme.com' }, place),
      'exclusion_rows',
    );
    expect(row).toMatchObject({ kind: 'domain', value: 'acme.com', valid_to: null });
    expect(exclusionAdapter.tombstone?.(place).rows[0]?.row['record_key']).toBe(row?.['record_key']);
  });
});

describe('dead-letters', () => {
  const letter: DeadLetter = {
    deadLetterId: TOUCH,
    stage: 'touch-intake',
    reason: 'no_person',
    message: 'no person of any kind',
    source: 'hubspot',
    accepted: false,
    originTopic: '',
    originPartition: null,
    originOffset: null,
    origin: 'file.ndjson:12',
    bytes: Buffer.from([0xff, 0x00, 0xfe]),
    key: null,
    headers: { a: 'b' },
    received: NOON,
  };

  it('are stored with their bytes, which need not be text', () => {
    const row = rowOf(deadLetterAdapter.rows(letter, place), 'dead_letter_rows');
    expect(row).toMatchObject({
      payload_base64: '/wD+',
      record_key_base64: '',
      origin_partition: null,
      headers: { a: 'b' },
    });
  });

  it('are never rejected themselves, however odd', () => {
    const odd = { ...letter, deadLetterId: 'none', originPartition: -5, originOffset: -1, received: 9e15 };
    const mapping = deadLetterAdapter.rows(odd, place);
    expect(mapping.rejection).toBeUndefined();
    expect(rowOf(mapping, 'dead_letter_rows')).toMatchObject({
      origin_partition: null,
      origin_offset: null,
      received: NOON,
    });
    expect(rowOf(mapping, 'dead_letter_rows')?.['dead_letter_id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
