import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ClickHouse, openClickHouse } from './clickhouse.ts';
import { ClickHouseFailure } from './clickhouse-failure.ts';
import type { Row } from './row-binary.ts';

const COLUMNS = `
  n UInt32, text String, low LowCardinality(String), id UUID, at DateTime64(3, 'UTC'), maybe_at Nullable(DateTime64(3, 'UTC')),
  small UInt8, middle UInt16, big UInt64, signed Int64, huge UInt128, flag Bool, maybe_flag Nullable(Bool),
  amount Nullable(Float64), points Decimal(5, 2), list Array(LowCardinality(String)), ids Array(UUID),
  weights Map(LowCardinality(String), UInt32), headers Map(String, String),
  windows Map(UInt16, Tuple(touches UInt32, people UInt32)),
  people Array(Tuple(person_id UUID, role LowCardinality(String), last_time DateTime64(3, 'UTC')))`;

const uuid = (n: number): string => `${String(n).padStart(8, '0')}-89ab-4cde-8f01-23456789abcd`;

const fullRow = (n: number): Row => ({
  n,
  text: ['', `plain ${n}`, 'ümläut ☃ 𝄞', 'x'.repeat(n * 50), 'quote " \\ \n \t'][n % 5],
  low: ['web', 'email', ''][n % 3],
  id: uuid(n),
  at: Date.UTC(2026, 0, 1) + n,
  maybe_at: n % 2 === 0 ? null : Date.UTC(1960, 5, 1) + n,
  small: n % 256,
  middle: 65_535 - n,
  big: Number.MAX_SAFE_INTEGER - n,
  signed: -n * 1e9,
  huge: ((BigInt(n) << 96n) | 123_456_789_012_345n).toString(),
  flag: n % 2 === 0,
  maybe_flag: [null, true, false][n % 3],
  amount: [null, 1.5, -0.1][n % 3],
  points: (n * 7.37) % 999,
  list: Array.from({ length: n % 4 }, (_, i) => `item ${i}`),
  ids: Array.from({ length: n % 3 }, (_, i) => uuid(i)),
  weights: Object.fromEntries(Array.from({ length: n % 4 }, (_, i) => [`type_${i}`, i * n])),
  headers: { trace: `t${n}` },
  windows: { 7: { touches: n, people: 1 }, 90: { people: 2, touches: n * 2 } },
  people: Array.from({ length: n % 3 }, (_, i) => ({ person_id: uuid(i), last_time: n, role: 'buyer' })),
});

/** A row that names few of its columns, as tombstones do. */
const rows: Row[] = [...Array.from({ length: 60 }, (_, n) => fullRow(n)), { n: 1_000 }];

describe('rows inserted in binary', () => {
  let server: ClickHouse;
  let client: ClickHouse;
  const database = `groundswell_test_${Math.random().toString(36).slice(2, 10)}`;

  beforeAll(async () => {
    server = openClickHouse(inject('stack').clickhouse.writer);
    await server.command('CREATE DATABASE {name:Identifier} ENGINE = Atomic', { name: database });
    client = server.inDatabase(database);
  });

  afterAll(async () => {
    await client.close();
    await server.command('DROP DATABASE IF EXISTS {name:Identifier}', { name: database });
    await server.close();
  });

  const create = (table: string, more = '') =>
    client.command(`CREATE TABLE ${table} (${COLUMNS}${more}) ENGINE = MergeTree ORDER BY n`);

  it('are what the same rows are when inserted as JSON', async () => {
    await create('in_binary');
    // A column with an expression cannot be written in binary, so its table takes JSON.
    await create('in_json', ', doubled UInt32 DEFAULT n * 2');
    await client.insert('in_binary', rows);
    await client.insert('in_json', rows);
    const all = (table: string) => client.query(`SELECT * FROM ${table} ORDER BY n`);
    const binary = await all('in_binary');
    expect(binary).toHaveLength(rows.length);
    const json = await client.query('SELECT * EXCEPT doubled FROM in_json ORDER BY n');
    expect(binary).toEqual(json);
    expect((await client.query<{ doubled: number }>('SELECT doubled FROM in_json WHERE n = 30'))[0]?.doubled).toBe(60);
  });

  it('come again and again from one buffer, and side by side', async () => {
    await create('again');
    const many = (from: number) => Array.from({ length: 3_000 }, (_, i) => ({ n: from + i, text: `text ${from + i}` }));
    await client.insert('again', many(0));
    await Promise.all([client.insert('again', many(3_000)), client.insert('again', many(6_000))]);
    await client.insert('again', many(9_000));
    const [seen] = await client.query<{ count: number; right: number }>(
      `SELECT uniqExact(n) AS count, countIf(text = concat('text ', toString(n))) AS right FROM again`,
    );
    expect(seen).toEqual({ count: 12_000, right: 12_000 });
  });

  it('are refused as data when a value does not fit, and none of them is there', async () => {
    await create('refusing');
    const wrong = client.insert('refusing', [{ n: 1 }, { n: -1 }]);
    await expect(wrong).rejects.toMatchObject({ kind: 'data', message: expect.stringContaining('n: -1') });
    expect(await client.query('SELECT n FROM refusing')).toEqual([]);
    await client.insert('refusing', [{ n: 1 }]);
    expect(await client.query('SELECT n FROM refusing')).toEqual([{ n: 1 }]);
  });

  it('that come encoded are refused when a column of the table has another type by now, and taken once it has not', async () => {
    await client.command('CREATE TABLE typed (n UInt32, text String) ENGINE = MergeTree ORDER BY n');
    const encoded = {
      table: 'typed',
      columns: [{ name: 'n', type: 'UInt64' }],
      bytes: [Buffer.from([7, 0, 0, 0, 0, 0, 0, 0])],
    };
    await expect(client.insertEncoded(encoded)).rejects.toMatchObject({
      kind: 'statement',
      message: expect.stringContaining('typed.n is UInt32, and was encoded as UInt64'),
    });
    const absent = { ...encoded, columns: [{ name: 'm', type: 'UInt64' }] };
    await expect(client.insertEncoded(absent)).rejects.toThrow('typed.m is missing, and was encoded as UInt64');
    expect(await client.query('SELECT n FROM typed')).toEqual([]);
    await client.command('DROP TABLE typed SYNC');
    await client.command('CREATE TABLE typed (n UInt64, text String) ENGINE = MergeTree ORDER BY n');
    await client.insertEncoded(encoded);
    expect(await client.query('SELECT n, text FROM typed')).toEqual([{ n: 7, text: '' }]);
  });

  it('say that the table is wrong, and find it once it is there', async () => {
    const failure = await client.insert('absent', [{ n: 1 }]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ClickHouseFailure);
    expect(failure).toMatchObject({ kind: 'statement' });
    await create('absent');
    await client.insert('absent', [{ n: 1 }]);
    expect(await client.query('SELECT n FROM absent')).toEqual([{ n: 1 }]);
  });
});
