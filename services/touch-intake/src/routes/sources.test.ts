import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedData } from '@groundswell/test';
import { describe, expect, it } from 'vitest';
import { catalogOf, keyed, template } from '../testing/declared.ts';
import { createTestIntake, type TestIntake, type TestIntakeOptions } from '../testing/test-intake.ts';

const SECRET = '9f1b2c3d-4e5f-4a6b-8c7d-0123456789ab';

type Headers = Readonly<Record<string, string>>;

const post = async ({ server }: TestIntake, url: string, body: string, headers: Headers = {}) => {
  const response = await server.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
};

const payload = (...path: readonly string[]): string =>
  readFileSync(join(sharedData() ?? '', 'payloads', ...path), 'utf8');

const WITH_DATA = { runIf: sharedData() !== null };

describe('POST /v1/sources/<hubspot>', () => {
  const STAMP = 1_708_986_599_647;
  /** computed by another implementation (Python's hmac) */
  const V3 = 'RgH2DgsASaHO+A8d2VU4vPZu0RFVJw1tl7UZqrpd5zU=';
  const hubspot = (options: TestIntakeOptions = {}): TestIntake =>
    createTestIntake({
      sources: catalogOf(template('hubspot')),
      secrets: { hubspot: ['an-older-one', SECRET] },
      now: () => STAMP + 1_000,
      ...options,
    });

  describe.runIf(WITH_DATA.runIf)('with a real webhook, its placeholder signature replaced', () => {
    const real = JSON.parse(payload('hubspot', 'prismatic-hubspot-webhook-example.json')) as {
      headers: Headers;
      body: unknown;
    };
    const headers = { ...real.headers, 'X-HubSpot-Signature-v3': V3 };
    const body = JSON.stringify(real.body);

    it('takes it, and says that no one did anything', async () => {
      const answer = await post(hubspot(), '/v1/sources/hubspot', body, headers);
      expect(answer).toMatchObject({
        status: 200,
        body: { accepted: 0, rejected: 0, skipped: 1, results: [{ status: 'skipped' }] },
      });
    });

    it('refuses it with the placeholder, without a signature, changed, or sent again after five minutes', async () => {
      const refused = async (intake: TestIntake, sent: Headers, text = body) => {
        const answer = await post(intake, '/v1/sources/hubspot', text, sent);
        expect(intake.sends).toEqual([]);
        return [answer.status, answer.body.reason];
      };
      const { 'X-HubSpot-Signature': _, 'X-HubSpot-Signature-v3': __, ...unsigned } = real.headers;
      expect(await refused(hubspot(), real.headers)).toEqual([401, 'unauthorized']);
      expect(await refused(hubspot(), unsigned)).toEqual([401, 'unauthorized']);
      expect(await refused(hubspot(), headers, body.replace('CREATED', 'DELETED'))).toEqual([401, 'unauthorized']);
      const later = hubspot({ now: () => STAMP + 5 * 60_000 + 1 });
      expect(await refused(later, headers)).toEqual([401, 'signature_expired']);
    });
  });

  /** Signed in version 1, by WebCrypto: another implementation than the one that checks. */
  const signV1 = async (body: string): Promise<Headers> => {
    const digest = await crypto.subtle.digest('SHA-256', Buffer.from(SECRET + body));
    return { 'x-hubspot-signature': Buffer.from(digest).toString('hex'), 'x-hubspot-signature-version': 'v1' };
  };
  const send = async (intake: TestIntake, events: readonly unknown[]) => {
    const body = JSON.stringify(events);
    return post(intake, '/v1/sources/hubspot', body, await signV1(body));
  };
  const change = (fields: Readonly<Record<string, unknown>>) => ({
    eventId: 1,
    subscriptionId: 2,
    portalId: 33,
    occurredAt: 1_708_986_598_741,
    subscriptionType: 'contact.propertyChange',
    attemptNumber: 0,
    objectId: 7,
    ...fields,
  });

  it('makes a touch of what a person did, and names the declaration by which it was read', async () => {
    const intake = hubspot();
    const answer = await send(intake, [change({ propertyName: 'recent_conversion_date' })]);
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1, rejected: 0, skipped: 0 } });
    const { version } = template('hubspot');
    expect(intake.touches()).toMatchObject([
      { source: 'hubspot', type: 'form_fill', personId: '7', origin: `POST /v1/sources/hubspot@${version}[0]` },
    ]);
  });

  it('recognises a delivery that is repeated as the same touch', async () => {
    const intake = hubspot();
    const event = change({ propertyName: 'hs_email_last_click_date' });
    await send(intake, [event]);
    await send(intake, [{ ...event, attemptNumber: 1 }]);
    const [first, second] = intake.touches().map(({ touchId }) => touchId);
    expect(first).toBe(second);
  });

  it('hands the request of a person to be forgotten on, once however often it is told', async () => {
    const intake = hubspot();
    const event = { ...change({}), subscriptionType: 'contact.privacyDeletion' };
    await send(intake, [event, event]);
    const requests = intake.rows('erasure.requests');
    expect(requests).toMatchObject([
      { source: 'hubspot', personId: '7', email: null, time: 1_708_986_598_741, reason: 'HubSpot privacy deletion' },
      {},
    ]);
    expect(requests[0]).toEqual({ ...Object(requests[1]), origin: Object(requests[0]).origin });
  });

  it('carries on who is who as evidence', async () => {
    const intake = hubspot();
    await send(intake, [change({ propertyName: 'email', propertyValue: 'Ann@Acme.example' })]);
    expect(intake.rows('identity.evidence')).toMatchObject([
      { source: 'hubspot', personId: '7', email: 'ann@acme.example' },
    ]);
  });

  it('keeps what no rule is meant for as a dead letter, and does not have HubSpot send it again', async () => {
    const intake = hubspot();
    const event = { ...change({}), subscriptionType: 'conversation.creation' };
    const answer = await send(intake, [event]);
    expect(answer).toMatchObject({ status: 200, body: { rejected: 1, results: [{ reason: 'not_mapped' }] } });
    await send(intake, [event]);
    const [first, second] = intake.deadLetters();
    expect(first).toMatchObject({ reason: 'not_mapped', source: 'hubspot', accepted: false });
    expect(first?.bytes.toString()).toBe(JSON.stringify(event));
    expect(second?.deadLetterId).toBe(first?.deadLetterId);
  });

  it('has it come again while there is no secret to check it by', async () => {
    const answer = await send(hubspot({ secrets: {} }), [change({})]);
    expect(answer).toMatchObject({ status: 503, body: { reason: 'secret_missing', retryable: true } });
    expect(answer.headers['retry-after']).toBe('60');
  });

  it('has it come again when the broker does not acknowledge', async () => {
    const broker = () => Promise.reject(new Error('down'));
    const answer = await send(hubspot({ broker }), [change({ propertyName: 'recent_conversion_date' })]);
    expect(answer).toMatchObject({ status: 503, body: { reason: 'not_acknowledged' } });
  });

  it('reads no more than HubSpot sends', async () => {
    const body = JSON.stringify([{ note: 'x'.repeat(1024 * 1024) }]);
    expect(await post(hubspot(), '/v1/sources/hubspot', body, {})).toMatchObject({ status: 413 });
  });
});

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

  it.runIf(WITH_DATA.runIf)('knows what to do with every event that Salesloft sends', () => {
    const facts = JSON.parse(payload('salesloft', 'webhook-contract-facts.json')) as { event_types: string[] };
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

describe('POST /v1/sources/<adobe-io>', () => {
  const auth = { scheme: 'api-key', keys: [keyed('key-of-web-1')] } as const;
  const adobe = () => createTestIntake({ sources: catalogOf(template('adobe-io', auth)) });
  const url = '/v1/sources/adobe-io?access_token=key-of-web-1';

  it.runIf(WITH_DATA.runIf)("takes the activities of Adobe's documentation", async () => {
    const intake = adobe();
    const body = payload('marketo', 'adobe-io-lead-activity-data-stream-cloudevents.json');
    expect(await post(intake, url, body)).toMatchObject({ status: 200, body: { accepted: 3, rejected: 0 } });
    expect(intake.touches().map(({ type, id, personId }) => [type, id, personId])).toEqual([
      ['email_open', '123-ABC-456-10-1234567890', '1234'],
      ['page_view', '123-ABC-456-1-1234567890', '1234'],
      ['content_view', '123-ABC-456-3-1234567890', '1234'],
    ]);
  });

  it('answers the challenge by which Adobe I/O registers an address', async () => {
    const { server } = adobe();
    const asked = await server.inject({ method: 'GET', url: '/v1/sources/adobe-io?challenge=8ec8d794-e0ab-42df-9017' });
    expect(asked).toMatchObject({ statusCode: 200, body: '8ec8d794-e0ab-42df-9017' });
    expect(asked.headers['content-type']).toContain('text/plain');
    expect(
      (await server.inject({ method: 'GET', url: '/v1/sources/adobe-io?challenge=%3Cscript%20x' })).statusCode,
    ).toBe(400);
    expect((await server.inject({ method: 'GET', url: '/v1/sources/adobe-io' })).statusCode).toBe(400);
  });

  it('refuses an event without the key, and rejects one that breaks the envelope', async () => {
    expect(await post(adobe(), '/v1/sources/adobe-io', '{}')).toMatchObject({ status: 401 });
    const intake = adobe();
    const answer = await post(intake, url, '{"id":"x"}');
    expect(answer).toMatchObject({ status: 200, body: { rejected: 1, results: [{ reason: 'event_invalid' }] } });
    expect(intake.deadLetters()).toMatchObject([{ reason: 'event_invalid', source: 'adobe-io' }]);
  });
});

describe('POST /v1/sources/<cloudevents>', () => {
  const auth = { scheme: 'api-key', keys: [keyed('key-of-web-1')] } as const;
  const events = () => createTestIntake({ sources: catalogOf(template('cloudevents', auth)) });
  const key = { authorization: 'Bearer key-of-web-1' };
  const event = {
    specversion: '1.0',
    id: 'e-1',
    source: '/shop',
    type: 'io.groundswell.touch',
    time: '2026-03-01T10:00:00Z',
    datacontenttype: 'application/json',
    data: { type: 'pricing_view', person: { email: 'ann@acme.example' } },
  };

  it('takes the same event in structured, batched and binary mode as the same touch', async () => {
    const intake = events();
    const url = '/v1/sources/cloudevents';
    const structured = { ...key, 'content-type': 'application/cloudevents+json; charset=utf-8' };
    expect(await post(intake, url, JSON.stringify(event), structured)).toMatchObject({
      status: 202,
      body: { accepted: 1 },
    });
    const batched = { ...key, 'content-type': 'application/cloudevents-batch+json' };
    await post(intake, url, JSON.stringify([event]), batched);
    const { data, datacontenttype, ...attributes } = event;
    const binary = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
    await post(intake, url, JSON.stringify(data), { ...key, ...binary, 'content-type': datacontenttype });
    const touches = intake.touches();
    expect(touches.length).toBe(3);
    expect(touches[0]).toMatchObject({ id: '/shop e-1', type: 'pricing_view', personEmail: 'ann@acme.example' });
    expect(touches[1]).toEqual(touches[0]);
    expect(touches[2]).toEqual(touches[0]);
  });

  it.runIf(WITH_DATA.runIf)(
    'takes the envelopes of the conformance set, and judges them by what they hold',
    async () => {
      const file = join(sharedData() ?? '', 'specs', 'cloudevents', 'conformance');
      const read = (name: string) =>
        JSON.parse(readFileSync(join(file, name), 'utf8')) as { tests: { event: unknown }[] };
      const reasons = async (name: string) => {
        const batch = JSON.stringify(read(name).tests.map((test) => test.event));
        const headers = { ...key, 'content-type': 'application/cloudevents-batch+json' };
        const { body } = await post(events(), '/v1/sources/cloudevents', batch, headers);
        return (body.results as { reason: string }[]).map(({ reason }) => reason);
      };
      expect(await reasons('valid-events.json')).toEqual(Array(10).fill('not_mapped'));
      expect(await reasons('invalid-events.json')).toEqual(Array(25).fill('event_invalid'));
    },
  );

  it('takes an event of 64 KiB', async () => {
    const large = { ...event, data: { ...event.data, properties: { text: 'x'.repeat(64 * 1024) } } };
    const headers = { ...key, 'content-type': 'application/cloudevents+json' };
    expect(await post(events(), '/v1/sources/cloudevents', JSON.stringify(large), headers)).toMatchObject({
      status: 202,
    });
  });

  it('says what is no CloudEvent', async () => {
    for (const type of ['application/json', 'application/cloudevents+avro']) {
      const answer = await post(events(), '/v1/sources/cloudevents', '{}', { ...key, 'content-type': type });
      expect(answer).toMatchObject({ status: 415, body: { reason: 'unsupported_media_type' } });
    }
  });

  it('agrees to be called, when a sender asks before it does', async () => {
    const asked = await events().server.inject({
      method: 'OPTIONS',
      url: '/v1/sources/cloudevents',
      headers: { 'webhook-request-origin': 'eventemitter.example.com' },
    });
    expect(asked.statusCode).toBe(200);
    expect(asked.headers['webhook-allowed-origin']).toBe('eventemitter.example.com');
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
});
