import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { afterEach, describe, expect, it } from 'vitest';
import { catalogOf, keyed, template } from '../testing/declared.ts';
import { createTestIntake, NOW, type TestIntake } from '../testing/test-intake.ts';

const auth = { scheme: 'write-key', keys: [keyed('write-key-1')] } as const;
const tracked = (open = false): TestIntake =>
  createTestIntake({ sources: catalogOf(template('segment', open ? null : auth), template('json')), open });

const key = (writeKey: string) => ({ authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` });

const post = async (
  { server }: TestIntake,
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = key('write-key-1'),
) => {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const sent = { 'content-type': 'application/json', ...headers };
  const response = await server.inject({ method: 'POST', url, headers: sent, payload });
  return { status: response.statusCode, body: response.json() };
};

const call = (fields: Readonly<Record<string, unknown>> = {}) => ({
  messageId: 'm-1',
  timestamp: '2026-03-01T10:00:00Z',
  anonymousId: 'a-1',
  event: 'Trial Started',
  ...fields,
});

describe('the tracking API', () => {
  it('takes each kind of call on its own path', async () => {
    const intake = tracked();
    const { version } = template('segment');
    expect(await post(intake, '/v1/track', call())).toMatchObject({
      status: 200,
      body: { success: true, accepted: 1 },
    });
    await post(intake, '/v1/page', call({ messageId: 'm-2', properties: { path: '/pricing' } }));
    await post(intake, '/v1/screen', call({ messageId: 'm-3' }));
    expect(intake.touches()).toMatchObject([
      {
        id: 'm-1',
        type: 'trial_start',
        anonymousId: 'a-1',
        personId: null,
        origin: `POST /v1/track segment@${version}[0]`,
      },
      { id: 'm-2', type: 'pricing_view' },
      { id: 'm-3', type: 'page_view', channel: 'product' },
    ]);
    await post(intake, '/v1/identify', call({ userId: 'u-1', traits: { email: 'Ann@acme.example' } }));
    await post(intake, '/v1/group', call({ userId: 'u-1', groupId: 'g-1', traits: { name: 'Acme' } }));
    await post(intake, '/v1/alias', call({ userId: 'u-1', previousId: 'a-1' }));
    expect(intake.rows('identity.evidence')).toMatchObject([
      { kind: 'identify', personId: 'u-1', anonymousId: 'a-1', email: 'ann@acme.example' },
      { kind: 'group', personId: 'u-1', accountId: 'g-1', accountName: 'Acme' },
      { kind: 'alias', personId: 'u-1', previousId: 'a-1' },
    ]);
  });

  it('takes a batch, whose calls share its context', async () => {
    const intake = tracked();
    const context = { campaign: { name: 'spring' }, userAgent: 'Mozilla/5.0' };
    const batch = [call({ type: 'track' }), call({ type: 'page', messageId: 'm-2', context: { userAgent: 'curl' } })];
    expect(await post(intake, '/v1/batch', { batch, context })).toMatchObject({ status: 200, body: { accepted: 2 } });
    expect(intake.touches()).toMatchObject([
      { campaign: 'spring', properties: { user_agent: '"Mozilla/5.0"' } },
      { campaign: 'spring', properties: { user_agent: '"curl"' } },
    ]);
  });

  it('recognises a call by its messageId', async () => {
    const intake = tracked();
    await post(intake, '/v1/track', call());
    await post(intake, '/v1/batch', { batch: [call({ type: 'track' })] });
    expect(new Set(intake.touches().map(({ touchId }) => touchId)).size).toBe(1);
  });

  it('takes the time of arrival where a call says none', async () => {
    const intake = tracked();
    await post(intake, '/v1/track', call({ timestamp: undefined }));
    expect(intake.touches()).toMatchObject([{ time: NOW, received: NOW }]);
  });

  it('answers 200 to a call that says nobody, and keeps it as a dead letter', async () => {
    const intake = tracked();
    const answer = await post(intake, '/v1/track', call({ anonymousId: undefined }));
    expect(answer).toMatchObject({
      status: 200,
      body: { accepted: 0, rejected: 1, results: [{ reason: 'no_person' }] },
    });
    expect(intake.deadLetters()).toMatchObject([{ source: 'segment', reason: 'no_person' }]);
  });

  it('answers 400 to what is too large or no JSON, and takes the rest of a batch', async () => {
    const intake = tracked();
    const large = call({ properties: { text: 'x'.repeat(32 * 1024) } });
    expect(await post(intake, '/v1/track', large)).toMatchObject({ status: 400, body: { success: false } });
    expect(await post(intake, '/v1/track', '{')).toMatchObject({ status: 400, body: { reason: 'unreadable_body' } });
    expect(await post(intake, '/v1/batch', { calls: [] })).toMatchObject({ status: 400 });
    const batch = [{ ...large, type: 'track' }, call({ type: 'track' }), 7];
    const mixed = await post(intake, '/v1/batch', { batch });
    expect(mixed).toMatchObject({
      status: 200,
      body: { accepted: 1, rejected: 2, results: [{ reason: 'line_too_long' }, {}, { reason: 'wrong_type' }] },
    });
    const most = { batch: Array.from({ length: 200 }, () => large) };
    expect(await post(intake, '/v1/batch', most)).toMatchObject({ status: 413 });
  });

  it('reads JSON that is called text, as browsers send it, and gzip', async () => {
    const intake = tracked();
    const text = { ...key('write-key-1'), 'content-type': 'text/plain' };
    expect(await post(intake, '/v1/track', JSON.stringify(call()), text)).toMatchObject({ status: 200 });
    const packed = { ...key('write-key-1'), 'content-encoding': 'gzip' };
    expect(await post(intake, '/v1/track', gzipSync(JSON.stringify(call())), packed)).toMatchObject({ status: 200 });
  });

  it('refuses a write key that is missing or of nobody', async () => {
    for (const headers of [{}, key('guess'), key('segment'), { authorization: 'Bearer write-key-1' }]) {
      expect(await post(tracked(), '/v1/track', call(), headers)).toMatchObject({ status: 401 });
    }
  });

  it('takes the id of a source without auth as its write key while intake is open', async () => {
    expect(await post(tracked(true), '/v1/track', call(), key('segment'))).toMatchObject({ status: 200 });
    expect(await post(tracked(true), '/v1/track', call(), key('json'))).toMatchObject({ status: 401 });
  });
});

describe("the vendors' own SDKs", () => {
  let http: Server | undefined;
  afterEach(() => {
    http?.close();
    http?.closeAllConnections();
  });

  const listen = async (intake: TestIntake): Promise<string> => {
    await intake.server.ready();
    http = createServer((request, response) => intake.server.routing(request, response)).listen(0, '127.0.0.1');
    await once(http, 'listening');
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  };

  const CALLS = 50;
  const arrived = (intake: TestIntake) => ({
    touches: intake.touches().map(({ type, personId, anonymousId }) => [type, personId ?? anonymousId]),
    ids: new Set(intake.touches().map(({ touchId }) => touchId)).size,
    evidence: intake.rows('identity.evidence').map((row) => Object(row).kind),
    letters: intake.deadLetters().length,
  });
  const expected = {
    touches: [
      ...Array.from({ length: CALLS }, (_, index) => ['trial_use', `u-${index}`]),
      ['page_view', 'a-1'],
      ['page_view', 'u-1'],
    ],
    ids: CALLS + 2,
    evidence: ['identify', 'group', 'alias'],
    letters: 0,
  };

  it('of Segment sends through us, and every call arrives once', async () => {
    const intake = tracked();
    const errors: unknown[] = [];
    const analytics = new Analytics({ writeKey: 'write-key-1', host: await listen(intake), flushAt: 20 });
    analytics.on('error', (error) => errors.push(error));
    for (let index = 0; index < CALLS; index += 1) analytics.track({ userId: `u-${index}`, event: 'Signed In' });
    analytics.page({ anonymousId: 'a-1', name: 'Docs' });
    analytics.screen({ userId: 'u-1', name: 'Home' });
    analytics.identify({ userId: 'u-1', anonymousId: 'a-1', traits: { email: 'ann@acme.example' } });
    analytics.group({ userId: 'u-1', groupId: 'g-1', traits: { name: 'Acme' } });
    analytics.alias({ userId: 'u-1', previousId: 'a-1' });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    expect(arrived(intake)).toEqual(expected);
  });

  it('of RudderStack sends through us, gzipped, and every call arrives once', async () => {
    const intake = tracked();
    const client = new RudderAnalytics('write-key-1', {
      dataPlaneUrl: await listen(intake),
      flushAt: 20,
      flushInterval: 50,
    });
    for (let index = 0; index < CALLS; index += 1) client.track({ userId: `u-${index}`, event: 'Signed In' });
    client.page({ anonymousId: 'a-1', name: 'Docs' });
    client.screen({ userId: 'u-1', name: 'Home' });
    client.identify({ userId: 'u-1', anonymousId: 'a-1', traits: { email: 'ann@acme.example' } });
    client.group({ userId: 'u-1', groupId: 'g-1', traits: { name: 'Acme' } });
    client.alias({ userId: 'u-1', previousId: 'a-1' });
    await client.flush();
    await expect.poll(() => arrived(intake)).toEqual(expected);
  });

  it('try again what was refused while too much was in flight, and it arrives once', async () => {
    let refused = 0;
    const broker = (): Promise<void> => {
      refused += 1;
      return refused === 1 ? Promise.reject(new Error('down')) : Promise.resolve();
    };
    const sources = catalogOf(template('segment', auth));
    const intake = createTestIntake({ sources, open: false, broker });
    const analytics = new Analytics({ writeKey: 'write-key-1', host: await listen(intake), flushAt: 1 });
    analytics.track({ userId: 'u-1', event: 'Signed In' });
    await analytics.closeAndFlush();
    expect(intake.touches().length).toBe(1);
  });
});
