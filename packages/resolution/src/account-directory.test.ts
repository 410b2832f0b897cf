import type { AccountRecord } from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccountDirectory, AMBIGUOUS, type Found } from './account-directory.ts';
import { type ScoringUnit, scoringUnits } from './account-tree.ts';
import { accountRow, accountsOf } from './testing/directory-rows.ts';

const HOSTS = ['acme.com', 'globex.com', 'eu.globex.com', 'initech.co.uk', 'gmail.com'];
const NAMES = ['Acme', 'ACME, Inc.', 'Globex GmbH', 'n/a', 'Freelancer', ''];
const IDS = ['1', '2', '3'];
const INSTANTS = [0, 5, 10, 15, 20];

const ids = fc.constantFrom(...IDS);
const row: fc.Arbitrary<AccountRecord> = fc
  .record({
    source: fc.constantFrom('crm', 'hubspot'),
    validFrom: fc.constantFrom(0, 10, 20),
    name: fc.constantFrom(...NAMES),
    domains: fc.subarray(HOSTS),
    aliases: fc.subarray(['Acme', 'acme.com', 'Old Globex']),
    parentId: fc.option(ids),
    ultimateId: fc.option(ids),
    country: fc.constantFrom('DE', 'US', ''),
    received: fc.nat(100),
  })
  .chain((changes) => ids.map((id) => accountRow(id, changes)));

const named = (found: Found): string | null =>
  found === null || found === AMBIGUOUS ? found : `${found.source} ${found.id}`;

/** All that can be asked. */
const answersOf = (accounts: AccountDirectory) => ({
  hosts: [...HOSTS, 'hooli.com'].map((host) => INSTANTS.map((at) => named(accounts.byHost(host, at)))),
  names: NAMES.map((name) => INSTANTS.map((at) => named(accounts.byName(name, at)))),
  keys: ['crm', 'hubspot'].flatMap((source) =>
    IDS.map((id) => {
      const account = accounts.byId(source, id);
      return account && INSTANTS.map((at) => accounts.accountId(account, at));
    }),
  ),
});

const keyOf = ({ source, id, validFrom }: AccountRecord): string => `${source} ${id} ${validFrom}`;

describe('the directory of accounts', () => {
  it('answers by the rows that it holds, whatever it held before and in which order they came', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(row, fc.boolean()), { maxLength: 25 }),
        fc.constantFrom(...scoringUnits),
        fc.nat(),
        (changes, unit, seed) => {
          const lived = new AccountDirectory(unit);
          const left = new Map<string, AccountRecord>();
          for (const [one, isDeleted] of changes) {
            lived.replace(keyOf(one), isDeleted ? null : one);
            if (isDeleted) left.delete(keyOf(one));
            else left.set(keyOf(one), one);
            // What was asked in between must not be remembered.
            if (seed % 3 === 0) answersOf(lived);
          }
          const rows = [...left.values()].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
          expect(answersOf(lived)).toEqual(answersOf(accountsOf(rows, unit)));
          expect(lived.size).toBe(rows.length);
          expect(lived.isEmpty).toBe(rows.length === 0);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('tells of every change by which an answer is another', () => {
    // Half of the rows are written once more as they are, but for what decides nothing.
    const written = fc.record({ one: row, again: fc.boolean(), later: fc.nat(100), tier: fc.constantFrom('A', 'B') });
    let untold = 0;
    fc.assert(
      fc.property(fc.array(written, { maxLength: 15 }), fc.constantFrom(...scoringUnits), (changes, unit) => {
        const accounts = new AccountDirectory(unit);
        let told = 0;
        accounts.onChange(() => {
          told += 1;
        });
        for (const { one, again, later, tier } of changes) {
          accounts.replace(keyOf(one), one);
          if (!again) continue;
          const [before, toldBefore] = [answersOf(accounts), told];
          accounts.replace(keyOf(one), { ...one, tier, received: one.received + later });
          if (told > toldBefore) continue;
          untold += 1;
          expect(answersOf(accounts)).toEqual(before);
        }
      }),
      { numRuns: 300 },
    );
    expect(untold).toBeGreaterThan(300);
  });

  it.each([
    ['the same row', {}, false],
    ['another owner, tier or industry', { owner: 'kim', tier: 'A', industry: 'steel', received: 9 }, false],
    ['a domain less', { domains: ['acme.com'] }, true],
    ['another name', { name: 'Acme Group' }, true],
    ['a parent', { parentId: '2' }, true],
  ] as const)('is changed by %s: %j, %s', (_what, changes, isTold) => {
    const before = accountRow('1', { name: 'Acme', domains: ['acme.com', 'acme.io'] });
    const accounts = accountsOf([before]);
    let told = 0;
    accounts.onChange(() => {
      told += 1;
    });
    accounts.replace(keyOf(before), {
      ...before,
      ...changes,
      domains: [...('domains' in changes ? changes.domains : before.domains)],
    });
    expect(told).toBe(isTold ? 1 : 0);
  });

  it('remembers nothing of one instant for another', () => {
    const instants = fc.array(fc.constantFrom(-1, ...INSTANTS, 9, 19), { minLength: 2, maxLength: 8 });
    const units = fc.constantFrom<ScoringUnit>('domestic', 'ultimate');
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 10 }), instants, units, (rows, asked, unit) => {
        const accounts = accountsOf(rows, unit);
        const keyAt = (directory: AccountDirectory, { source, id }: AccountRecord, at: number): string | null => {
          const account = directory.byId(source, id);
          return account && directory.accountId(account, at);
        };
        for (const at of asked) {
          for (const one of rows) expect(keyAt(accounts, one, at)).toBe(keyAt(accountsOf(rows, unit), one, at));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never gives one id to accounts that a domain cannot tell apart in one system, and never free mail', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
        const accounts = accountsOf(rows);
        const keys = new Map<string, string>();
        for (const { source, id } of rows) {
          const account = accounts.byId(source, id);
          if (!account) throw new Error('a row that was read is not known');
          const key = accounts.accountId(account, 0);
          expect(key).not.toBe('gmail.com');
          const owner = keys.get(`${source} ${key}`) ?? id;
          expect([key, id]).toEqual([key, owner]);
          keys.set(`${source} ${key}`, id);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('leads a domain that is the id of an account to that account', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
        const accounts = accountsOf(rows);
        for (const host of ['acme.com', 'globex.com', 'initech.co.uk']) {
          const found = accounts.byHost(host, 1_000);
          const isOwn = rows.some(({ domains, aliases }) => [...domains, ...aliases].includes(host));
          if (found === null || found === AMBIGUOUS || !isOwn) continue;
          const key = accounts.accountId(found, 1_000);
          const owner = accounts.byHost(key, 1_000);
          if (key.includes(':')) continue;
          // Nobody's: the domain of an e-mail stands for itself.
          expect(owner && owner !== AMBIGUOUS ? accounts.accountId(owner, 1_000) : (owner ?? key)).toBe(key);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('tells of every change, and only then', () => {
    const accounts = new AccountDirectory();
    let changes = 0;
    accounts.onChange(() => {
      changes += 1;
    });
    accounts.replace('1', null);
    expect(changes).toBe(0);
    accounts.replace('1', accountRow('1'));
    accounts.replace('1', accountRow('1', { name: 'Acme' }));
    accounts.replace('1', null);
    expect(changes).toBe(3);
  });

  it('ends where parents go round, at the same account whoever asks', () => {
    const ring = ['1', '2', '3'].map((id, index) =>
      accountRow(id, { domains: [`company-${id}.example`], parentId: IDS[(index + 1) % 3] ?? null }),
    );
    const below = accountRow('9', { domains: ['company-9.example'], parentId: '3' });
    const accounts = accountsOf([...ring, below], 'ultimate');
    const units = ['company-1.example', 'company-2.example', 'company-3.example', 'company-9.example'].map((host) => {
      const found = accounts.byHost(host, 0);
      return found === null || found === AMBIGUOUS ? found : accounts.accountId(found, 0);
    });
    expect(units).toEqual(['company-1.example', 'company-1.example', 'company-1.example', 'company-1.example']);
  });

  it('does not look into a name that hundreds of accounts have', () => {
    const rows = Array.from({ length: 150 }, (_, index) => accountRow(`${index}`, { name: 'Main Street Dental' }));
    expect(accountsOf(rows).byName('Main Street Dental', 0)).toBe(AMBIGUOUS);
  });

  it.each(['site', 'domestic', 'ultimate'] as const satisfies readonly ScoringUnit[])(
    'answers for every account in time, by %s, whatever the rows say of their parents',
    (unit) => {
      const rows = Array.from({ length: 500 }, (_, index) =>
        accountRow(`${index}`, {
          domains: [`company-${index}.example`],
          parentId: `${(index * 7 + 1) % 500}`,
          country: 'DE',
        }),
      );
      const accounts = accountsOf(rows, unit);
      const keys = rows.map(({ id }) => {
        const account = accounts.byId('crm', id);
        return account && accounts.accountId(account, 0);
      });
      expect(keys.every((key) => key?.endsWith('.example'))).toBe(true);
    },
  );
});
