import { emailIdentity } from '@groundswell/identity';
import type { AccountRecord } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import type { ScoringUnit } from './account-tree.ts';
import { type AccountClues, resolveAccount } from './resolve-account.ts';
import { accountRow, accountsOf } from './testing/directory-rows.ts';

const nothing: AccountClues = {
  ...{ source: 'crm', accountId: null, accountDomain: null, accountName: null, email: null, employer: null, at: 1_000 },
};

interface Said extends Partial<Omit<AccountClues, 'email'>> {
  readonly email?: string;
}

const decided = (rows: readonly AccountRecord[], { email, ...said }: Said, unit?: ScoringUnit) => {
  const address = email === undefined ? null : (emailIdentity(email)?.email ?? null);
  const { accountId, rule, evidence } = resolveAccount({ ...nothing, ...said, email: address }, accountsOf(rows, unit));
  return [accountId, rule, evidence];
};

const crm = (accountId: string) => ({ source: 'crm', accountId });

const acme = accountRow('1', {
  name: 'Acme Inc.',
  domains: ['acme.com', 'acme.de'],
  aliases: ['Acme Trading', 'old-acme.com'],
});
const globex = accountRow('2', { name: 'Globex', domains: ['globex.com'] });

describe('the rules of account resolution', () => {
  const everything = {
    ...{
      employer: crm('1'),
      accountId: '2',
      accountDomain: 'initech.com',
      email: 'anna@hooli.com',
      accountName: 'Globex',
    },
  };
  const rows = [
    acme,
    globex,
    accountRow('3', { domains: ['initech.com'] }),
    accountRow('4', { domains: ['hooli.com'] }),
  ];
  it.each([
    ['crm_link', {}, ['acme.com', 'crm_link', 'crm:1']],
    ['source_account_id', { employer: null }, ['globex.com', 'source_account_id', 'crm:2']],
    ['explicit_id', { employer: null, accountId: '9' }, ['9', 'explicit_id', '']],
    ['account_domain', { employer: null, accountId: null }, ['initech.com', 'account_domain', 'initech.com']],
    [
      'explicit_domain',
      { employer: null, accountId: ' ', accountDomain: 'www.umbrella.com' },
      ['umbrella.com', 'explicit_domain', 'umbrella.com'],
    ],
    [
      'email_domain',
      { employer: null, accountId: null, accountDomain: null },
      ['hooli.com', 'email_domain', 'hooli.com'],
    ],
    [
      'account_name',
      { employer: null, accountId: null, accountDomain: '', email: 'anna@gmail.com' },
      ['globex.com', 'account_name', 'crm:2'],
    ],
  ])('%s decides where nothing before it does', (_rule, said, expected) => {
    expect(decided(rows, { ...everything, ...said })).toEqual(expected);
  });

  it('leave a touch unresolved with the reason when none does', () => {
    expect(decided(rows, { email: 'anna@gmail.com', accountName: 'Nobody Knows Ltd' })).toEqual([
      null,
      'none',
      'free_mail',
    ]);
    expect(decided(rows, { accountName: 'Nobody Knows Ltd' })).toEqual([null, 'none', 'no_domain']);
    expect(decided(rows, { accountDomain: 'n/a', email: 'anna@acme.com' })).toEqual([null, 'none', 'bad_domain']);
    expect(decided(rows, { accountDomain: 'https://www.gmail.com/', email: 'anna@acme.com' })).toEqual([
      null,
      'none',
      'free_mail',
    ]);
  });

  it('decide as before where the directory is empty', () => {
    expect(decided([], everything)).toEqual(['2', 'explicit_id', '']);
    expect(decided([], { email: 'anna@mail.acme.co.uk', accountName: 'Acme' })).toEqual([
      'acme.co.uk',
      'email_domain',
      'acme.co.uk',
    ]);
  });
});

describe('a domain of the directory', () => {
  it('leads to its account, as does an alias and every host below', () => {
    expect(decided([acme], { email: 'anna@acme.de' })).toEqual(['acme.com', 'email_domain', 'acme.de']);
    expect(decided([acme], { email: 'anna@mail.old-acme.com' })).toEqual(['acme.com', 'email_domain', 'old-acme.com']);
    expect(decided([acme], { accountDomain: 'https://shop.acme.de/x' })).toEqual([
      'acme.com',
      'account_domain',
      'acme.de',
    ]);
  });

  it('that is a host of one site wins over the domain above it', () => {
    const site = accountRow('5', { domains: ['research.acme.com'], parentId: '1' });
    expect(decided([acme, site], { email: 'anna@eu.research.acme.com' })).toEqual([
      'crm:5',
      'email_domain',
      'research.acme.com',
    ]);
    expect(decided([acme, site], { email: 'anna@sales.acme.com' })).toEqual(['acme.com', 'email_domain', 'acme.com']);
  });

  it('keeps leading to a company that was renamed, until somebody else has it', () => {
    const renamed = [
      accountRow('1', { domains: ['bluebox.net'], name: 'Blue Box' }),
      accountRow('1', { domains: ['ibmcloud.com'], name: 'IBM Cloud', validFrom: 500 }),
    ];
    for (const email of ['a@bluebox.net', 'a@ibmcloud.com']) {
      expect(decided(renamed, { email, at: 600 })[0]).toBe('bluebox.net');
    }
    expect(decided(renamed, { accountName: 'Blue Box', at: 600 })[0]).toBe('bluebox.net');
    const bought = accountRow('7', { domains: ['bluebox.net'], validFrom: 700 });
    expect(decided([...renamed, bought], { email: 'a@bluebox.net', at: 600 })[0]).toBe('ibmcloud.com');
    expect(decided([...renamed, bought], { email: 'a@bluebox.net', at: 700 })[0]).toBe('bluebox.net');
  });

  it('that an account was given later led elsewhere before', () => {
    const buyer = [
      accountRow('1', { domains: ['acme.com'] }),
      accountRow('1', { domains: ['acme.com', 'startup.io'], validFrom: 500 }),
    ];
    expect(decided(buyer, { email: 'a@startup.io', at: 499 })).toEqual(['startup.io', 'email_domain', 'startup.io']);
    expect(decided(buyer, { email: 'a@startup.io', at: 500 })).toEqual(['acme.com', 'email_domain', 'startup.io']);
  });
});

describe('what is no company', () => {
  it('is a free-mail host, though the CRM has an account with it', () => {
    const rows = [accountRow('6', { name: 'Company 2', domains: ['gmail.com'] })];
    expect(decided(rows, { email: 'anna@gmail.com' })).toEqual([null, 'none', 'free_mail']);
    expect(decided(rows, { email: 'anna@gmail.com', employer: crm('6') })).toEqual([null, 'none', 'free_mail']);
    expect(decided(rows, { accountId: '6' })).toEqual([null, 'none', 'no_domain']);
    expect(decided(rows, { accountName: 'Company 2' })).toEqual([null, 'none', 'no_domain']);
    expect(decided(rows, { email: 'anna@acme.com', employer: crm('6') })).toEqual([
      'acme.com',
      'email_domain',
      'acme.com',
    ]);
  });

  it.each(['n/a', '-', 'Unknown', 'Keine Angabe', '没有', 'Test'])(
    'is a CRM account called %j: it says nothing',
    (name) => {
      const rows = [accountRow('6', { name })];
      expect(decided(rows, { employer: crm('6'), email: 'anna@acme.com' })[0]).toBe('acme.com');
      expect(decided(rows, { accountId: '6', accountName: name })).toEqual([null, 'none', 'no_domain']);
    },
  );

  it.each(['Freelancer', 'self-employed', 'Étudiante', 'Privatperson', '*independent'])(
    'is a CRM account called %j, and who is there works for nobody',
    (name) => {
      const rows = [accountRow('6', { name, aliases: ['Univerisity'] })];
      expect(decided(rows, { employer: crm('6'), email: 'anna@acme.com' })).toEqual([null, 'none', 'no_company']);
      expect(decided(rows, { accountName: 'Univerisity' })).toEqual([null, 'none', 'no_domain']);
    },
  );

  it.each(['n/a', 'NULL', ' none ', '-', '(not set)'])('is the id %j', (accountId) => {
    expect(decided([], { accountId, email: 'anna@acme.com' })).toEqual(['acme.com', 'email_domain', 'acme.com']);
  });

  it('is none of these when it has a domain of its own', () => {
    expect(decided([accountRow('6', { name: 'Self', domains: ['self.com'] })], { employer: crm('6') })[0]).toBe(
      'self.com',
    );
  });
});

describe('a domain with several CRM accounts', () => {
  const shared = (id: string, changes: Partial<AccountRecord> = {}) =>
    accountRow(id, { domains: ['big.com'], ...changes });

  it('is ambiguous where none of them stands above the others', () => {
    const rows = [shared('1', { name: 'Big Steel' }), shared('2', { name: 'Big Paper' })];
    expect(decided(rows, { email: 'anna@big.com' })).toEqual([null, 'none', 'ambiguous']);
    expect(decided(rows, { accountDomain: 'big.com' })).toEqual([null, 'none', 'ambiguous']);
    expect(
      [...accountsOf(rows).ambiguousHosts()].map(([host, accounts]) => [host, accounts.map(({ id }) => id)]),
    ).toEqual([['big.com', ['1', '2']]]);
    // What says more than the domain decides.
    expect(decided(rows, { email: 'anna@big.com', employer: crm('2') })).toEqual(['crm:2', 'crm_link', 'crm:2']);
    expect(decided(rows, { email: 'anna@big.com', accountName: 'BIG paper' })).toEqual([
      'crm:2',
      'account_name',
      'crm:2',
    ]);
  });

  it('is the one above all the others', () => {
    const rows = [
      shared('3', { parentId: '2' }),
      shared('2', { parentId: '1' }),
      shared('1'),
      shared('4', { ultimateId: '1' }),
    ];
    expect(decided(rows, { email: 'anna@big.com' })).toEqual(['big.com', 'email_domain', 'big.com']);
    expect(decided(rows, { employer: crm('1') })[0]).toBe('big.com');
    expect(decided(rows, { employer: crm('3') })[0]).toBe('crm:3');
    expect([...accountsOf(rows).ambiguousHosts()]).toEqual([]);
  });

  it('is ambiguous where they name each other as parents', () => {
    expect(decided([shared('1', { parentId: '2' }), shared('2', { parentId: '1' })], { email: 'a@big.com' })[2]).toBe(
      'ambiguous',
    );
  });

  it('is no question where all of them count as one account', () => {
    const rows = [
      shared('1', { parentId: '0' }),
      shared('2', { parentId: '0' }),
      accountRow('0', { domains: ['holding.com'] }),
    ];
    expect(decided(rows, { email: 'anna@big.com' }, 'site')[2]).toBe('ambiguous');
    expect(decided(rows, { email: 'anna@big.com' }, 'ultimate')).toEqual(['holding.com', 'email_domain', 'big.com']);
  });

  it('is one company where it is in several systems', () => {
    const rows = [
      shared('1', { domains: ['big.com', 'big.de'] }),
      shared('x', { source: 'hubspot', domains: ['big.de', 'big.com'] }),
    ];
    for (const said of [{ email: 'a@big.com' }, { email: 'a@big.de' }, { employer: crm('1') }]) {
      expect(decided(rows, said)[0]).toBe('big.com');
    }
    expect(decided(rows, { source: 'hubspot', accountId: 'x' })).toEqual(['big.com', 'source_account_id', 'hubspot:x']);
  });
});

describe('an id of an account', () => {
  it('means the source that said it', () => {
    const rows = [acme, accountRow('1', { source: 'hubspot', domains: ['globex.com'] })];
    expect(decided(rows, { source: 'hubspot', accountId: '1' })[0]).toBe('globex.com');
  });

  it('means the CRM where the source has no accounts of its own', () => {
    expect(decided([acme], { source: 'marketo', accountId: '1' })[0]).toBe('acme.com');
    expect(decided([acme], { employer: { source: 'marketo', accountId: '1' } })[0]).toBe('acme.com');
    const both = [acme, accountRow('1', { source: 'hubspot', domains: ['globex.com'] })];
    expect(decided(both, { source: 'marketo', accountId: '1' })).toEqual(['1', 'explicit_id', '']);
  });

  it('is never told as evidence when it is not the directory’s', () => {
    expect(decided([acme], { accountId: 'anna@acme.com' })[2]).toBe('');
  });
});

describe('the scoring unit', () => {
  const rows = [
    accountRow('top', { domains: ['group.com'], country: 'US' }),
    accountRow('de', { domains: ['group.de'], country: 'DE', parentId: 'top' }),
    accountRow('plant', { domains: ['plant.de'], country: 'de', parentId: 'de' }),
    accountRow('lab', { domains: ['lab.fr'], parentId: 'plant' }),
    accountRow('far', { domains: ['far.com'], ultimateId: 'nowhere' }),
  ];
  it.each([
    ['site', ['plant.de', 'group.de', 'lab.fr', 'group.com', 'far.com']],
    ['domestic', ['group.de', 'group.de', 'lab.fr', 'group.com', 'far.com']],
    ['ultimate', ['group.com', 'group.com', 'group.com', 'group.com', 'crm:nowhere']],
  ] as const)('%s decides which account of a tree counts', (unit, expected) => {
    const domains = ['plant.de', 'group.de', 'lab.fr', 'group.com', 'far.com'];
    expect(domains.map((domain) => decided(rows, { email: `anna@${domain}` }, unit)[0])).toEqual(expected);
  });

  it('follows the tree as it was at the touch', () => {
    const sold = [
      accountRow('a', { domains: ['seller.example'] }),
      accountRow('b', { domains: ['buyer.example'] }),
      accountRow('x', { domains: ['plant.example'], parentId: 'a' }),
      accountRow('x', { domains: ['plant.example'], parentId: 'b', validFrom: 500 }),
    ];
    expect(decided(sold, { email: 'anna@plant.example', at: 499 }, 'ultimate')[0]).toBe('seller.example');
    expect(decided(sold, { email: 'anna@plant.example', at: 500 }, 'ultimate')[0]).toBe('buyer.example');
  });

  it('takes the tree from the system that has one', () => {
    const twins = [accountRow('9', { source: 'aaa', domains: ['plant.de'] }), ...rows];
    expect(decided(twins, { email: 'anna@plant.de' }, 'ultimate')[0]).toBe('group.com');
    expect(decided(twins, { employer: { source: 'aaa', accountId: '9' } }, 'ultimate')[0]).toBe('group.com');
  });
});
