import { message, type OutgoingMessage } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { account, asserted, exclusion, NOON, rawTouch, score } from './testing/records.ts';
import { SinkBench } from './testing/running-sink.ts';

const touchIdOf = (index: number): string => `70000000-0000-8000-8000-${index.toString(16).padStart(12, '0')}`;

const touchMessages = (from: number, to: number): OutgoingMessage[] =>
  Array.from({ length: to - from }, (_, step) => from + step).flatMap((index) => [
    message(topics.touchesRaw, touchIdOf(index), {
      record: { kind: 'RawTouch' as const, body: rawTouch({ touchId: touchIdOf(index) }) },
    }),
    message(topics.touches, 'acme.com', {
      change: { kind: 'TouchAsserted' as const, body: asserted({ touchId: touchIdOf(index) }) },
    }),
  ]);

const excludedDomain = (value: string, validTo: number | null): OutgoingMessage =>
  message(topics.exclusions, `domain ${value}`, exclusion({ value, validFrom: NOON - 1, validTo }));

describe('the sink', () => {
  let bench: SinkBench;
  const one = async <Row>(sql: string): Promise<Row | undefined> =>
    (await bench.database.clickhouse.query<Row>(sql))[0];
  const count = async (from: string): Promise<number | undefined> =>
    (await one<{ rows: number }>(`SELECT count() AS rows FROM ${from}`))?.rows;
  const through = async (): Promise<void> => {
    await expect.poll(() => bench.lag(), { timeout: 60_000, interval: 100 }).toBe(0);
  };

  beforeAll(async () => {
    bench = await SinkBench.open(inject('stack'));
    await bench.start();
  });

  afterAll(async () => {
    await bench?.close();
  });

  it('writes touches to their ledgers and their state, and commits what it wrote', async () => {
    await bench.producer.sendAll(touchMessages(0, 500));
    await through();
    expect(await count('raw_log')).toBe(500);
    expect(await count('touch_log')).toBe(500);
    expect(await count('touches')).toBe(500);
  });

  it('shows the newest row of an account, with what the directory says of it by id or by domain', async () => {
    await bench.producer.sendAll([
      message(topics.accounts, 'crm 001', account()),
      message(topics.accounts, 'crm 002', account({ id: '002', name: 'By id', domains: ['other.com'] })),
      message(topics.intensityScores, 'acme.com', score({ offset: 11, highIntensitySince: NOON, clock: NOON })),
      message(topics.intensityScores, 'acme.com', score({ offset: 10 })),
      message(topics.intensityScores, '002', score({ accountId: '002', engagedSince: null, offset: 10 })),
      message(topics.intensityScores, 'acme.com', score({ offset: 10, point: 'day_close' })),
    ]);
    await through();
    const current = await bench.database.clickhouse.query(
      'SELECT account_id, name, owner, tier, ultimate_id, level, since, score, people_30d, windows, excluded, offset FROM account_current ORDER BY account_id',
    );
    const same = { owner: 'kim', tier: 'A', ultimate_id: '000', score: 12.34, people_30d: 2, excluded: false };
    const windows = { 7: { touches: 1, people: 1, products: 1, roles: 1, channels: 1 } };
    expect(current).toEqual([
      { account_id: '002', name: 'By id', level: '', since: null, offset: 10, windows, ...same },
      {
        account_id: 'acme.com',
        name: 'Acme',
        level: 'high-intensity',
        since: new Date(NOON).toISOString(),
        offset: 11,
        windows,
        ...same,
      },
    ]);
    expect(await count('account_intensity_history')).toBe(1);
  });

  it('marks an account that is excluded at its clock, by any domain of its record', async () => {
    await bench.producer.sendAll([excludedDomain('acme.de', null), excludedDomain('other.com', NOON)]);
    await through();
    const excluded = await bench.database.clickhouse.query(
      'SELECT account_id, excluded FROM account_current ORDER BY account_id',
    );
    expect(excluded).toEqual([
      { account_id: '002', excluded: false },
      { account_id: 'acme.com', excluded: true },
    ]);
  });

  it('takes a directory row away when its record is deleted', async () => {
    await bench.producer.sendAll([message(topics.accounts, 'crm 002', null)]);
    await through();
    expect(await bench.database.clickhouse.query('SELECT id FROM accounts')).toEqual([{ id: '001' }]);
  });

  it('gives poison, and records of another generation, to the dead letters and goes on', async () => {
    await bench.sendBytes(topics.touchesRaw, Buffer.from('no header'));
    await bench.sendBytes(topics.touchesRaw, Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2]));
    await bench.sendBytes(topics.touches, Buffer.from('no header'));
    await bench.sendBytes(topics.deadLetters, Buffer.from([0xff, 0xfe]));
    await bench.producer.sendAll([
      message(topics.intensityScores, 'x', score({ accountId: 'x', generation: 2 })),
      ...touchMessages(500, 510),
    ]);
    await expect.poll(() => count('dead_letters'), { timeout: 60_000 }).toBe(5);
    await through();
    const letters = await bench.database.clickhouse.query(
      'SELECT origin_topic, reason, accepted FROM dead_letters ORDER BY origin_topic, reason',
    );
    expect(letters).toEqual([
      { origin_topic: 'dead-letters', reason: 'bad_header', accepted: false },
      { origin_topic: 'intensity.scores', reason: 'unknown_generation', accepted: false },
      { origin_topic: 'touches', reason: 'bad_header', accepted: expect.any(Boolean) },
      { origin_topic: 'touches.raw', reason: 'bad_header', accepted: true },
      { origin_topic: 'touches.raw', reason: 'unknown_schema', accepted: true },
    ]);
    const [poison] = await bench.database.clickhouse.query<{ bytes: string }>(
      `SELECT hex(payload) AS bytes FROM dead_letters WHERE origin_topic = 'dead-letters'`,
    );
    expect(poison?.bytes).toBe('FFFE');
    const books = await bench.database.clickhouse.query(
      'SELECT source, accepted, zero_weight, dead_lettered, balance FROM books ORDER BY source',
    );
    expect(books).toEqual([
      { source: '', accepted: 2, zero_weight: 0, dead_lettered: 2, balance: 0 },
      { source: 'hubspot', accepted: 510, zero_weight: 510, dead_lettered: 0, balance: 0 },
    ]);
  });

  it('waits out an outage of ClickHouse, says so, and loses nothing', async () => {
    await bench.wire.cut();
    await bench.producer.sendAll(touchMessages(510, 800));
    await expect.poll(() => bench.ready(), { timeout: 60_000 }).toMatch(/^waiting for clickhouse/);
    expect(await count('touches')).toBe(510);
    await bench.wire.restore();
    await expect.poll(() => bench.ready(), { timeout: 60_000 }).toBe(true);
    await through();
    expect(await count('touches')).toBe(800);
    expect(bench.fatal).toEqual([]);
  });

  it('stops while ClickHouse is away, and a restart writes what was left', async () => {
    await bench.wire.cut();
    await bench.producer.sendAll(touchMessages(800, 900));
    await expect.poll(() => bench.ready(), { timeout: 60_000 }).toMatch(/^waiting for clickhouse/);
    await bench.stop();
    await bench.wire.restore();
    await bench.start();
    await through();
    expect(await count('touches')).toBe(900);
    expect(bench.fatal).toEqual([]);
  });

  it('shows the same when everything is delivered again', async () => {
    const views = [
      'raw_log',
      'touch_log',
      'touches',
      'account_current',
      'account_intensity_history',
      'accounts',
      'exclusions',
      'books',
    ];
    const state = (): Promise<unknown[]> =>
      Promise.all(
        views.map((view) => {
          const columns = view === 'books' ? '*' : '* EXCEPT ingested_at';
          return bench.database.clickhouse.query(`SELECT ${columns} FROM ${view} ORDER BY ALL`);
        }),
      );
    const before = await state();
    await bench.stop();
    await bench.rewind();
    expect(await bench.lag()).toBeGreaterThan(1_800);
    await bench.start();
    await through();
    expect(await state()).toEqual(before);
  });

  it('refuses a database of another generation', async () => {
    await bench.stop();
    await expect(bench.start({ GROUNDSWELL_GENERATION: 2 })).rejects.toThrow(
      /holds generation 1, this sink is to write generation 2/,
    );
    await bench.start();
  });
});
