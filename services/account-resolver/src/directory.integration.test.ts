import { message, type OutgoingMessage } from '@groundswell/kafka';
import { type AccountRecord, type PersonRecord, type RawTouch, topics } from '@groundswell/schemas';
import { rawTouchWith } from '@groundswell/schemas/testing/raw-touch';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ResolverStack, rawMessage, touchIdOf } from './testing/resolver-stack.ts';

const BEGIN = Date.UTC(2026, 2, 1);
const NEW_JOB = Date.UTC(2026, 1, 1);

const account = (id: string, changes: Partial<AccountRecord>): OutgoingMessage =>
  message(topics.accounts, `crm ${id} ${changes.validFrom ?? 0}`, {
    ...{ source: 'crm', id, validFrom: 0, name: '', domains: [], aliases: [], parentId: null, ultimateId: null },
    ...{ industry: '', region: '', country: '', employees: null, revenue: null, lifecycle: '', owner: '', tier: '' },
    ...{ territory: '', technologies: [], received: BEGIN },
    ...changes,
  });

const person = (id: string, changes: Partial<PersonRecord>): OutgoingMessage =>
  message(topics.people, `crm ${id} ${changes.validFrom ?? 0}`, {
    ...{ source: 'crm', id, validFrom: 0, email: null, title: null, accountId: null, consent: {}, status: '' },
    received: BEGIN,
    ...changes,
  });

const directory = [
  account('acme', { name: 'Acme Inc.', domains: ['acme.example'], aliases: ['Acme Trading', 'acme-was.com'] }),
  account('acme-de', {
    name: 'Acme Deutschland',
    domains: ['acme.example', 'acme-de.example'],
    parentId: 'acme',
    country: 'DE',
  }),
  account('acme-lab', { name: 'Acme Labor', domains: ['lab.example'], parentId: 'acme-de', country: 'DE' }),
  account('steel', { name: 'Big Steel', domains: ['big.example'] }),
  account('paper', { name: 'Big Paper', domains: ['big.example'] }),
  account('mail', { name: 'Company 2', domains: ['gmail.com'] }),
  account('none', { name: 'Freelancer' }),
  person('anna', { email: 'anna@gmail.com', accountId: 'acme' }),
  person('anna', { email: 'anna@gmail.com', accountId: 'steel', validFrom: NEW_JOB }),
  person('bert', { email: 'bert@acme.example', accountId: 'none' }),
  person('carl', { email: 'carl@gmail.com', accountId: 'mail' }),
];

const cases: readonly (readonly [
  what: string,
  touch: Partial<RawTouch>,
  decided: readonly [site: string | null, domestic: string | null, rule: string, evidence: string],
])[] = [
  [
    'an alias that is a domain',
    { personEmail: 'x@mail.acme-was.com' },
    ['acme.example', 'acme.example', 'email_domain', 'acme-was.com'],
  ],
  [
    'an alias, stated',
    { personEmail: 'x@gmail.com', accountName: 'ACME trading' },
    ['acme.example', 'acme.example', 'account_name', 'crm:acme'],
  ],
  ['a subsidiary', { personEmail: 'x@lab.example' }, ['lab.example', 'acme-de.example', 'email_domain', 'lab.example']],
  [
    'a domain shared inside a tree',
    { personEmail: 'x@acme.example' },
    ['acme.example', 'acme.example', 'email_domain', 'acme.example'],
  ],
  [
    'a stated domain',
    { accountDomain: 'www.acme-de.example' },
    ['acme-de.example', 'acme-de.example', 'account_domain', 'acme-de.example'],
  ],
  [
    'the id of the CRM',
    { source: 'crm', accountId: 'paper' },
    ['crm:paper', 'crm:paper', 'source_account_id', 'crm:paper'],
  ],
  ['several CRM accounts', { personEmail: 'x@big.example' }, [null, null, 'none', 'ambiguous']],
  [
    'several CRM accounts, one named',
    { personEmail: 'x@big.example', accountName: 'Big Paper' },
    ['crm:paper', 'crm:paper', 'account_name', 'crm:paper'],
  ],
  [
    'the employer before',
    { personEmail: 'anna@gmail.com', time: NEW_JOB - 1 },
    ['acme.example', 'acme.example', 'crm_link', 'crm:acme'],
  ],
  [
    'the employer since',
    { personEmail: 'anna@gmail.com', time: NEW_JOB },
    ['crm:steel', 'crm:steel', 'crm_link', 'crm:steel'],
  ],
  [
    'a person of the CRM, by its id',
    { source: 'crm', personEmail: null, personId: 'anna' },
    ['crm:steel', 'crm:steel', 'crm_link', 'crm:steel'],
  ],
  ['nobody’s employee', { personEmail: 'bert@acme.example' }, [null, null, 'none', 'no_company']],
  ['an account of free mail', { personEmail: 'carl@gmail.com', accountId: 'n/a' }, [null, null, 'none', 'free_mail']],
  [
    'what the directory does not know',
    { personEmail: 'x@globex.example' },
    ['globex.example', 'globex.example', 'email_domain', 'globex.example'],
  ],
];

describe.each(['site', 'domestic'] as const)('the directory of accounts on a real broker, by %s', (unit) => {
  const stack = new ResolverStack(inject('stack'));

  beforeAll(async () => {
    await stack.open(directory);
    await stack.start('account-resolver', { GROUNDSWELL_RESOLVER_SCORING_UNIT: unit });
  });

  afterAll(() => stack.close());

  it('gives every touch the account that it means', async () => {
    const raws = cases.map(([what, changes]) =>
      rawTouchWith({
        ...{ touchId: touchIdOf(what), id: what, source: 'web', time: BEGIN, received: BEGIN, content: 'one' },
        ...{ personEmail: 'x@gmail.com' },
        ...changes,
      }),
    );
    await stack.produce(raws.map(rawMessage));
    const found = new Map(
      (await stack.touchesOnce('one', raws.length)).map(({ asserted }) => [asserted.touchId, asserted]),
    );
    const decided = cases.map(([what]) => {
      const touch = found.get(touchIdOf(what));
      return [what, touch?.accountId, touch?.accountRule, touch?.accountEvidence];
    });
    expect(decided).toEqual(
      cases.map(([what, , [site, domestic, rule, evidence]]) => [
        what,
        unit === 'site' ? site : domestic,
        rule,
        evidence,
      ]),
    );
    // None of it waits for anything but a decision about what is ambiguous, or somebody's account.
    expect(cases.map(([what]) => found.get(touchIdOf(what))?.disposition)).toEqual(
      cases.map(([, , [accountId]]) => (accountId === null ? 'unresolved' : 'candidate')),
    );
  });
});
