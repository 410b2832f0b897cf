import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { personAdapter } from './adapters/person.ts';
import type { Mapping, Place } from './adapters/topic-adapter.ts';
import { clearErasedPeople } from './erased-people.ts';
import { person } from './testing/directory-records.ts';
import { place } from './testing/records.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

describe('people who were erased, in ClickHouse', () => {
  let database: TestDatabase;
  let offset = 0;
  const next = (id: string): Place => ({
    ...place,
    key: `crm\u0000${id}\u00000`,
    appendedAt: 1_000 + offset,
    offset: offset++,
  });

  const store = async (mapping: Mapping | undefined): Promise<void> => {
    for (const { table, row } of mapping?.rows ?? []) await database.clickhouse.insert(table, [row]);
  };
  const state = (id: string): Promise<void> => store(personAdapter.rows(person({ id }), next(id)));
  const withdraw = (id: string): Promise<void> => store(personAdapter.tombstone?.(next(id)));

  const countOf = async (table: string): Promise<number> => {
    const [row] = await database.clickhouse.query<{ rows: number }>(`SELECT count() AS rows FROM ${table}`);
    return row?.rows ?? 0;
  };

  beforeAll(async () => {
    database = await createTestDatabase(inject('stack').clickhouse.writer);
  });

  afterAll(async () => {
    await database?.drop();
  });

  it('leave no row and no hash of theirs behind, whatever parts the rows are in, and nobody else loses one', async () => {
    await state('gone');
    await state('gone');
    await state('stays');
    await withdraw('gone');
    await withdraw('returned');
    await state('returned');
    expect(await clearErasedPeople(database.clickhouse)).toBeGreaterThan(0);
    const left = await database.clickhouse.query<{ rows: number }>(
      'SELECT record_key, count() AS rows FROM person_history_rows WHERE is_deleted = 0 GROUP BY record_key',
    );
    expect(left).toMatchObject([{ rows: 1 }, { rows: 1 }]);
    expect(await countOf('people')).toBe(2);
    // The tombstone of somebody who is there again tells of nobody else.
    expect(await countOf('person_history_rows')).toBe(3);
  });

  it('stay gone when what was said of them is written once more with what deleted it', async () => {
    await state('again');
    await withdraw('again');
    await clearErasedPeople(database.clickhouse);
    await state('again');
    await withdraw('again');
    await clearErasedPeople(database.clickhouse);
    expect(await countOf('people')).toBe(2);
    expect(await countOf('person_history_rows')).toBe(3);
    expect(await clearErasedPeople(database.clickhouse)).toBe(0);
  });
});
