import { type ClickHouse, migrate, migrationsDirectory, openClickHouse } from '@groundswell/clickhouse';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openReader, type Reader } from '../stack/clickhouse.ts';
import { readAccount, readNearAccounts } from './account.ts';
import { readAccounts } from './accounts.ts';
import { readActivePolicy, readMigrationCount, readServerVersion } from './active-policy.ts';
import { readBooks, readLedgerGaps } from './books.ts';
import { readPartitionClocks } from './partition-clocks.ts';
import { compareWindows } from './window-differences.ts';

const DAY = 86_400_000;
/** clock of partition 0; partition 1 is a day ahead */
const T = Date.UTC(2025, 5, 1);

const uuid = (index: number): string => `00000000-0000-8000-8000-${String(index).padStart(12, '0')}`;

let touches = 0;
const touch = (account: string, at: number, more: Record<string, unknown> = {}): Record<string, unknown> => {
  touches += 1;
  return {
    account_id: account,
    effective_time: at,
    touch_id: uuid(touches),
    version: 3,
    revision: 1,
    state: 'asserted',
    person_id: uuid(900),
    person_kind: 'email',
    type: 'page_view',
    source: 'web',
    received: at,
    disposition: 'candidate',
    generation: 1,
    partition: 0,
    ...more,
  };
};

const current = (account: string, partition: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  account_id: account,
  version: 1,
  valid_at: T,
  clock: T,
  generation: 1,
  partition,
  policy_version: 'plain@1',
  ...more,
});

const tick = (partition: number, offset: number, received: number): Record<string, unknown> => ({
  generation: 1,
  partition,
  offset,
  kind: 'Tick',
  received,
});

const policy = {
  generation: 1,
  partition: 0,
  offset: 0,
  activated_at: 0,
  version: 'plain@1',
  name: 'plain',
  content: '{}',
  activated_by: 'a test',
  weights: { page_view: 100 },
  window_days: [30, 90],
  echo_by_send: ['email_open', 'page_view'],
  echo_by_campaign: ['page_view'],
};

const equalAccount = {
  touches_30d: 2,
  people_30d: 2,
  products_30d: 1,
  roles_30d: 1,
  touches_90d: 3,
  people_90d: 2,
  products_90d: 1,
  roles_90d: 1,
};

const store = async (client: ClickHouse): Promise<void> => {
  await client.insert('policy_activation_rows', [policy]);
  await client.insert('touch_state', [
    touch('equal.example', T - DAY, { product: 'storage' }),
    touch('equal.example', T - 2 * DAY, { person_id: uuid(901), role: 'champion' }),
    touch('equal.example', T - 40 * DAY),
    touch('equal.example', T - 3 * DAY, { disposition: 'bot', disposition_reason: 'scanner' }),
    touch('equal.example', T - 4 * DAY, { person_id: uuid(902), send_id: 'blast' }),
    touch('equal.example', T - 5 * DAY, { person_id: uuid(903), campaign: 'spring' }),
    touch('different.example', T - DAY, { partition: 1 }),
    touch('only-sql.example', T - DAY),
    // Inside 30 days at the clock of partition 0, outside at that of its own.
    touch('own-clock.example', T - 30 * DAY + 1, { partition: 1 }),
  ]);
  await client.insert('account_intensity_current', [
    current('equal.example', 0, {
      ...equalAccount,
      engaged_since: T - 5 * DAY,
      high_intensity_since: T - DAY,
      score: 42.1,
      contributions: [
        { component: 'type:page_view', count: 3, points: 30 },
        { component: 'people', count: 2, points: 12.1 },
      ],
      windows: { 7: { touches: 2, people: 2, products: 1, roles: 1, channels: 0 } },
    }),
    current('different.example', 1, { touches_30d: 5, people_30d: 1, touches_90d: 1, people_90d: 1, score: 50 }),
    current('only-stream.example', 1, { touches_90d: 1, engaged_since: T - DAY, score: 7 }),
    current('own-clock.example', 1, { touches_90d: 1, people_90d: 1 }),
    current('expired.example', 0),
  ]);
  await client.insert('touch_log_rows', [
    tick(0, 0, T - DAY),
    tick(0, 1, T),
    tick(1, 0, T + DAY),
    { ...tick(1, 1, 0), kind: 'ClockModeSet', clock_mode: 'replay' },
  ]);
  await client.insert('raw_log_rows', [
    { generation: 1, partition: 0, offset: 5, kind: 'RawTouch', touch_id: uuid(1), source: 'web', received: T },
    { generation: 1, partition: 0, offset: 6, kind: 'RawTouch', touch_id: uuid(999), source: 'web', received: T },
  ]);
  await client.insert('account_rows', [
    {
      record_key: 'k',
      version: 1,
      source: 'crm',
      id: '7',
      name: 'Equal & Söhne',
      domains: ['equal.example'],
      owner: 'Kim Lee',
      tier: 'A',
    },
  ]);
  await client.insert('intensity_transition_rows', [
    {
      account_id: 'equal.example',
      at: T - DAY,
      sequence: 2,
      transition_id: uuid(800),
      level: 'high-intensity',
      kind: 'enter',
      known_at: T - DAY,
      cause: 'touch',
      score: 42.1,
      touches_30d: 5,
      people_30d: 2,
      generation: 1,
    },
  ]);
  await client.insert('route_decision_rows', [
    {
      account_id: 'equal.example',
      decision_id: uuid(700),
      version: 1,
      route: 'cadence',
      state: 'routed',
      reason: 'entered',
      people: [{ person_id: uuid(900), role: 'champion', why: 'most active' }],
      score: 42.1,
      transition_at: T - DAY,
      decided_at: T - DAY,
    },
  ]);
};

let client: ClickHouse;
let reader: Reader;
let database = '';

beforeAll(async () => {
  const { writer } = inject('stack').clickhouse;
  database = `groundswell_cli_${Math.random().toString(36).slice(2, 10)}`;
  const server = openClickHouse(writer);
  await migrate({ client: server, directory: migrationsDirectory, database });
  await server.close();
  client = openClickHouse({ ...writer, database });
  await store(client);
  reader = openReader({ ...inject('stack').clickhouse.reader, database });
});

afterAll(async () => {
  await client.command('DROP DATABASE IF EXISTS {database:Identifier}', { database });
  await Promise.all([client.close(), reader.close()]);
});

describe('verify', () => {
  it('finds exactly the accounts whose windows are not what SQL computes, each at the clock of its partition', async () => {
    const clocks = await readPartitionClocks(reader);
    expect(clocks).toEqual([
      { partition: 0, clock: T, mode: 'live', records: 2 },
      { partition: 1, clock: T + DAY, mode: 'replay', records: 2 },
    ]);
    const comparison = await compareWindows(reader, clocks, 10);
    expect(comparison).toEqual({
      compared: 6,
      different: 3,
      differences: [
        {
          accountId: 'different.example',
          kind: 'different',
          clock: T + DAY,
          columns: [{ column: 'touches_30d', stream: 5, sql: 1 }],
        },
        {
          accountId: 'only-sql.example',
          kind: 'missing_in_stream',
          clock: T,
          columns: ['touches_30d', 'people_30d', 'touches_90d', 'people_90d'].map((column) => ({
            column,
            stream: 0,
            sql: 1,
          })),
        },
        {
          accountId: 'only-stream.example',
          kind: 'missing_in_sql',
          clock: T + DAY,
          columns: [{ column: 'touches_90d', stream: 1, sql: 0 }],
        },
      ],
    });
  });

  it('lists no more than it was asked for, and counts all', async () => {
    const comparison = await compareWindows(reader, await readPartitionClocks(reader), 1);
    expect(comparison).toMatchObject({ different: 3, differences: [{ accountId: 'different.example' }] });
  });
});

describe('accounts', () => {
  const list = async (filter: Partial<Parameters<typeof readAccounts>[1]>): Promise<string[]> =>
    (await readAccounts(reader, { sort: 'level', limit: 10, ...filter })).map((row) => row.account_id);

  it('lists by level, then score', async () => {
    expect((await list({})).slice(0, 3)).toEqual(['equal.example', 'only-stream.example', 'different.example']);
  });

  it('filters by level, owner, tier and score, and sorts', async () => {
    expect(await list({ level: 'engaged' })).toEqual(['equal.example', 'only-stream.example']);
    expect(await list({ level: 'high-intensity' })).toEqual(['equal.example']);
    expect(await list({ level: 'none', limit: 1 })).toEqual(['different.example']);
    expect(await list({ owner: 'kim lee', tier: 'a' })).toEqual(['equal.example']);
    expect(await list({ industry: 'banking' })).toEqual([]);
    expect(await list({ minScore: 42.1, sort: 'score' })).toEqual(['different.example', 'equal.example']);
    expect((await list({ sort: 'name' })).at(0)).toBe('different.example');
    expect((await list({ sort: 'since' })).at(0)).toBe('equal.example');
  });
});

describe('account', () => {
  it('reads windows, people as counted, touches, transitions and decisions', async () => {
    const detail = await readAccount(reader, 'equal.example', 10);
    expect(detail?.current).toMatchObject({
      name: 'Equal & Söhne',
      level: 'high-intensity',
      since: T - DAY,
      score: 4_210,
      windows: { 7: { touches: 2 } },
    });
    expect(detail?.current.contributions.reduce((sum, one) => sum + one.points, 0)).toBe(4_210);
    expect(detail?.counts).toMatchObject({ touches_30d: 2, people_90d: 2 });
    expect(detail?.people.map((one) => [one.person_id, one.role, one.touches_30d, one.touches_90d])).toEqual([
      [uuid(900), '', 1, 2],
      [uuid(901), 'champion', 1, 1],
    ]);
    const candidate = ['candidate', false];
    const echo = ['candidate', true];
    expect(detail?.touches.map((one) => [one.disposition, one.is_echo])).toEqual([
      candidate,
      candidate,
      ['bot', false],
      echo,
      echo,
      candidate,
    ]);
    expect(detail?.touches[3]).toMatchObject({ send_id: 'blast', campaign: '' });
    expect(detail?.transitions).toMatchObject([{ kind: 'enter', at: T - DAY, score: 4_210 }]);
    expect(detail?.decisions).toMatchObject([{ state: 'routed', people: [{ why: 'most active' }] }]);
  });

  it('knows near matches of an account that is not there, by id and by name', async () => {
    expect(await readAccount(reader, 'equel.example', 10)).toBeUndefined();
    expect((await readNearAccounts(reader, 'equel.example'))[0]?.account_id).toBe('equal.example');
    expect(await readNearAccounts(reader, 'söhne')).toEqual([{ account_id: 'equal.example', name: 'Equal & Söhne' }]);
  });
});

describe('books', () => {
  it('reads every fate of a source', async () => {
    expect(await readBooks(reader)).toMatchObject([{ source: 'web', accepted: 2, counted: 1, pending: 1, balance: 0 }]);
  });

  it('finds records that the broker holds and the ledger lacks, and none that retention took', async () => {
    const spans = [
      { partition: 0, low: 5, high: 8 },
      { partition: 1, low: 0, high: 0 },
      { partition: 2, low: 0, high: 3 },
    ];
    expect(await readLedgerGaps(reader, 'touches.raw', spans)).toEqual([
      { topic: 'touches.raw', partition: 0, missing: 1 },
      { topic: 'touches.raw', partition: 2, missing: 3 },
    ]);
    expect(await readLedgerGaps(reader, 'touches', [{ partition: 0, low: 1, high: 2 }])).toEqual([]);
  });
});

describe('doctor', () => {
  it('reads version, migrations and the policy in effect', async () => {
    expect(await readServerVersion(reader)).toMatch(/^\d+\.\d+/);
    expect(await readMigrationCount(reader)).toBeGreaterThan(5);
    expect(await readActivePolicy(reader)).toMatchObject({
      version: 'plain@1',
      activated_at: 0,
      activated_by: 'a test',
    });
  });
});

describe('openReader', () => {
  it('says what to do about tables that are not there', async () => {
    const empty = openReader({ ...inject('stack').clickhouse.reader, database: 'groundswell_of_nobody' });
    await expect(readBooks(empty)).rejects.toMatchObject({
      exitCode: 2,
      what: 'ClickHouse refused the query',
      remedy: expect.stringContaining('clickhouse-sink'),
    });
    await empty.close();
  });

  it('says what to do about a wrong password', async () => {
    const stranger = openReader({ ...inject('stack').clickhouse.reader, password: 'wrong' });
    await expect(readBooks(stranger)).rejects.toMatchObject({
      remedy: expect.stringContaining('GROUNDSWELL_CLICKHOUSE_READER_PASSWORD'),
    });
    await stranger.close();
  });
});
