import { sharedData } from '@groundswell/test';
import { describe, expect, it } from 'vitest';
import { catalogOf, keyed, template } from '../testing/declared.ts';
import { createTestIntake } from '../testing/test-intake.ts';
import { post, sharedFile } from '../testing/tool-requests.ts';

describe('POST /v1/sources/<salesloft>', () => {
  const body =
    '{"id":66445,"start_time":"2021-09-17T07:15:00.000000Z","recipient_email":"masked-6502956@zazmc.com","created_at":"2021-09-16T13:15:56.122269Z","person":{"id":6502956},"cadence":null}';
  /** computed by another implementation (Python's hmac) */
  const signature = '8967eac30e5516b54e22da86434cd175ce173544';
  const salesloft = () =>
    createTestIntake({ sources: catalogOf(template('salesloft')), secrets: { salesloft: ['callback-token-1'] } });
  const headers = { 'x-salesloft-event': 'meeting_booked', 'x-salesloft-signature': signature };

  it('takes what is signed, and recognises it when it is sent again', async () => {
    const intake = salesloft();
    expect(await post(intake, '/v1/sources/salesloft', body, headers)).toMatchObject({
      status: 200,
      body: { accepted: 1 },
    });
    await post(intake, '/v1/sources/salesloft', body, headers);
    expect(intake.touches()).toMatchObject([{ type: 'meeting_booked', personId: '6502956' }, {}]);
    expect(new Set(intake.touches().map(({ touchId }) => touchId)).size).toBe(1);
  });

  it('refuses what is not signed, or not by this token', async () => {
    const unsigned = await post(salesloft(), '/v1/sources/salesloft', body, { 'x-salesloft-event': 'meeting_booked' });
    expect(unsigned).toMatchObject({ status: 401, body: { reason: 'unauthorized' } });
    const wrong = { ...headers, 'x-salesloft-signature': `0${signature.slice(1)}` };
    expect(await post(salesloft(), '/v1/sources/salesloft', body, wrong)).toMatchObject({ status: 401 });
  });

  it.runIf(sharedData() !== null)('knows what to do with every event that Salesloft sends', () => {
    const facts = JSON.parse(sharedFile('payloads', 'salesloft', 'webhook-contract-facts.json')) as {
      event_types: string[];
    };
    const { mapping } = template('salesloft');
    const person = { id: 1, recipient: { id: 2 }, person: { id: 2 }, called_person: { id: 2 } };
    const unknown = facts.event_types.filter((event) => mapping?.({ event, body: person }).ok !== true);
    expect(unknown).toEqual([]);
  });
});

describe('POST /v1/sources/<marketo>', () => {
  const auth = { scheme: 'header', header: 'x-groundswell-secret', keys: [keyed('shared-secret')] } as const;
  const marketo = () => createTestIntake({ sources: catalogOf(template('marketo', auth)) });
  const secret = { 'x-groundswell-secret': 'shared-secret' };
  const sent = {
    activity: 'fills out form',
    lead_id: '7',
    at: '2026-03-01 10:00:00',
    campaign_id: '3',
    asset: 'Demo & trial',
  };

  it('takes JSON and forms, whichever is set in the webhook, as the same touch', async () => {
    const intake = marketo();
    const json = await post(intake, '/v1/sources/marketo', JSON.stringify(sent), secret);
    const form = { ...secret, 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };
    await post(intake, '/v1/sources/marketo', new URLSearchParams(sent).toString(), form);
    expect(json).toMatchObject({ status: 200, body: { accepted: 1 } });
    const [first, second] = intake.touches();
    expect(first).toMatchObject({ type: 'form_fill', content: 'Demo & trial', time: Date.UTC(2026, 2, 1, 16) });
    expect(second).toEqual(first);
  });

  it('refuses what shows no secret, or another one', async () => {
    for (const headers of [{}, { 'x-groundswell-secret': 'guess' }, { authorization: 'Bearer shared-secret' }]) {
      expect(await post(marketo(), '/v1/sources/marketo', JSON.stringify(sent), headers)).toMatchObject({
        status: 401,
      });
    }
  });
});

describe('POST /v1/sources/<json>', () => {
  it('takes an object or a list of them, and answers 400 when nothing of it could be taken', async () => {
    const intake = createTestIntake({ sources: catalogOf(template('json')) });
    const form = { id: 'f-1', event: 'form_submitted', at: '2026-03-02T10:00:00Z', email: 'ann@acme.example' };
    const mixed = await post(
      intake,
      '/v1/sources/json',
      JSON.stringify([form, { event: 'ping' }, { event: 'refund' }]),
    );
    expect(mixed).toMatchObject({ status: 202, body: { accepted: 1, skipped: 1, rejected: 1 } });
    const nothing = await post(intake, '/v1/sources/json', '{"event":"refund"}');
    expect(nothing).toMatchObject({ status: 400, body: { reason: 'nothing_accepted' } });
    expect(await post(intake, '/v1/sources/json', '{')).toMatchObject({
      status: 400,
      body: { reason: 'unreadable_body' },
    });
    expect(intake.deadLetters().map(({ reason }) => reason)).toEqual(['not_mapped', 'not_mapped', 'unreadable_body']);
    expect(await post(intake, '/v1/sources/json', '')).toMatchObject({ status: 400, body: { reason: 'empty_body' } });
    const skipped = await intake.metrics.registry.getSingleMetricAsString('groundswell_intake_skipped_total');
    expect(skipped).toContain('{source="json",service="touch-intake"} 1');
  });

  it('takes all that a rule makes of a record, or none of it', async () => {
    const intake = createTestIntake({ sources: catalogOf(template('json')) });
    await post(
      intake,
      '/v1/sources/json',
      JSON.stringify({ id: 'f-1', event: 'form_submitted', email: 'ann@acme.example' }),
    );
    expect(intake.touches()).toEqual([]);
    expect(intake.deadLetters()).toMatchObject([{ reason: 'missing_field', message: 'form: time: is required' }]);
  });

  it('names what is not declared, and where formats of other endpoints go', async () => {
    const intake = createTestIntake({ sources: catalogOf(template('json'), template('segment')) });
    expect(await post(intake, '/v1/sources/crm', '{}')).toMatchObject({
      status: 404,
      body: { reason: 'unknown_source' },
    });
    const tracking = await post(intake, '/v1/sources/segment', '{}');
    expect(tracking).toMatchObject({ status: 404, body: { message: expect.stringContaining('POST /v1/batch') } });
  });

  it('takes a record whose fields are called as the language calls its own, and refuses what is nested without end', async () => {
    const intake = createTestIntake({ sources: catalogOf(template('json'), template('segment', null)) });
    const odd = { toString: false, valueOf: 1, constructor: 2, __proto__: 3 };
    const form = { id: 'f-1', event: 'form_submitted', at: '2026-03-02T10:00:00Z', email: 'ann@acme.example' };
    for (const record of [{ ...form, id: odd }, { ...form, extra: odd }, { event: odd }, odd]) {
      expect((await post(intake, '/v1/sources/json', JSON.stringify(record))).status).toBeLessThan(500);
    }
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const key = { authorization: `Basic ${Buffer.from('segment:').toString('base64')}` };
    const form50 = `{"event":"form_submitted","extra":${deep}}`;
    expect(await post(intake, '/v1/sources/json', form50)).toMatchObject({
      status: 400,
      body: { reason: 'unreadable_body' },
    });
    expect(await post(intake, '/v1/batch', `{"batch":[${deep}]}`, key)).toMatchObject({ status: 400 });
    expect(
      await post(intake, '/v1/sources/json', `{"event":"ping","text":${JSON.stringify('['.repeat(200))}}`),
    ).toMatchObject({
      status: 202,
    });
  });
});
