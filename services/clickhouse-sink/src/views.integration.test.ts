import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { echoes, type FateRow, fates, truths, windowsAt } from './testing/brute-force.ts';
import { DAY, LogBuilder, type RandomLog } from './testing/random-log.ts';
import { INGEST_DELAY, storeLog } from './testing/store-log.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

const EVENTS = 260;
const RUNS = 3;
const windowColumns = [30, 90].flatMap((days) =>
  ['touches', 'people', 'products', 'roles', 'channels'].map((what) => `${what}_${days}d`),
);

/** Instants at and beside the edges where windows change. */
const instants = (log: RandomLog): number[] => {
  const times = [...truths(log).values()].map(({ body }) => body.effectiveTime).sort((a, b) => a - b);
  const some = times.filter((_, index) => index % Math.ceil(times.length / 2) === 0);
  const edges = some.flatMap((time) => [time - 1, time, time + 30 * DAY - 1, time + 30 * DAY, time + 90 * DAY]);
  return [...edges, ...log.policies.map(({ activatedAt }) => activatedAt)];
};

const checkWindows = async ({ clickhouse }: TestDatabase, log: RandomLog): Promise<void> => {
  for (const instant of instants(log)) {
    const rows = await clickhouse.query(
      `SELECT account_id, ${windowColumns.join(', ')} FROM account_windows_at(as_of = {as_of:DateTime64(3, 'UTC')}) ORDER BY account_id`,
      { as_of: new Date(instant) },
    );
    expect(rows, new Date(instant).toISOString()).toEqual(windowsAt(log, instant));
  }
};

const checkTouches = async ({ clickhouse }: TestDatabase, log: RandomLog): Promise<void> => {
  const rows = await clickhouse.query<{ touch_id: string }>(
    'SELECT touch_id, state, account_id, revision, partition, offset FROM touches ORDER BY touch_id',
  );
  const states = { TouchAsserted: 'asserted', TouchRetracted: 'retracted', TouchMoved: 'moved' };
  const expected = [...truths(log)].map(([touch_id, { kind, body, partition, offset }]) => ({
    touch_id,
    state: states[kind],
    account_id: ('fromAccountId' in body ? body.fromAccountId : body.accountId) ?? '',
    revision: body.revision,
    partition,
    offset,
  }));
  expect(rows).toEqual(expected.sort((a, b) => (a.touch_id < b.touch_id ? -1 : 1)));
};

const checkBooks = async ({ clickhouse }: TestDatabase, log: RandomLog): Promise<FateRow[]> => {
  const expected = fates(log);
  const found = await clickhouse.query(
    'SELECT partition, offset, source, fate FROM touch_fates ORDER BY partition, offset',
  );
  expect(found).toEqual(expected);
  const books = await clickhouse.query<Record<string, number | string>>('SELECT * FROM books ORDER BY source');
  expect(books.map(({ source }) => source)).toEqual([...new Set(expected.map(({ source }) => source))].sort());
  for (const { source, accepted, balance, ...counts } of books) {
    const here = expected.filter((row) => row.source === source);
    const tally = Object.keys(counts).map((fate) => [fate, here.filter((row) => row.fate === fate).length]);
    expect({ accepted, balance, ...counts }).toEqual({
      accepted: here.length,
      balance: 0,
      ...Object.fromEntries(tally),
    });
  }
  return expected;
};

const checkSourceDays = async ({ clickhouse }: TestDatabase, log: RandomLog): Promise<void> => {
  const accepted = fates(log);
  const [total] = await clickhouse.query(
    `SELECT sum(received) AS received, sum(counted) AS counted, sum(bot) AS bot, sum(unresolved) AS unresolved,
            sum(duplicate) AS duplicate, sum(rejected) AS rejected, sum(null_product) AS null_product FROM source_day`,
  );
  const having = (fate: string): number => accepted.filter((row) => row.fate === fate).length;
  expect(total).toEqual({
    received: accepted.length,
    counted: having('counted'),
    bot: having('bot'),
    unresolved: having('unresolved'),
    duplicate: having('duplicate'),
    rejected: log.letters.length,
    null_product: [...truths(log).values()].filter(({ asserted }) => asserted?.product === '').length,
  });
  await checkFreshness({ clickhouse }, log);
};

const checkMachines = async ({ clickhouse }: TestDatabase, log: RandomLog): Promise<void> => {
  const marked = await clickhouse.query('SELECT touch_id, from_several FROM machine_touches ORDER BY touch_id');
  const expected = [...truths(log)].flatMap(([touch_id, { asserted }]) =>
    asserted?.disposition === 'bot' ? [{ touch_id, from_several: asserted.revision > 1 }] : [],
  );
  expect(marked).toEqual(expected.sort((a, b) => (a.touch_id < b.touch_id ? -1 : 1)));
  const days = await clickhouse.query<Record<'received' | 'duplicate' | 'bot', number> & { bot_rate: number | null }>(
    'SELECT received, duplicate, bot, bot_rate FROM source_day',
  );
  for (const { received, duplicate, bot, bot_rate } of days) {
    const touches = received - duplicate;
    expect(bot_rate).toBe(touches === 0 ? null : bot / touches);
  }
};

const checkEchoes = async ({ clickhouse }: TestDatabase, log: RandomLog): Promise<void> => {
  const rows = await clickhouse.query(
    `SELECT * REPLACE (toUnixTimestamp64Milli(first_at) AS first_at, toUnixTimestamp64Milli(last_at) AS last_at)
     FROM send_echoes ORDER BY campaign, send_id`,
  );
  expect(rows).toEqual(echoes(log));
};

const modeAt = (log: RandomLog, partition: number, offset: number): string => {
  const before = (log.touches[partition] ?? []).slice(0, offset + 1);
  const last = before.findLast((record) => record?.change.kind === 'ClockModeSet')?.change;
  return last?.kind === 'ClockModeSet' ? last.body.mode : 'live';
};

const checkFreshness = async ({ clickhouse }: Pick<TestDatabase, 'clickhouse'>, log: RandomLog): Promise<void> => {
  const rows = await clickhouse.query<{ key: string; p99_fresh_s: number }>(
    `SELECT concat(source, ' ', toString(day)) AS key, p99_fresh_s FROM source_day WHERE p99_fresh_s IS NOT NULL`,
  );
  const live = [...truths(log).values()].flatMap(({ asserted, partition, offset }) =>
    asserted?.revision === 1 && modeAt(log, partition, offset) !== 'replay' ? [asserted] : [],
  );
  const byDay = Map.groupBy(
    live,
    ({ source, received }) => `${source} ${new Date(received).toISOString().slice(0, 10)}`,
  );
  const expected = [...byDay].map(([key, touches]) => {
    const seconds = touches.map(({ received, acceptedAt }) => (received + INGEST_DELAY - acceptedAt) / 1000);
    seconds.sort((a, b) => a - b);
    return { key, p99_fresh_s: seconds[Math.floor(seconds.length * 0.99)] };
  });
  const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
  expect(rows.sort(byKey)).toEqual(expected.sort(byKey));
};

const checkAll = async (database: TestDatabase, log: RandomLog): Promise<void> => {
  await checkTouches(database, log);
  await checkWindows(database, log);
  await checkBooks(database, log);
  await checkSourceDays(database, log);
  await checkMachines(database, log);
  await checkEchoes(database, log);
};

describe('the views, against brute force over random logs', () => {
  it('agree on touches, windows, fates, books and source days, before and after everything is delivered again', async () => {
    const seen = new Set<string>();
    const property = fc.asyncProperty(fc.gen(), async (draw) => {
      const log = new LogBuilder(draw).build(EVENTS);
      for (const { fate } of fates(log)) seen.add(fate);
      const database = await createTestDatabase(inject('stack').clickhouse.writer);
      try {
        await storeLog(database.clickhouse, log, { block: 97, arrange: (rows) => rows });
        await checkAll(database, log);
        await storeLog(database.clickhouse, log, { block: 61, arrange: (rows) => rows.reverse() });
        await checkAll(database, log);
      } finally {
        await database.drop();
      }
    });
    await fc.assert(property, { numRuns: RUNS, seed: 20260131, endOnFailure: true });
    const all =
      'anonymous bot counted dead_lettered duplicate echo excluded moved ours_or_negative outside_windows pending retracted unresolved zero_weight';
    expect([...seen].sort().join(' ')).toBe(all);
  });

  it('count nothing while no policy is in effect', async () => {
    const database = await createTestDatabase(inject('stack').clickhouse.writer);
    try {
      const [log] = fc.sample(fc.gen(), { numRuns: 1, seed: 7 }).map((draw) => new LogBuilder(draw).build(80));
      if (!log) throw new Error('no log');
      const touches = log.touches.map((lane) =>
        lane.map((one) => (one?.change.kind === 'PolicyActivated' ? null : one)),
      );
      await storeLog(database.clickhouse, { ...log, touches }, { block: 500, arrange: (rows) => rows });
      await checkAll(database, { ...log, touches });
      const found = await database.clickhouse.query(
        'SELECT sum(counted) AS counted, sum(zero_weight) > 0 AS weightless FROM books',
      );
      expect(found).toEqual([{ counted: 0, weightless: 1 }]);
    } finally {
      await database.drop();
    }
  });
});
