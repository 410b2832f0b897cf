import type { AccountRecord } from '@groundswell/schemas';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { accountAdapter } from './adapters/directory.ts';
import { intensityScoreAdapter } from './adapters/intensity.ts';
import { personAdapter } from './adapters/person.ts';
import type { Mapping, Place } from './adapters/topic-adapter.ts';
import { person } from './testing/directory-records.ts';
import { account, place, score } from './testing/records.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

const JANUARY = Date.UTC(2026, 0, 1);
const MARCH = Date.UTC(2026, 2, 1);
const APRIL = Date.UTC(2026, 3, 1);
const MAY = Date.UTC(2026, 4, 1);
const JUNE = Date.UTC(2026, 5, 1);
const NEVER = Date.UTC(2199, 0, 1);

const keyOf = (id: string, validFrom: number): string => `crm\u0000${id}\u0000${validFrom}`;

describe('the history of the directory', () => {
  let database: TestDatabase;
  let offset = 0;
  const next = (key: string, appendedAt = 0): Place => ({ ...place, key, appendedAt, offset: offset++ });

  const store = async (...mappings: readonly (Mapping | undefined)[]): Promise<void> => {
    for (const { table, row } of mappings.flatMap((mapping) => mapping?.rows ?? []))
      await database.clickhouse.insert(table, [row]);
  };
  const state = (id: string, validFrom: number, changes: Partial<AccountRecord>): Promise<void> =>
    store(accountAdapter.rows(account({ id, validFrom, ...changes }), next(keyOf(id, validFrom))));
  const withdraw = (id: string, validFrom: number, at: number): Promise<void> =>
    store(accountAdapter.tombstone?.(next(keyOf(id, validFrom), at)));

  const asOf = (view: 'accounts_at' | 'people_at', columns: string, { at, knownAt }: { at: number; knownAt: number }) =>
    database.clickhouse.query<Record<string, unknown>>(
      `SELECT ${columns} FROM ${view}(at = {at:DateTime64(3, 'UTC')}, known_at = {known:DateTime64(3, 'UTC')}) ORDER BY ALL`,
      { at: new Date(at), known: new Date(knownAt) },
    );
  const tierOf = async (id: string, at: number, knownAt: number): Promise<unknown> =>
    (await asOf('accounts_at', 'id, tier', { at, knownAt })).find((row) => row['id'] === id)?.['tier'];

  beforeAll(async () => {
    database = await createTestDatabase(inject('stack').clickhouse.writer);
  });

  afterAll(async () => {
    await database?.drop();
  });

  it('tells what was true at an instant from what was known of it at another', async () => {
    await state('dated', JANUARY, { tier: 'C', territory: 'north', received: JANUARY + 1 });
    await state('dated', MAY, { tier: 'A', territory: 'south', received: MAY + 1 });
    // In June it becomes known that the account was B since March.
    await state('dated', MARCH, { tier: 'B', territory: 'north', received: JUNE });

    expect(await tierOf('dated', APRIL, JUNE - 1)).toBe('C');
    expect(await tierOf('dated', APRIL, JUNE)).toBe('B');
    expect(await tierOf('dated', MARCH - 1, JUNE)).toBe('C');
    expect(await tierOf('dated', MAY, JUNE)).toBe('A');
    expect(await tierOf('dated', MAY, MAY)).toBe('C');
    expect(await tierOf('dated', JANUARY - 1, JUNE)).toBeUndefined();
    expect(await tierOf('dated', JANUARY, JANUARY)).toBeUndefined();
  });

  it('shows every attribute as of then', async () => {
    const then = { industry: 'steel', employees: 90, lifecycle: 'prospect', owner: 'kim', territory: 'east' };
    await state('whole', JANUARY, { ...then, received: JANUARY });
    await state('whole', MAY, { employees: 4_000, lifecycle: 'customer', owner: 'lee', received: MAY });
    const columns = 'industry, employees, lifecycle, owner, territory, valid_from';
    const rows = await asOf('accounts_at', `id, ${columns}`, { at: APRIL, knownAt: NEVER });
    expect(rows).toContainEqual({ id: 'whole', ...then, valid_from: new Date(JANUARY).toISOString() });
  });

  it('keeps what a corrected version said, for those who ask what was known before', async () => {
    await state('corrected', JANUARY, { tier: 'A', received: JANUARY });
    await state('corrected', JANUARY, { tier: 'D', received: MAY });
    expect(await tierOf('corrected', JANUARY, APRIL)).toBe('A');
    expect(await tierOf('corrected', JANUARY, MAY)).toBe('D');
    const statements = await database.clickhouse.query(
      `SELECT tier, known_at, known_to FROM account_history WHERE id = 'corrected' ORDER BY known_at`,
    );
    const [january, may] = [new Date(JANUARY).toISOString(), new Date(MAY).toISOString()];
    expect(statements).toEqual([
      { tier: 'A', known_at: january, known_to: may },
      { tier: 'D', known_at: may, known_to: null },
    ]);
  });

  it('a version that is withdrawn leaves the one before it, from when that was known', async () => {
    await state('withdrawn', JANUARY, { tier: 'A', received: JANUARY });
    await state('withdrawn', MARCH, { tier: 'B', received: MARCH });
    await withdraw('withdrawn', MARCH, MAY);
    expect(await tierOf('withdrawn', JUNE, APRIL)).toBe('B');
    expect(await tierOf('withdrawn', JUNE, MAY)).toBe('A');
    expect(await database.clickhouse.query(`SELECT tier FROM accounts WHERE id = 'withdrawn'`)).toEqual([
      { tier: 'A' },
    ]);
    await withdraw('withdrawn', JANUARY, JUNE);
    expect(await tierOf('withdrawn', JUNE, JUNE)).toBeUndefined();
    expect(await database.clickhouse.query(`SELECT tier FROM accounts WHERE id = 'withdrawn'`)).toEqual([]);
  });

  it('an account now is its youngest version that has begun, not the one stated last', async () => {
    await state('now', MARCH, { tier: 'B', received: MARCH });
    await state('now', NEVER, { tier: 'future', received: MAY });
    await state('now', JANUARY, { tier: 'A', received: JUNE });
    expect(await database.clickhouse.query(`SELECT tier FROM accounts WHERE id = 'now'`)).toEqual([{ tier: 'B' }]);
  });

  it.each([
    ['its id', 'now'],
    ['its source and id', 'crm:now'],
    ['its domain', 'now.example'],
    ['a former domain', 'then.example'],
  ])('an account that touches are counted for by %s has what is true of it now', async (_what, accountId) => {
    const names = { domains: ['now.example'], aliases: ['Then & Sons', 'Then.example'] };
    await state('now', MARCH, { tier: 'B', received: JUNE, ...names });
    await store(intensityScoreAdapter.rows(score({ accountId }), place));
    const found = await database.clickhouse.query(
      'SELECT tier FROM account_current WHERE account_id = {accountId:String}',
      {
        accountId,
      },
    );
    expect(found).toEqual([{ tier: 'B' }]);
  });

  it('a record that is written again adds nothing', async () => {
    const again = next(keyOf('again', JANUARY));
    const mapping = accountAdapter.rows(account({ id: 'again', validFrom: JANUARY, received: JANUARY }), again);
    await store(mapping, mapping);
    const statements = await database.clickhouse.query(`SELECT known_to FROM account_history WHERE id = 'again'`);
    expect(statements).toEqual([{ known_to: null }]);
  });

  it('records from before versions had keys of their own are the same versions', async () => {
    const old = next('crm\u0000old');
    await store(accountAdapter.rows(account({ id: 'old', validFrom: JANUARY, tier: 'A', received: JANUARY }), old));
    await state('old', JANUARY, { tier: 'B', received: MAY });
    expect(await tierOf('old', MARCH, APRIL)).toBe('A');
    expect(await tierOf('old', MARCH, JUNE)).toBe('B');
    expect(await database.clickhouse.query(`SELECT tier FROM accounts WHERE id = 'old'`)).toEqual([{ tier: 'B' }]);
  });

  it('a person has the title and the account of the time, and what they agreed to', async () => {
    const tell = (validFrom: number, changes: Parameters<typeof person>[0]): Promise<void> =>
      store(personAdapter.rows(person({ validFrom, received: validFrom, ...changes }), next(keyOf('p-1', validFrom))));
    await tell(JANUARY, { title: 'Engineer', accountId: 'a' });
    await tell(MAY, { title: 'CTO', accountId: 'b', consent: {} });
    const columns = 'title, account_id, consent_purpose';
    expect(await asOf('people_at', columns, { at: APRIL, knownAt: JUNE })).toEqual([
      { title: 'Engineer', account_id: 'a', consent_purpose: 'newsletter' },
    ]);
    expect(await asOf('people_at', columns, { at: MAY, knownAt: JUNE })).toEqual([
      { title: 'CTO', account_id: 'b', consent_purpose: '' },
    ]);
    expect(await database.clickhouse.query('SELECT count() AS rows FROM person_history')).toEqual([{ rows: 2 }]);
  });
});
