import { anySource } from '@groundswell/sources/testing';
import { describe, expect, it } from 'vitest';
import { catalogOf, DIGESTS, keyed, template } from '../testing/declared.ts';
import { createTestIntake, NOW, type TestIntake, touchOf } from '../testing/test-intake.ts';

const sources = catalogOf(
  anySource('web', {
    auth: { scheme: 'api-key', keys: [keyed('key-of-web-1', NOW + 1), keyed('key-of-web-2'), keyed('old-key', NOW)] },
  }),
  anySource('crm'),
  template('json'),
);

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

const post = async (
  { server }: TestIntake,
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
) => {
  const response = await server.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
};

describe('the key of a source', () => {
  const closed = () => createTestIntake({ sources, open: false });

  it('lets its sender in, by Bearer or as the password of Basic; several are valid while one is exchanged', async () => {
    for (const headers of [bearer('key-of-web-1'), bearer('key-of-web-2'), basic('any', 'key-of-web-2')]) {
      expect(await post(closed(), '/v1/touches', touchOf(), headers)).toMatchObject({ status: 202 });
    }
  });

  it('is refused when it is none, of nobody, or has expired, before the body is read', async () => {
    for (const headers of [
      {},
      bearer(''),
      bearer('guess'),
      bearer('old-key'),
      basic('key-of-web-1', ''),
      { authorization: 'Digest x' },
    ]) {
      const intake = closed();
      const answer = await post(intake, '/v1/touches', touchOf(), headers);
      expect(answer).toMatchObject({ status: 401, body: { reason: 'unauthorized', retryable: false } });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect([intake.sends, intake.inFlight.held]).toEqual([[], 0]);
    }
  });

  it('names the source of records that name none, and refuses records of another one', async () => {
    const intake = closed();
    const records = [touchOf({ source: '' }), touchOf({ source: 'crm' }), touchOf({ source: ' web ' })];
    const { body } = await post(intake, '/v1/touches', records, bearer('key-of-web-2'));
    expect(body).toMatchObject({ accepted: 2, rejected: 1, results: [{}, { reason: 'source_not_allowed' }, {}] });
    expect(intake.touches().map(({ source }) => source)).toEqual(['web', 'web']);
    const elsewhere = await post(intake, '/v1/touches?source=crm', touchOf({ source: '' }), bearer('key-of-web-2'));
    expect(elsewhere.body).toMatchObject({ accepted: 0, results: [{ reason: 'source_not_allowed' }] });
  });

  it('opens the directory too', async () => {
    const row = { id: '1', name: 'Acme' };
    expect(await post(closed(), '/v1/accounts', row, bearer('key-of-web-2'))).toMatchObject({ status: 202 });
    expect(await post(closed(), '/v1/accounts', { ...row, source: 'crm' }, bearer('key-of-web-2'))).toMatchObject({
      status: 400,
    });
  });

  it('does not open what concerns the whole log', async () => {
    const replay = await post(closed(), '/v1/touches?mode=replay', touchOf(), bearer('key-of-web-2'));
    expect(replay).toMatchObject({ status: 401 });
    expect(await post(closed(), '/v1/clock', { mode: 'live' }, bearer('key-of-web-2'))).toMatchObject({ status: 401 });
  });
});

describe('an intake that is open', () => {
  const open = () => createTestIntake({ sources });

  it('takes records of sources without keys, declared or not, from anyone', async () => {
    const { body } = await post(open(), '/v1/touches', [touchOf({ source: 'crm' }), touchOf({ source: 'new' })]);
    expect(body).toMatchObject({ accepted: 2 });
    expect(await post(open(), '/v1/sources/json', { event: 'ping' })).toMatchObject({ status: 202 });
  });

  it('takes records of a source with keys from no one without', async () => {
    const { body } = await post(open(), '/v1/touches', [touchOf({ source: 'crm' }), touchOf({ source: 'web' })]);
    expect(body.results).toMatchObject([{ status: 'accepted' }, { reason: 'source_not_allowed' }]);
  });
});

describe('an intake that is closed', () => {
  it('takes nothing without a key, not even of a source that declares none', async () => {
    const closed = createTestIntake({ sources, open: false });
    expect(await post(closed, '/v1/sources/json', { event: 'ping' })).toMatchObject({ status: 401 });
    expect(await post(closed, '/v1/touches', touchOf({ source: 'crm' }))).toMatchObject({ status: 401 });
  });
});

describe("the operator's key", () => {
  const withKey = (open: boolean) => createTestIntake({ sources, open, operatorKey: DIGESTS['operator-key'] });

  it('is needed for clock and policies once there is one, and while intake is not open', async () => {
    for (const intake of [withKey(true), withKey(false), createTestIntake({ sources, open: false })]) {
      for (const headers of [{}, bearer('guess')]) {
        expect(await post(intake, '/v1/clock', { mode: 'live' }, headers)).toMatchObject({ status: 401 });
        expect(await post(intake, '/v1/policies', { content: '' }, headers)).toMatchObject({ status: 401 });
      }
      expect(intake.sends).toEqual([]);
    }
  });

  it('opens everything: clock, replay, and records of any source', async () => {
    const intake = withKey(false);
    const key = bearer('operator-key');
    expect(await post(intake, '/v1/clock', { mode: 'live' }, key)).toMatchObject({ status: 202 });
    expect(await post(intake, '/v1/touches?mode=replay', [touchOf(), touchOf({ source: 'crm' })], key)).toMatchObject({
      body: { accepted: 2 },
    });
  });

  it('guards every route that names nobody', async () => {
    const intake = withKey(true);
    intake.server.post('/v1/forgotten', async () => 'done');
    expect(await post(intake, '/v1/forgotten', {})).toMatchObject({ status: 401 });
  });

  it('is not asked for where nothing is', async () => {
    expect(await post(withKey(false), '/v1/nowhere', {})).toMatchObject({ status: 404, body: { reason: 'not_found' } });
  });
});
