import { gzipSync } from 'node:zlib';
import { deterministicUuid } from '@groundswell/interchange';
import { topics } from '@groundswell/schemas';
import { createSourceCatalog } from '@groundswell/sources';
import { anySource } from '@groundswell/sources/testing';
import { describe, expect, it } from 'vitest';
import { createTestIntake, NOW, ndjson, type TestIntake, touchOf } from '../testing/test-intake.ts';

const JSON_TYPE = 'application/json';
const NDJSON_TYPE = 'application/x-ndjson';

interface Sent {
  readonly query?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const post = async ({ server }: TestIntake, body: unknown, sent: Sent = {}) => {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const response = await server.inject({
    method: 'POST',
    url: sent.path ?? '/v1/touches',
    query: { ...sent.query },
    headers: { 'content-type': sent.type ?? JSON_TYPE, ...sent.headers },
    payload,
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
};

describe('POST /v1/touches', () => {
  it('accepts one touch, and writes it under its touchId with the request id', async () => {
    const intake = createTestIntake();
    const { status, body, headers } = await post(intake, touchOf(), { headers: { 'x-request-id': 'r-1' } });
    const touchId = deterministicUuid('web', 'evt-1');
    expect(status).toBe(202);
    expect(body).toEqual({
      accepted: 1,
      rejected: 0,
      warnings: 0,
      results: [{ index: 0, status: 'accepted', touchId, id: 'evt-1' }],
    });
    expect(headers['x-request-id']).toBe('r-1');
    expect(intake.sends.flat()).toMatchObject([
      { topic: topics.touchesRaw, key: touchId, headers: { 'correlation-id': 'r-1' } },
    ]);
    expect(intake.touches()).toMatchObject([{ touchId, received: NOW, origin: 'POST /v1/touches[0]' }]);
  });

  it('accepts what is fine in a batch and makes a dead letter of the rest, in one acknowledged write', async () => {
    const intake = createTestIntake();
    const bad = '{"type" :"chat", "source":"crm","time":"soon","person":{"email":"ada@acme.com"}}';
    const { status, body } = await post(intake, `[${JSON.stringify(touchOf())}, ${bad},7]`);
    expect(status).toBe(202);
    expect(body).toMatchObject({ accepted: 1, rejected: 2, warnings: 0 });
    expect(body.results).toMatchObject([
      { index: 0, status: 'accepted' },
      { index: 1, status: 'rejected', reason: 'time_unparseable', message: expect.stringMatching(/^time: .*"soon"$/) },
      { index: 2, status: 'rejected', reason: 'wrong_type' },
    ]);
    expect(intake.sends.length).toBe(1);
    const [first, second] = intake.deadLetters();
    expect(first).toMatchObject({
      stage: 'touch-intake',
      reason: 'time_unparseable',
      source: 'crm',
      accepted: false,
      origin: 'POST /v1/touches[1]',
      received: NOW,
    });
    expect(first?.bytes.toString()).toBe(bad);
    expect(second?.bytes.toString()).toBe('7');
  });

  it('answers 400 when nothing was accepted, and still keeps the dead letters', async () => {
    const intake = createTestIntake();
    const { status, body } = await post(intake, [{}, touchOf({ person: {} })]);
    expect(status).toBe(400);
    expect(body).toMatchObject({ reason: 'nothing_accepted', retryable: false, accepted: 0, rejected: 2 });
    expect(body.results.map(({ reason }: { reason: string }) => reason)).toEqual(['missing_field', 'no_person']);
    expect(intake.deadLetters().length).toBe(2);
  });

  it('reads one object a line, past blank and broken lines', async () => {
    const intake = createTestIntake();
    const lines = ndjson([touchOf({ id: '1' }), '', '{"broken', touchOf({ id: '2', colour: 'red' })]);
    const { status, body } = await post(intake, lines, { type: `${NDJSON_TYPE}; charset=utf-8` });
    expect(status).toBe(202);
    expect(body).toMatchObject({ accepted: 2, rejected: 1, warnings: 1 });
    expect(body.results).toMatchObject([
      { index: 0, id: '1' },
      { index: 1, reason: 'unreadable_json' },
      { index: 2, id: '2', warnings: [{ code: 'unknown_field' }] },
    ]);
    expect(intake.touches().map(({ properties }) => properties)).toEqual([{}, { colour: '"red"' }]);
  });

  it('names file and line of a dead letter when the import says them', async () => {
    const intake = createTestIntake();
    const query = { origin: 'may.ndjson', line: '101', source: 'crm' };
    await post(intake, ndjson([touchOf(), '', '{"broken']), { type: NDJSON_TYPE, query });
    await post(intake, [touchOf(), 5], { query });
    await post(intake, [5], { query: { origin: 'may.ndjson' } });
    expect(intake.deadLetters().map(({ origin, source }) => [origin, source])).toEqual([
      ['may.ndjson:103', 'crm'],
      ['may.ndjson:102', 'crm'],
      ['may.ndjson[0]', ''],
    ]);
    expect(intake.touches().map(({ origin }) => origin)).toEqual(['may.ndjson:101', 'may.ndjson:101']);
  });

  it('makes the same dead letter of the same line of a file again, and a new one of each request', async () => {
    const intake = createTestIntake();
    const file = { query: { origin: 'may.csv', line: '7' } };
    for (const sent of [file, file, {}, {}]) await post(intake, [5], sent);
    const ids = intake.deadLetters().map(({ deadLetterId }) => deadLetterId);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it('takes the default source, and the zone of that source for times without offset', async () => {
    const source = anySource('crm', { timeZone: 'America/New_York' });
    const built = createSourceCatalog([{ file: 'crm.yaml', source }]);
    if (!built.ok) throw new Error('one source makes a catalogue');
    const intake = createTestIntake({ sources: built.catalog });
    await post(intake, touchOf({ source: '', time: '2026-01-05 09:00:00' }), { query: { source: 'crm' } });
    expect(intake.touches()).toMatchObject([{ source: 'crm', time: Date.UTC(2026, 0, 5, 14) }]);
  });

  it('stamps the arrival in live mode and takes it from the record in replay mode', async () => {
    const intake = createTestIntake();
    const touch = touchOf({ received: '2026-03-01T10:00:00Z' });
    await post(intake, touch);
    await post(intake, touch, { query: { mode: 'replay' } });
    expect(intake.touches()).toMatchObject([
      { received: NOW, claimedReceived: Date.UTC(2026, 2, 1, 10) },
      { received: Date.UTC(2026, 2, 1, 10), claimedReceived: null },
    ]);
  });

  it('numbers identical touches without an id within one request, and gives a repeated request the same ids', async () => {
    const intake = createTestIntake();
    const anonymous = touchOf({ id: null });
    const [first, again] = [await post(intake, [anonymous, anonymous]), await post(intake, [anonymous, anonymous])];
    expect(first.body.results).toEqual(again.body.results);
    expect(first.body.results[0].id).not.toBe(first.body.results[1].id);
    expect(first.body).toMatchObject({ accepted: 2, warnings: 1 });
  });

  it('says when an id stands twice in one request, since the log keeps one of the two', async () => {
    const { body } = await post(createTestIntake(), [touchOf(), touchOf({ type: 'chat' })]);
    expect(body).toMatchObject({ accepted: 2, warnings: 1 });
    expect(body.results[1].warnings).toMatchObject([{ code: 'id_repeated' }]);
  });

  it('makes one dead letter of a body that is no JSON', async () => {
    const intake = createTestIntake();
    const { status, body } = await post(intake, '[{"a":1},', { query: { source: 'crm' } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ reason: 'unreadable_body', accepted: 0, rejected: 1, results: [{ index: 0 }] });
    const [letter] = intake.deadLetters();
    expect(letter).toMatchObject({ reason: 'unreadable_body', source: 'crm', origin: 'POST /v1/touches' });
    expect(letter?.bytes.toString()).toBe('[{"a":1},');
    expect((await post(intake, Buffer.from([0x22, 0xff, 0x22]))).body.message).toMatch(/not UTF-8/);
  });

  it.each(['', '[]', '\n\n'])('answers 400 to a request without a record: %j', async (body) => {
    const intake = createTestIntake();
    const type = body === '\n\n' ? NDJSON_TYPE : JSON_TYPE;
    expect(await post(intake, body, { type })).toMatchObject({ status: 400, body: { reason: 'empty_body' } });
    expect(intake.sends).toEqual([]);
  });

  it('rejects a record over 256 KiB and goes on, keeping the beginning of it', async () => {
    const intake = createTestIntake();
    const long = touchOf({ properties: { text: 'x'.repeat(256 * 1024) } });
    for (const [body, type] of [
      [JSON.stringify([long, touchOf()]), JSON_TYPE],
      [ndjson([long, touchOf()]), NDJSON_TYPE],
    ] as const) {
      const answer = await post(intake, body, { type });
      expect(answer.body).toMatchObject({ accepted: 1, rejected: 1, results: [{ reason: 'line_too_long' }, {}] });
    }
    expect(intake.deadLetters().map(({ bytes }) => bytes.length)).toEqual([262_144, 262_144]);
  });

  it('refuses content types it does not read, saying which are right', async () => {
    const intake = createTestIntake();
    for (const type of ['text/csv', 'application/xml', 'text/plain']) {
      const { status, body } = await post(intake, 'x', { type });
      expect(status).toBe(415);
      expect(body).toMatchObject({ reason: 'unsupported_media_type', retryable: false });
      expect(body.message).toContain('application/json');
      expect(body.message).toContain('application/x-ndjson');
    }
    const packed = await post(intake, touchOf(), { headers: { 'content-encoding': 'br' } });
    expect(packed).toMatchObject({ status: 415, body: { message: expect.stringContaining('gzip') } });
  });

  it('unpacks gzip, within the limit of what it unpacks to', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const intake = createTestIntake({ maxBodyBytes: 1024 * 1024 });
    expect(await post(intake, gzipSync(JSON.stringify(touchOf())), { headers })).toMatchObject({ status: 202 });
    expect(intake.touches()).toMatchObject([{ id: 'evt-1' }]);
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    expect(await post(intake, bomb, { headers })).toMatchObject({ status: 413, body: { reason: 'body_too_large' } });
    expect(await post(intake, touchOf(), { headers })).toMatchObject({
      status: 400,
      body: { reason: 'invalid_request' },
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(intake.inFlight.held).toBe(0);
  });

  it.each([
    [{ mode: 'reply' }, /mode/],
    [{ line: '0' }, /line/],
    [{ source: 'a\u0000b' }, /source: must not hold control characters/],
    [{ origin: '' }, /origin/],
    [{ modus: 'replay' }, /modus/],
  ])('refuses a query it does not understand: %j', async (query, message) => {
    const { status, body } = await post(createTestIntake(), touchOf(), { query });
    expect(status).toBe(400);
    expect(body).toMatchObject({ reason: 'invalid_request', message: expect.stringMatching(message) });
  });

  it('gives a request an id of its own when the sender gives none that is one', async () => {
    const { headers } = await post(createTestIntake(), touchOf(), { headers: { 'x-request-id': 'a b\tc' } });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('counts what it took and why it did not', async () => {
    const intake = createTestIntake();
    await post(intake, [touchOf(), touchOf({ id: '2', x: 1 }), touchOf({ person: {} })]);
    await post(intake, '{', {});
    const seriesOf = (name: string) => intake.metrics.registry.getSingleMetricAsString(`groundswell_intake_${name}`);
    expect(await seriesOf('accepted_total')).toContain('{kind="touches",service="touch-intake"} 2');
    const rejected = await seriesOf('rejected_total');
    expect(rejected).toContain('{kind="touches",reason="no_person",service="touch-intake"} 1');
    expect(rejected).toContain('{kind="touches",reason="unreadable_body",service="touch-intake"} 1');
    expect(await seriesOf('warnings_total')).toContain('{kind="touches",service="touch-intake"} 1');
    expect(await seriesOf('refused_total')).toContain('{reason="unreadable_body",service="touch-intake"} 1');
    expect(await seriesOf('request_duration_seconds')).toMatch(/_count\{.*route="\/v1\/touches",status="202"\} 1/);
  });
});

describe('directory rows', () => {
  it.each([
    ['accounts', { domains: ['Acme.com'] }, 'crm\u00001\u00000', { domains: ['acme.com'] }],
    ['people', { email: 'Ada@acme.com' }, 'crm\u00001\u00000', { email: 'ada@acme.com' }],
    ['opportunities', { account_id: 'a', created_at: '2026-01-01' }, 'crm\u00001', { accountId: 'a' }],
    ['opportunity_contacts', { opportunity_id: 'o', person_id: 'p' }, 'crm\u00001', { personId: 'p' }],
    ['opportunity_stages', { opportunity_id: 'o', stage: 's', stage_at: 5e11 }, 'crm\u00001', { stageAt: 5e11 }],
    ['orders', { account_id: 'a', at: 5e11 }, 'crm\u00001', { accountId: 'a', at: 5e11 }],
    ['campaigns', { name: 'Fair', cost: 5 }, 'crm\u00001\u00000', { name: 'Fair', cost: 5 }],
    ['content', { url: 'https://a.example' }, 'crm\u00001\u00000', { url: 'https://a.example' }],
    ['exclusions', { kind: 'domain', value: 'Agency.example' }, 'domain\u0000agency.example', { kind: 'domain' }],
  ])('of %s go to their topic under their key', async (kind, fields, key, expected) => {
    const intake = createTestIntake();
    const { status, body } = await post(intake, { source: 'crm', id: '1', ...fields }, { path: `/v1/${kind}` });
    expect(status).toBe(202);
    expect(body.results).toEqual([{ index: 0, status: 'accepted', id: '1' }]);
    expect(intake.sends.flat()).toMatchObject([{ key, topic: { name: kind } }]);
    expect(intake.rows(kind)).toMatchObject([{ ...expected, received: NOW }]);
  });

  it.each(['accounts', 'people', 'campaigns', 'content'])(
    'of %s have a key per dated version, which a correction of it has too',
    async (kind) => {
      const intake = createTestIntake();
      const row = { source: 'crm', id: '1', valid_from: '2026-01-01T00:00:00Z' };
      const promoted = { ...row, valid_from: Date.UTC(2026, 1, 1) };
      await post(intake, ndjson([row, promoted, { ...row, status: 'corrected' }]), {
        path: `/v1/${kind}`,
        type: NDJSON_TYPE,
      });
      const version = (validFrom: number) => `crm\u00001\u0000${validFrom}`;
      expect(intake.sends.flat().map(({ key }) => key)).toEqual([
        version(Date.UTC(2026, 0, 1)),
        version(Date.UTC(2026, 1, 1)),
        version(Date.UTC(2026, 0, 1)),
      ]);
    },
  );

  it('are rejected like touches, with their own endpoint as origin', async () => {
    const intake = createTestIntake();
    const { status } = await post(intake, ndjson([{ source: 'crm' }]), { path: '/v1/accounts', type: NDJSON_TYPE });
    expect(status).toBe(400);
    expect(intake.deadLetters()).toMatchObject([{ reason: 'missing_field', origin: 'POST /v1/accounts[0]' }]);
  });
});

describe('any other request', () => {
  it('is told what there is', async () => {
    const { server } = createTestIntake();
    const response = await server.inject({ method: 'GET', url: '/v1/touches?source=x' });
    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({
      reason: 'not_found',
      message: expect.stringContaining('POST /v1/touches'),
    });
  });
});
