import type { ResolverBench } from '@groundswell/resolution/testing';
import { accountRow } from '@groundswell/resolution/testing/directory-rows';
import { describe, expect, it } from 'vitest';
import { createTestResolver } from '../testing/test-resolver.ts';

/** Two rows of one source claim acme.com; Initech is called so twice. */
const prepare = ({ accounts }: ResolverBench): void => {
  accounts.replace('1', accountRow('1', { name: 'Acme Inc', domains: ['acme.com'] }));
  accounts.replace('2', accountRow('2', { name: 'Acme Sales', domains: ['acme.com'] }));
  accounts.replace('3', accountRow('3', { name: 'Initech GmbH', domains: ['initech.com'] }));
  accounts.replace('4', accountRow('4', { name: 'Initech Ltd', domains: ['initech.io'] }));
};

const touches = [
  { id: '1', personEmail: 'anna@mail.acme.com' },
  { id: '2', personEmail: 'bert@acme.com' },
  { id: '3', personEmail: 'bert@acme.com' },
  { id: '4', personEmail: 'carl@gmail.com' },
  { id: '5', personEmail: null, anonymousId: 'visitor', source: 'web' },
  { id: '6', personEmail: 'dora@initech.com' },
  { id: '7', personEmail: 'dora@initech.com' },
  { id: '8', personEmail: 'emil@initech.io' },
  { id: '9', personEmail: 'finn@left.example.com', accountDomain: 'left.example.com', accountId: 'left' },
  { id: '10', personEmail: 'finn@left.example.com', accountDomain: 'right.example.org' },
  { id: '11', personEmail: 'gina@left.example.com', accountId: 'left' },
  { id: '12', personEmail: 'gina@left.example.com', accountDomain: 'right.example.org' },
];

describe('what somebody may decide', () => {
  it('a domain of several accounts stands with them and with what waits for it, hosts below it included', async () => {
    const { get } = await createTestResolver(touches, { prepare });
    expect((await get('/v1/ambiguous')).body).toEqual({
      ...{ partitions: [0], touches_held: 12, is_cut: false },
      domains: [
        {
          ...{ domain: 'acme.com', touches: 3, people: 2 },
          accounts: [
            { account_id: 'crm:1', source: 'crm', id: '1', name: 'acme inc' },
            { account_id: 'crm:2', source: 'crm', id: '2', name: 'acme sales' },
          ],
        },
      ],
    });
  });

  it('counts of a domain what its decision then moves', async () => {
    const { get, post } = await createTestResolver(touches, { prepare });
    const wish = { kind: 'domain', domain: 'acme.com', account: 'crm:1', dry_run: true };
    const { body } = await post('/v1/corrections', wish);
    expect(body['preview']).toMatchObject({ touches: 3, people: 2, moves: [{ from: null, to: 'crm:1', touches: 3 }] });
    await post('/v1/corrections', { ...wish, dry_run: false });
    expect((await get('/v1/ambiguous')).body['domains']).toMatchObject([{ domain: 'acme.com', touches: 0, people: 0 }]);
  });

  it('what waits is grouped by why, domain and source, each group with what would decide it', async () => {
    const { get } = await createTestResolver(touches, { prepare });
    const { body } = await get('/v1/unresolved');
    expect(body).toMatchObject({
      touches: 5,
      waits: [
        { evidence: 'ambiguous', domain: 'acme.com', source: 'hubspot', touches: 2, people: 1 },
        {
          evidence: 'ambiguous',
          domain: 'mail.acme.com',
          touches: 1,
          decision: expect.stringContaining('correct domain'),
        },
        {
          evidence: 'free_mail',
          domain: 'gmail.com',
          touches: 1,
          decision: expect.stringContaining('correct employer'),
        },
        {
          disposition: 'anonymous',
          domain: null,
          source: 'web',
          touches: 1,
          decision: expect.stringContaining('visitor'),
        },
      ],
    });
    expect(JSON.stringify(body)).not.toMatch(/anna|bert|carl/);
  });

  it('accounts of one name, one domain or the same two people are candidates, the smaller one to go', async () => {
    const { get } = await createTestResolver(touches, { prepare });
    expect((await get('/v1/merge-candidates')).body['candidates']).toEqual([
      {
        account: 'example.org',
        into: 'left',
        why: [{ kind: 'people', evidence: '2' }],
        touches: 2,
        people: 2,
        into_touches: 2,
        into_people: 2,
      },
      {
        account: 'initech.io',
        into: 'initech.com',
        why: [{ kind: 'name', evidence: 'initech' }],
        ...{ touches: 1, people: 1, into_touches: 2, into_people: 1 },
      },
      {
        account: 'crm:1',
        into: 'crm:2',
        why: [{ kind: 'domain', evidence: 'acme.com' }],
        touches: 0,
        people: 0,
        into_touches: 0,
        into_people: 0,
      },
    ]);
  });

  it('says that it is cut', async () => {
    const { get } = await createTestResolver(touches, { prepare });
    expect((await get('/v1/unresolved?limit=1')).body).toMatchObject({ is_cut: true, waits: [{ touches: 2 }] });
    expect(await get('/v1/unresolved?limit=0')).toMatchObject({ status: 400 });
  });
});
