import { generateKeyPairSync, sign } from 'node:crypto';
import { sharedData } from '@groundswell/test';
import { describe, expect, it } from 'vitest';
import { catalogOf, keyed, template } from '../testing/declared.ts';
import { createTestIntake } from '../testing/test-intake.ts';
import { post, sharedFile } from '../testing/tool-requests.ts';

describe('POST /v1/sources/<adobe-io>', () => {
  const auth = { scheme: 'api-key', keys: [keyed('key-of-web-1')] } as const;
  const adobe = () => createTestIntake({ sources: catalogOf(template('adobe-io', auth)) });
  const url = '/v1/sources/adobe-io?access_token=key-of-web-1';

  it.runIf(sharedData() !== null)("takes the activities of Adobe's documentation", async () => {
    const intake = adobe();
    const body = sharedFile('payloads', 'marketo', 'adobe-io-lead-activity-data-stream-cloudevents.json');
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

  it('takes what Adobe has signed for our client, and has it come again while its key cannot be had', async () => {
    const sources = catalogOf(template('adobe-io', { scheme: 'adobe-io', clientId: 'b4f2d1a0c9' }));
    const body = JSON.stringify({
      specversion: '1.0',
      id: 'e',
      source: 'urn:x',
      type: 'com.adobe.platform.marketo.activity.standard.newlead',
      recipientclientid: 'b4f2d1a0c9',
    });
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const headers = {
      'x-adobe-digital-signature-1': sign('RSA-SHA256', Buffer.from(body), privateKey).toString('base64'),
      'x-adobe-public-key1-path': '/prod/keys/pub-key-1.pem',
    };
    const adobeKey = async () => publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const intake = createTestIntake({ sources, adobeKey });
    expect(await post(intake, '/v1/sources/adobe-io', body, headers)).toMatchObject({
      status: 200,
      body: { skipped: 1 },
    });
    expect(await post(intake, '/v1/sources/adobe-io', `${body} `, headers)).toMatchObject({ status: 401 });
    const offline = createTestIntake({ sources });
    expect(await post(offline, '/v1/sources/adobe-io', body, headers)).toMatchObject({
      status: 503,
      body: { reason: 'signature_unverifiable' },
    });
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

  it.runIf(sharedData() !== null)(
    'takes the envelopes of the conformance set, and judges them by what they hold',
    async () => {
      const read = (name: string) =>
        JSON.parse(sharedFile('specs', 'cloudevents', 'conformance', name)) as { tests: { event: unknown }[] };
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
