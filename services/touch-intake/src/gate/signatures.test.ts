import { describe, expect, it } from 'vitest';
import { judgeHubSpot, judgeSalesloft, type SignedRequest } from './signatures.ts';

const SECRET = '9f1b2c3d-4e5f-4a6b-8c7d-0123456789ab';
const STAMP = 1_708_986_599_647;
const MINUTE = 60_000;
const BODY =
  '[{"eventId":567890123,"subscriptionId":234567,"portalId":12345678,"appId":987654,"occurredAt":1708986598741,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":65059681032,"changeFlag":"CREATED","changeSource":"CRM_UI","sourceId":"userId:45678"}]';

/** Signatures of these requests, computed by another implementation (Python's hmac and hashlib). */
const V3 = 'RgH2DgsASaHO+A8d2VU4vPZu0RFVJw1tl7UZqrpd5zU=';
const V1 = 'ec1029ec4836b6e75208ede1aceb1dc812d903c34898efc7003d073d6684d1ef';
const V3_UNICODE = 'w7rrYBAvKbQWLn+Bf2uPaO2t7TIYX8IRMVkbx/MYodQ=';
const SALESLOFT = '8967eac30e5516b54e22da86434cd175ce173544';

const signed = (headers: SignedRequest['headers'], more: Partial<SignedRequest> = {}): SignedRequest => ({
  method: 'POST',
  url: 'https://touches.example.com/v1/sources/hubspot',
  headers: { 'x-hubspot-request-timestamp': String(STAMP), ...headers },
  body: Buffer.from(BODY),
  now: STAMP + 1_000,
  ...more,
});

describe('a signature of HubSpot, version 3', () => {
  const v3 = { 'x-hubspot-signature-v3': V3, 'x-hubspot-signature': 'sha256=abc123def456' };

  it('is right for method, URL, body and time under one of the secrets', () => {
    expect(judgeHubSpot([SECRET], signed(v3))).toBe('right');
    expect(judgeHubSpot(['another', SECRET], signed(v3))).toBe('right');
    const unicode = { 'x-hubspot-signature-v3': V3_UNICODE };
    expect(judgeHubSpot([SECRET], signed(unicode, { body: Buffer.from('[{"note":"Zoë 🌎"}]') }))).toBe('right');
  });

  it.each([
    ['another secret', ['another'], {}],
    ['a changed body', [SECRET], { body: Buffer.from(BODY.replace('CREATED', 'DELETED')) }],
    ['another URL', [SECRET], { url: 'https://touches.example.com/v1/sources/hubspot2' }],
    ['another method', [SECRET], { method: 'PUT' }],
    ['another time', [SECRET], { headers: { ...v3, 'x-hubspot-request-timestamp': String(STAMP + 1) } }],
    ['no secret', [], {}],
  ])('is wrong for %s', (_what, secrets, more) => {
    expect(judgeHubSpot(secrets, { ...signed(v3), ...more })).toBe('wrong');
  });

  it('ends five minutes after it was made, and does not begin before', () => {
    expect(judgeHubSpot([SECRET], signed(v3, { now: STAMP + 5 * MINUTE }))).toBe('right');
    expect(judgeHubSpot([SECRET], signed(v3, { now: STAMP + 5 * MINUTE + 1 }))).toBe('expired');
    expect(judgeHubSpot([SECRET], signed(v3, { now: STAMP - 5 * MINUTE - 1 }))).toBe('expired');
  });

  it('says nothing about our clock to someone who cannot sign', () => {
    expect(judgeHubSpot(['another'], signed(v3, { now: STAMP + 60 * MINUTE }))).toBe('wrong');
  });

  it('is missing without a time that is one', () => {
    expect(judgeHubSpot([SECRET], signed({ ...v3, 'x-hubspot-request-timestamp': 'now' }))).toBe('missing');
    expect(judgeHubSpot([SECRET], signed({}))).toBe('missing');
  });

  it('decides alone: a right version 1 beside it does not help', () => {
    const both = { 'x-hubspot-signature-v3': 'sha256=xyz789', 'x-hubspot-signature': V1 };
    expect(judgeHubSpot([SECRET], signed(both))).toBe('wrong');
  });
});

describe('a signature of HubSpot, version 1', () => {
  it('is right for secret and body, whenever it was made', () => {
    const late = { now: STAMP + 60 * MINUTE };
    expect(judgeHubSpot([SECRET], signed({ 'x-hubspot-signature': V1 }, late))).toBe('right');
    expect(judgeHubSpot([SECRET], signed({ 'x-hubspot-signature': `${V1.slice(0, -1)}0` }))).toBe('wrong');
  });

  it("is what HubSpot's documentation computes", () => {
    const body =
      '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]';
    const signature = '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de';
    const request = signed({ 'x-hubspot-signature': signature }, { body: Buffer.from(body) });
    expect(judgeHubSpot(['yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'], request)).toBe('right');
  });
});

describe('a signature of Salesloft', () => {
  const body = Buffer.from(
    '{"id":66445,"start_time":"2021-09-17T07:15:00.000000Z","recipient_email":"masked-6502956@zazmc.com","created_at":"2021-09-16T13:15:56.122269Z","person":{"id":6502956},"cadence":null}',
  );
  const request = (signature: string): SignedRequest => signed({ 'x-salesloft-signature': signature }, { body });

  it('is right for the body under one of the callback tokens', () => {
    expect(judgeSalesloft(['callback-token-1'], request(SALESLOFT))).toBe('right');
    expect(judgeSalesloft(['callback-token-0', 'callback-token-1'], request(SALESLOFT.toUpperCase()))).toBe('right');
  });

  it('is wrong otherwise, and missing when it is', () => {
    expect(judgeSalesloft(['callback-token-2'], request(SALESLOFT))).toBe('wrong');
    expect(judgeSalesloft(['callback-token-1'], { ...request(SALESLOFT), body: Buffer.from('{}') })).toBe('wrong');
    expect(judgeSalesloft(['callback-token-1'], signed({}))).toBe('missing');
    expect(judgeSalesloft(['callback-token-1'], signed({ 'x-salesloft-signature': '' }))).toBe('missing');
  });
});
