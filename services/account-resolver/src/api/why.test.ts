import { createHash } from 'node:crypto';
import { accountRow, personRow } from '@groundswell/resolution/testing/directory-rows';
import { describe, expect, it } from 'vitest';
import { createTestResolver, NOW } from '../testing/test-resolver.ts';

const YEAR = 365 * 86_400_000;

const withDirectory = {
  prepare: ({
    accounts,
    people,
    exclusions,
  }: Parameters<NonNullable<Parameters<typeof createTestResolver>[1]>['prepare'] & {}>[0]) => {
    accounts.replace('1', accountRow('1', { name: 'Acme Inc', domains: ['acme.com'] }));
    accounts.replace('2', accountRow('2', { name: 'Globex', domains: ['globex.com'] }));
    people.replace(
      '7',
      personRow('7', { email: 'anna@gmail.com', accountId: '1', title: 'CTO', validFrom: NOW - 2 * YEAR }),
    );
    people.replace(
      '8',
      personRow('7', { email: 'anna@gmail.com', accountId: '2', title: 'CEO', validFrom: NOW - YEAR }),
    );
    exclusions.replace('x', {
      ...{ source: 'crm', id: 'x', kind: 'domain', value: 'globex.com', reason: 'partner', scope: ['route'] },
      ...{ validFrom: 0, validTo: null, received: 0 },
    });
  },
};

const touches = [{ id: 'a', personEmail: 'anna@gmail.com', anonymousId: 'visitor' }];

describe('GET /v1/why-account', () => {
  it('answers as of an instant, with the rule, its evidence and the rows of the employer', async () => {
    const { get } = await createTestResolver(touches, withDirectory);
    const now = await get('/v1/why-account?email=anna@gmail.com');
    expect(now.body).toMatchObject({
      ...{
        account_id: 'globex.com',
        rule: 'crm_link',
        evidence: 'crm:2',
        disposition: 'candidate',
        at: new Date(NOW).toISOString(),
      },
      rules: [{ asks: 'crm_link', decision: { account_id: 'globex.com' } }],
      employer: { source: 'crm', account_id: '2' },
      rows: [
        { id: '7', account_id: '1' },
        { id: '7', account_id: '2' },
      ],
      person: { is_known: true, kind: 'email' },
      corrected: null,
    });
    const before = await get(`/v1/why-account?email=anna@gmail.com&at=${new Date(NOW - 1.5 * YEAR).toISOString()}`);
    expect(before.body).toMatchObject({ account_id: 'acme.com', evidence: 'crm:1' });
    const long = await get('/v1/why-account?email=anna@gmail.com&at=2000-01-01');
    expect(long.body).toMatchObject({ account_id: null, disposition: 'unresolved', evidence: 'free_mail' });
  });

  it('asks for an employer by the address first, then by the id beside it, whether anybody saw the two together or not', async () => {
    const { get, post } = await createTestResolver([...touches, { id: 'b', personEmail: 'bert@acme.com' }], {
      prepare: (bench) => {
        withDirectory.prepare(bench);
        bench.people.replace('9', personRow('9', { accountId: '1' }));
      },
    });
    const ask = (who: string) => get(`/v1/why-account?email=${who}&source=crm&id=9`);
    const byId = { account_id: 'acme.com', rule: 'crm_link', evidence: 'crm:1', employer: { account_id: '1' } };
    expect((await ask('carl@gmail.com')).body).toMatchObject({ ...byId, rows: [{ id: '9' }] });
    expect((await ask('info@gmail.com')).body).toMatchObject({ account_id: null, rows: [] });
    expect((await ask('anna@gmail.com')).body).toMatchObject({ account_id: 'globex.com', evidence: 'crm:2' });
    await post('/v1/corrections', { kind: 'employer', person: 'bert@acme.com', account: 'initech.com' });
    expect((await ask('bert@acme.com')).body).toMatchObject({ account_id: 'initech.com', rule: 'correction' });
  });

  it('says what each rule that was asked said, for somebody nobody has heard of', async () => {
    const { get } = await createTestResolver([], withDirectory);
    const { body } = await get('/v1/why-account?email=new@globex.com&account_id=n/a&account_domain=acme.com');
    expect(body).toMatchObject({
      ...{ account_id: 'acme.com', rule: 'account_domain', person: { is_known: false, person_id: null } },
      rules: [
        { asks: 'crm_link', decision: null },
        { asks: 'source_account_id', decision: null },
        { asks: 'explicit_id', decision: null },
        { asks: 'account_domain', decision: { account_id: 'acme.com', evidence: 'acme.com' } },
      ],
      exclusions: [{ value: 'globex.com', reason: 'partner', scope: ['route'], holds: true }],
    });
  });

  it('shows the corrections that had a part in it, in order', async () => {
    const { get, post } = await createTestResolver(touches, withDirectory);
    await post('/v1/corrections', { kind: 'employer', person: 'anna@gmail.com', account: 'acme.com' });
    await post('/v1/corrections', { kind: 'merge', account: 'acme.com', into: 'b.example' });
    await post('/v1/corrections', { kind: 'merge', account: 'b.example', into: 'c.example' });
    const { body } = await get('/v1/why-account?email=anna@gmail.com');
    expect(body).toMatchObject({
      ...{ account_id: 'c.example', rule: 'merge', corrected: { account_id: 'acme.com', rule: 'correction' } },
      corrections: [{ kind: 'employer' }, { subject: { into: 'b.example' } }, { subject: { into: 'c.example' } }],
    });
  });

  it.each([
    ['', /name the person/],
    ['?id=7', /give source as well/],
    ['?email=anna', /is no e-mail address/],
    ['?email=a@b.example&at=soon', /at: expected RFC 3339/],
    ['?email=a@b.example&acount_id=1', /acount_id/],
  ])('%s is refused', async (query, message) => {
    const { get } = await createTestResolver([]);
    const answer = await get(`/v1/why-account${query}`);
    expect(answer).toMatchObject({
      status: 400,
      body: { reason: 'invalid_request', message: expect.stringMatching(message) },
    });
  });
});

describe('GET /v1/why-person', () => {
  it('shows all identities of the person, what ties them, and what titles are read as', async () => {
    const { get } = await createTestResolver(touches, withDirectory);
    const byVisit = await get('/v1/why-person?source=hubspot&anonymous_id=visitor');
    expect(byVisit.body).toMatchObject({
      ...{ kind: 'email', is_shared_mailbox: false, corrections: [] },
      identities: [
        { identity: 'email:anna@gmail.com' },
        { identity: 'anonymous:hubspot:visitor', linked_to: 'anna@gmail.com', since: new Date(NOW).toISOString() },
      ],
      rows: [{ title: 'CTO', seniority: 'c_level' }, { title: 'CEO' }],
      data_versions: { titles: expect.any(Number) },
    });
  });

  it('is 404 of somebody nobody has heard of', async () => {
    const { get } = await createTestResolver([]);
    expect(await get('/v1/why-person?email=a@b.example')).toMatchObject({
      status: 404,
      body: { reason: 'unknown_person' },
    });
  });
});

describe('the key', () => {
  const operatorKey = createHash('sha256').update('secret').digest('hex');

  it('is asked for by every route when there is one, and when the service can be reached by others', async () => {
    const closed = await createTestResolver([], { operatorKey });
    expect(await closed.get('/v1/corrections')).toMatchObject({ status: 401, body: { reason: 'unauthorized' } });
    expect(await closed.get('/v1/corrections', { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 });
    expect(await closed.get('/v1/corrections', { authorization: 'Bearer secret' })).toMatchObject({ status: 200 });
    const reachable = await createTestResolver([], { open: false });
    expect(await reachable.get('/v1/why-person?email=a@b.example')).toMatchObject({
      ...{ status: 401, body: { message: expect.stringContaining('GROUNDSWELL_RESOLVER_OPERATOR_KEY_SHA256') } },
    });
  });

  it('is not asked for where there is nothing', async () => {
    const { get } = await createTestResolver([], { operatorKey });
    expect(await get('/v1/nothing')).toMatchObject({
      status: 404,
      body: { message: expect.stringContaining('/v1/why-account') },
    });
  });
});
