import { readFileSync } from 'node:fs';
import { canonicalJson, parsePolicy, policiesDir } from '@groundswell/policy';
import { describe, expect, it } from 'vitest';
import { asserted, NOON, place, plainActivation, rowOf, TOUCH, tables } from '../testing/records.ts';
import { NO_UUID } from './column-reader.ts';
import { touchChangeAdapter } from './touch-change.ts';

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
    const body = plainActivation();
    const mapping = touchChangeAdapter.rows({ change: { kind: 'PolicyActivated', body } }, place);
    expect(tables(mapping)).toEqual(['touch_log_rows', 'policy_activation_rows']);
    expect(rowOf(mapping, 'policy_activation_rows')).toMatchObject({
      version: body.version,
      weights: { page_view: 100, demo_request: 100 },
      window_days: [30, 90],
    });
  });

  it('a policy is stored with the types that are an echo by a send, and by a campaign', () => {
    const text = readFileSync(new URL('plain.yaml', policiesDir), 'utf8');
    const echo = `
echo:
  - { types: [email_open], needs: send_id }
  - { types: [form_fill], needs: campaign }
  - { types: [reply], needs: either }
`;
    const parsed = parsePolicy(text + echo);
    if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join());
    const body = { ...plainActivation(), content: canonicalJson(parsed.policy) };
    const mapping = touchChangeAdapter.rows({ change: { kind: 'PolicyActivated', body } }, place);
    expect(rowOf(mapping, 'policy_activation_rows')).toMatchObject({
      echo_by_send: ['email_open', 'reply'],
      echo_by_campaign: ['form_fill', 'reply'],
    });
  });

  it('a policy that is none is a dead letter, and still drives the clock', () => {
    const body = { received: NOON, name: 'x', version: 'x@1', content: '{}', activatedBy: '' };
    const mapping = touchChangeAdapter.rows({ change: { kind: 'PolicyActivated', body } }, place);
    expect(mapping.rejection).toMatchObject({ reason: 'invalid_policy' });
    expect(rowOf(mapping, 'touch_log_rows')).toMatchObject({ kind: 'PolicyActivated', received: NOON });
  });
});
