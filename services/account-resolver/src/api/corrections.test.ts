import { touchIdOf } from '@groundswell/resolution/testing/raw-log';
import { describe, expect, it } from 'vitest';
import { createTestResolver, NOW, type TestResolver } from '../testing/test-resolver.ts';

const DAY = 86_400_000;

/** Two people at acme.com, one of them twice, and one at globex.com. */
const touches = [
  { id: 'a1', personEmail: 'anna@acme.com' },
  { id: 'a2', personEmail: 'anna@acme.com', time: NOW - 40 * DAY },
  { id: 'a3', personEmail: 'bert@acme.com' },
  { id: 'g1', personEmail: 'gina@globex.com' },
  { id: 'crm', personEmail: null, personId: '007' },
];

const accountsNow = ({ bench }: TestResolver): string[] => {
  const newest = new Map<string, string>();
  for (const { value } of bench.touches) {
    const { change } = value;
    if (change.kind === 'TouchAsserted') newest.set(change.body.touchId, change.body.accountId ?? 'none');
    if (change.kind === 'TouchRetracted') newest.set(change.body.touchId, 'retracted');
  }
  return [...newest.values()];
};

const MERGE = { kind: 'merge', account: 'acme.com', into: 'globex.com' };

describe('a dry run', () => {
  it('says what a merge would move, in windows of both accounts, and moves nothing', async () => {
    const resolver = await createTestResolver(touches);
    const before = accountsNow(resolver);
    const { status, body } = await resolver.post('/v1/corrections', { ...MERGE, dry_run: true });
    expect([status, body['warnings'], resolver.written]).toEqual([200, [], []]);
    expect(body['preview']).toMatchObject({
      ...{ partitions: [0], touches_held: 5, touches: 3, people: 2, is_cut: false },
      moves: [{ from: 'acme.com', to: 'globex.com', touches: 3, people: 2 }],
      dispositions: [],
      accounts: [
        {
          account_id: 'acme.com',
          days_30: { before: { touches: 2, people: 2 }, after: { touches: 0, people: 0 } },
          days_90: { before: { touches: 3, people: 2 }, after: { touches: 0, people: 0 } },
        },
        {
          account_id: 'globex.com',
          days_30: { before: { touches: 1, people: 1 }, after: { touches: 3, people: 3 } },
          days_90: { before: { touches: 1, people: 1 }, after: { touches: 4, people: 3 } },
        },
      ],
    });
    expect(accountsNow(resolver)).toEqual(before);
  });

  it.each([
    ['merge', MERGE],
    ['merge for a time', { ...MERGE, valid_from: new Date(NOW - 10 * DAY).toISOString() }],
    ['employer', { kind: 'employer', person: 'anna@acme.com', account: 'globex.com' }],
    ['no employer', { kind: 'employer', person: 'anna@acme.com', account: null }],
    ['union', { kind: 'unite', identity: 'bert@acme.com', with: 'anna@acme.com' }],
    ['union of an id', { kind: 'unite', identity: 'anna@acme.com', with: 'hubspot:007' }],
    ['split', { kind: 'split', identity: 'anna@acme.com' }],
    ['machine', { kind: 'machine', person: 'anna@acme.com', source: 'hubspot' }],
    ['retraction', { kind: 'retract', source: 'hubspot' }],
    ['replay', { kind: 'replay', source: 'hubspot' }],
    ['domain', { kind: 'domain', domain: 'https://www.acme.com/', account: 'globex.com' }],
  ])('of a %s says exactly what then happens, and its withdrawal takes all of it back', async (_name, wish) => {
    const resolver = await createTestResolver(touches);
    const before = accountsNow(resolver);
    const dry = await resolver.post('/v1/corrections', { ...wish, dry_run: true });
    const preview = dry.body['preview'] as { touches: number; changes: { touch_id: string }[] };
    expect(preview.touches).toBeGreaterThan(0);
    const corrected = resolver.bench.counts.corrections.length;
    const made = await resolver.post('/v1/corrections', wish);
    expect(made.status).toBe(201);
    expect(resolver.bench.counts.corrections.length - corrected).toBe(preview.touches);
    const id = String(made.body['correction_id']);
    const revocation = await resolver.post(`/v1/corrections/${id}/revoke`, { dry_run: true });
    expect(revocation.body['preview']).toMatchObject({ touches: preview.touches });
    expect(await resolver.post(`/v1/corrections/${id}/revoke`, {})).toMatchObject({ status: 200 });
    expect(accountsNow(resolver)).toEqual(before);
    const again = await resolver.post(`/v1/corrections/${id}/revoke`, {});
    expect(again).toMatchObject({ status: 422, body: { reason: 'correction_invalid' } });
  });
});

describe('a dry run of what is done elsewhere', () => {
  const dryRun = async (resolver: TestResolver, wish: Record<string, unknown>) => {
    const { status, body } = await resolver.post('/v1/corrections', { ...wish, dry_run: true });
    expect([status, resolver.written]).toEqual([200, []]);
    return body['preview'] as { touches: number };
  };

  it.each([
    ['anna@acme.com', 'email:anna@acme.com', 2],
    ['hubspot:007', 'source:hubspot:007', 1],
  ])('of an erasure says what then happens (%s)', async (person, identity, expected) => {
    const resolver = await createTestResolver(touches);
    expect(await dryRun(resolver, { kind: 'erase', person })).toMatchObject({ touches: expected });
    const identities = resolver.bench.book.get(identity)?.identityId ?? '';
    const erasure = { correctionId: 'e', kind: 'erase', subject: { identities }, revoked: false };
    const said = { validFrom: null, validTo: null, reason: '', requestedBy: '', received: NOW };
    resolver.bench.corrections.replace('e', { ...erasure, ...said });
    resolver.bench.workOff();
    expect(accountsNow(resolver).filter((account) => account === 'retracted')).toHaveLength(expected);
  });

  it.each([
    ['person', 'Anna+x@acme.com', 2],
    ['domain', 'acme.com', 3],
    ['account', 'globex.com', 1],
  ])('of an exclusion of a %s says what then happens', async (party, value, expected) => {
    const resolver = await createTestResolver(touches);
    expect(await dryRun(resolver, { kind: 'exclude', party, value })).toMatchObject({
      touches: expected,
      dispositions: [{ before: 'candidate', after: 'excluded', touches: expected }],
    });
    const row = { source: 'crm', id: '1', kind: party, value, reason: 'agency', scope: ['score'] };
    resolver.bench.exclusions.replace('1', { ...row, validFrom: 0, validTo: null, received: 0 });
    resolver.bench.workOff();
    expect(resolver.bench.counts.corrections).toHaveLength(expected);
  });

  it('is all there is: without dry_run it is said where to go', async () => {
    const resolver = await createTestResolver(touches);
    const erase = { kind: 'erase', person: 'anna@acme.com' };
    expect((await resolver.post('/v1/corrections', erase)).body['message']).toContain('POST /v1/erasures');
    const exclude = { kind: 'exclude', party: 'domain', value: 'acme.com' };
    expect((await resolver.post('/v1/corrections', exclude)).body['message']).toContain('import exclusions.csv');
    const nobody = { kind: 'exclude', party: 'person', value: 'acme.com', dry_run: true };
    expect(await resolver.post('/v1/corrections', nobody)).toMatchObject({ status: 422 });
    expect(resolver.written).toEqual([]);
  });
});

describe('a correction', () => {
  it('of a source that sends once more keeps where the raw log ended when it was made, and when it was revoked', async () => {
    const resolver = await createTestResolver(touches);
    const { body } = await resolver.post('/v1/corrections', { kind: 'replay', source: 'hubspot', type: 'page_view' });
    const subject = { source: 'hubspot', type: 'page_view', ends: String(touches.length) };
    expect(resolver.written).toMatchObject([{ kind: 'replay', subject, revoked: false }]);
    expect(accountsNow(resolver)).toEqual(touches.map(() => 'retracted'));
    await resolver.post(`/v1/corrections/${body['correction_id']}/revoke`, {});
    expect(resolver.written[1]).toMatchObject({ subject: { ...subject, revoked_ends: subject.ends }, revoked: true });
    for (const wish of [{ source: 'hubspot', person: 'anna@acme.com' }, { type: 'page_view' }]) {
      const refused = await resolver.post('/v1/corrections', { kind: 'replay', ...wish });
      expect(refused.status).toBe(400);
    }
  });

  it('is written without personal data and is listed', async () => {
    const resolver = await createTestResolver(touches);
    const wish = {
      kind: 'employer',
      person: 'anna@acme.com',
      account: 'globex.com',
      reason: 'moved',
      requested_by: 'ops',
    };
    await resolver.post('/v1/corrections', wish);
    const { personId } = resolver.bench.book.get('email:anna@acme.com') ?? {};
    expect(resolver.written).toMatchObject([
      { kind: 'employer', subject: { person: personId, account: 'globex.com' }, reason: 'moved', requestedBy: 'ops' },
    ]);
    expect(JSON.stringify(resolver.written)).not.toContain('anna');
    const { body } = await resolver.get('/v1/corrections');
    expect(body['corrections']).toMatchObject([
      { kind: 'employer', revoked: false, received: new Date(NOW).toISOString() },
    ]);
  });

  it('of an account or a person that nobody has seen is made with a warning', async () => {
    const resolver = await createTestResolver(touches);
    const { status, body } = await resolver.post('/v1/corrections', { ...MERGE, into: 'gloebx.com' });
    expect([status, body['warnings']]).toEqual([201, [expect.stringContaining('gloebx.com')]]);
    const person = '11111111-1111-4111-8111-111111111111';
    const nobody = await resolver.post('/v1/corrections', { kind: 'machine', person, dry_run: true });
    expect(nobody.body).toMatchObject({ warnings: [expect.stringContaining(person)], preview: { touches: 0 } });
  });

  it.each([
    [{ ...MERGE, into: 'acme.com' }, 422, /merged into itself/],
    [{ ...MERGE, valid_from: '2026-03-02', valid_to: '2026-03-01' }, 422, /valid_to/],
    [{ ...MERGE, valid_from: 'soon' }, 400, /valid_from: expected RFC 3339/],
    [{ ...MERGE, acount: 'x' }, 400, /acount/],
    [{ kind: 'undo' }, 400, /kind/],
    [{ kind: 'erase', person: 'anna@acme.com' }, 400, /dry_run: has to be true/],
    [{ kind: 'employer', person: 'nobody@acme.com', account: 'acme.com' }, 404, /person: nobody is known/],
    [{ kind: 'unite', identity: 'anna@acme.com', with: 'anna@acme.com' }, 422, /same person already/],
    [{ kind: 'split', identity: 'anna' }, 422, /identity: is no identity/],
    [{ kind: 'machine' }, 422, /say which touches/],
    [{ kind: 'domain', domain: 'gmail.com', account: 'acme.com' }, 422, /free mail/],
    [{ kind: 'domain', domain: 'co.uk', account: 'acme.com' }, 422, /public suffix/],
  ])('%j is refused', async (wish, status, message) => {
    const resolver = await createTestResolver(touches);
    const answer = await resolver.post('/v1/corrections', wish);
    expect(answer).toMatchObject({ status, body: { message: expect.stringMatching(message) } });
    expect(resolver.written).toEqual([]);
  });

  it('that would go in a circle is refused', async () => {
    const resolver = await createTestResolver(touches);
    await resolver.post('/v1/corrections', MERGE);
    const back = await resolver.post('/v1/corrections', { kind: 'merge', account: 'globex.com', into: 'acme.com' });
    expect(back).toMatchObject({ status: 422, body: { message: expect.stringMatching(/revoke that one first/) } });
  });

  it('that unites people goes on with those that each was united with, and a link that is revoked parts only there', async () => {
    const resolver = await createTestResolver(touches);
    const unite = (identity: string, other: string) =>
      resolver.post('/v1/corrections', { kind: 'unite', identity, with: other });
    const revoke = (id: unknown) => resolver.post(`/v1/corrections/${id}/revoke`, {});
    /** the addresses of everybody, those of one person together, as their touches have it */
    const people = (): string[] => {
      const names = new Map<string, Set<string>>();
      const newest = new Map(
        resolver.bench.touches.flatMap(({ value: { change } }) =>
          change.kind === 'TouchAsserted' ? [[change.body.touchId, change.body.personId]] : [],
        ),
      );
      for (const one of touches) {
        const personId = newest.get(touchIdOf(one.id)) ?? '';
        const name = one.personEmail ?? one.personId ?? '';
        names.set(personId, (names.get(personId) ?? new Set()).add(name.split('@')[0] ?? ''));
      }
      return [...names.values()].map((all) => [...all].sort().join(' ')).sort();
    };
    const first = await unite('hubspot:007', 'bert@acme.com');
    const second = await unite('bert@acme.com', 'anna@acme.com');
    const third = await unite('anna@acme.com', 'gina@globex.com');
    expect([first, second, third].map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(people()).toEqual(['007 anna bert gina']);
    const { body } = await resolver.get('/v1/why-person?source=hubspot&id=007');
    expect(body['identities']).toHaveLength(4);
    expect(body['corrections']).toHaveLength(3);
    const circle = await unite('gina@globex.com', 'hubspot:007');
    expect(circle).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/same person already.*circle/) },
    });
    await revoke(second.body['correction_id']);
    expect(people()).toEqual(['007 bert', 'anna gina']);
    await revoke(first.body['correction_id']);
    expect(people()).toEqual(['007', 'anna gina', 'bert']);
    await revoke(third.body['correction_id']);
    expect(people()).toEqual(['007', 'anna', 'bert', 'gina']);
  });
});
