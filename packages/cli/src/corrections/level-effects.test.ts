import { readFile } from 'node:fs/promises';
import { canonicalJson, parsePolicy, policiesDir } from '@groundswell/policy';
import type { TouchAsserted } from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TouchSide } from '../stack/resolver-answers.ts';
import { type LevelQuestion, levelEffects } from './level-effects.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const CLOCK = START + 10 * DAY;
const uuid = (n: number): string => `00000000-0000-8000-8000-${n.toString(16).padStart(12, '0')}`;

const touch = (id: number, accountId: string | null, person: number, disposition = 'candidate'): TouchAsserted =>
  touchAsserted({
    ...{ touchId: uuid(id), accountId, personId: uuid(1_000 + person), personKind: 'email', type: 'page_view' },
    ...{ time: START + id * 1_000, effectiveTime: START + id * 1_000, received: START + id * 1_000, disposition },
    dispositionReason: '',
  });

const sideOf = (one: TouchAsserted): TouchSide => ({
  ...{ account_id: one.accountId, person_id: one.personId, person_kind: one.personKind, role: one.role },
  ...{ disposition: one.disposition, disposition_reason: one.dispositionReason },
});
const change = (one: TouchAsserted, after: Partial<TouchSide>) => ({
  touch_id: one.touchId,
  effective_time: new Date(one.effectiveTime).toISOString(),
  before: sideOf(one),
  after: { ...sideOf(one), ...after },
});

describe('the levels that a correction would change', () => {
  let policy: LevelQuestion['policy'];
  beforeAll(async () => {
    const parsed = parsePolicy(await readFile(new URL('plain.yaml', policiesDir), 'utf8'));
    if (!parsed.ok) throw new Error('plain.yaml is a policy');
    policy = { name: 'plain', version: parsed.policy.version, content: canonicalJson(parsed.policy) };
  });

  const ofAcme = [1, 2, 3].map((id) => touch(id, 'acme.example', 1));
  const ofGlobex = [4, 5, 6, 7].map((id) => touch(id, 'globex.example', 2));
  const accounts = ['acme.example', 'globex.example'];
  const ask = (touches: TouchAsserted[], changes: LevelQuestion['changes']) =>
    levelEffects({ accounts, touches, changes, policy, clock: CLOCK, since: START });

  it('are those of both accounts together after a merge, and the router would have been asked', () => {
    const moves = ofAcme.map((one) => change(one, { account_id: 'globex.example' }));
    const effects = ask([...ofAcme, ...ofGlobex], moves);
    expect(effects).toMatchObject({
      accounts: [
        { account: 'acme.example', before: { level: 'none' }, after: { level: 'none', score: 0 } },
        { account: 'globex.example', before: { level: 'none' }, after: { level: 'high-intensity' } },
      ],
      asked: [{ account: 'globex.example', kind: 'enter', at: START + 5_000 }],
      unasked: [],
    });
    const [, globex] = effects.accounts;
    expect(globex?.after.score).toBeGreaterThan(globex?.before.score ?? 0);
  });

  it('fall when touches are taken back, and the router would not have been asked', () => {
    const touches = [...ofGlobex, touch(8, 'globex.example', 3)];
    const effects = ask(touches, [change(touch(8, 'globex.example', 3), { disposition: 'retracted' })]);
    expect(effects).toMatchObject({
      accounts: [{}, { before: { level: 'high-intensity' }, after: { level: 'none' } }],
      ...{ asked: [], unasked: [{ account: 'globex.example' }] },
    });
  });

  it('are the same when two people turn out to be one, but for breadth', () => {
    const touches = [...ofGlobex, touch(8, 'globex.example', 3)];
    const effects = ask(touches, [change(touch(8, 'globex.example', 3), { person_id: uuid(1_002) })]);
    expect(effects.accounts[1]).toMatchObject({ before: { level: 'high-intensity' }, after: { level: 'engaged' } });
  });

  it('keep a machine that account-intensity has found one', () => {
    const moved = touch(8, 'acme.example', 3);
    const found = { ...moved, disposition: 'bot', dispositionReason: 'repeats 94 plain@1' };
    const effects = ask([...ofGlobex, found], [change(moved, { account_id: 'globex.example' })]);
    expect(effects.accounts[1]).toMatchObject({ before: { level: 'none' }, after: { level: 'none' } });
  });

  it('are told with how many touches the tables lack, but for those that are too old to matter', () => {
    const old = { ...touch(0, 'acme.example', 1), effectiveTime: START };
    const moves = [...ofAcme, old].map((one) => change(one, { account_id: 'globex.example' }));
    expect(ask([...ofAcme.slice(1), ...ofGlobex], moves).missing).toBe(1);
  });

  it('come of what had no account before', () => {
    const waiting = touch(8, null, 3, 'unresolved');
    const attached = change(waiting, { account_id: 'globex.example', disposition: 'candidate' });
    expect(ask([...ofGlobex, waiting], [attached]).accounts[1]).toMatchObject({ after: { level: 'high-intensity' } });
  });
});
