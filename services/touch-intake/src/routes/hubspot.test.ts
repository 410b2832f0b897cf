import { sharedData } from '@groundswell/test';
import { describe, expect, it } from 'vitest';
import { catalogOf, template } from '../testing/declared.ts';
import { createTestIntake, type TestIntake, type TestIntakeOptions } from '../testing/test-intake.ts';
import { type Headers, post, sharedFile } from '../testing/tool-requests.ts';

const SECRET = '9f1b2c3d-4e5f-4a6b-8c7d-0123456789ab';

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

  describe.runIf(sharedData() !== null)('with a real webhook, its placeholder signature replaced', () => {
    // Read by the tests: what stands here runs even where they are skipped.
    const webhook = () => {
      const file = sharedFile('payloads', 'hubspot', 'prismatic-hubspot-webhook-example.json');
      const real = JSON.parse(file) as { headers: Headers; body: unknown };
      return { real, headers: { ...real.headers, 'X-HubSpot-Signature-v3': V3 }, body: JSON.stringify(real.body) };
    };

    it('takes it, and says that no one did anything', async () => {
      const { headers, body } = webhook();
      const answer = await post(hubspot(), '/v1/sources/hubspot', body, headers);
      expect(answer).toMatchObject({
        status: 200,
        body: { accepted: 0, rejected: 0, skipped: 1, results: [{ status: 'skipped' }] },
      });
    });

    it('refuses it with the placeholder, without a signature, changed, or sent again after five minutes', async () => {
      const { real, headers, body } = webhook();
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
    expect(answer).toMatchObject({ status: 503, body: { reason: 'signature_unverifiable', retryable: true } });
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
