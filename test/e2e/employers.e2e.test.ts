import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { touchIdOf } from '@groundswell/interchange';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { AccountBench } from '../identity/account-bench.ts';
import { type CinderTouch, cinderTouches } from '../oracle/cinder.ts';
import { EmployerOracle } from '../oracle/employers.ts';
import { type DirectoryRows, directoryRowsOf, readStackalytics } from '../oracle/stackalytics.ts';
import { sharedData } from '../shared-data.ts';
import { putCorrection } from '../stack/corrections.ts';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import { activatePlainPolicy } from '../stack/plain-policy.ts';

const dataFolder = sharedData();

/** When the merged companies made most of their commits, and lately. */
const INSTANTS = ['2014-03-01 00:00:00', '2016-06-01 00:00:00', '2026-08-01 00:00:00'];

const addressOf = ({ person, account }: CinderTouch): string => `${person}@${account}`;

const ndjson = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const sampleFile = join(import.meta.dirname, 'cinder-sample.csv');
/** Fifty commits, each 216th by hash, whose company somebody looked up by hand in the list; empty: none. */
const sample: { sha: string; company: string }[] = parse(readFileSync(sampleFile), { columns: true });

describe.runIf(dataFolder !== null)('real commits with a real directory of companies and people', () => {
  let pipeline: Pipeline;
  let clickhouse: ReturnType<typeof openClickHouse>;
  let touches: CinderTouch[];
  let oracle: EmployerOracle;
  let directory: DirectoryRows;
  const bench = new AccountBench();

  /** The id that the touches of a directory's account are published under. */
  const accountIdOf = (row: string): string =>
    bench.resolve({ source: 'stackalytics', accountId: row, personId: '1' }).accountId ?? '';

  const expectedAccount = (touch: CinderTouch): string => {
    const employed = oracle.employedBy(addressOf(touch), Math.min(touch.time, touch.received));
    if (employed === null) return '';
    return 'row' in employed ? accountIdOf(employed.row) : employed.domain;
  };

  /** Everything that a correction changes and its revocation must change back, to the bits. */
  const snapshot = async () => {
    const current = await clickhouse.query(
      `SELECT account_id, level, score, touches_30d, people_30d, touches_90d, people_90d
       FROM account_current WHERE touches_90d > 0 ORDER BY account_id`,
    );
    const corrected = await Promise.all(
      INSTANTS.map((as_of) =>
        clickhouse.query(
          'SELECT * FROM account_windows_at(as_of = {as_of:String}) WHERE touches_90d > 0 ORDER BY account_id',
          { as_of },
        ),
      ),
    );
    return { current, corrected };
  };

  const touchesOf = async (account: string): Promise<number> => {
    const [row] = await clickhouse.query<{ touches: string }>(
      "SELECT count() AS touches FROM touches WHERE account_id = {account:String} AND state = 'asserted'",
      { account },
    );
    return Number(row?.touches);
  };

  /** Once everything is through: the stream equals pure SQL, and the books balance. */
  const settled = async (): Promise<void> => {
    const verified = await pipeline.groundswell('verify', '--timeout', '240');
    expect(verified, verified.stdout + verified.stderr).toMatchObject({ exitCode: 0 });
    const books = await pipeline.groundswell('books');
    expect(books, books.stdout + books.stderr).toMatchObject({ exitCode: 0 });
  };

  const importRows = async (kind: string, rows: readonly object[], ...options: string[]): Promise<void> => {
    const file = join(pipeline.folder, `${kind}.ndjson`);
    await writeFile(file, ndjson(rows));
    const imported = await pipeline.groundswell('import', file, ...options);
    expect(imported, imported.stderr).toMatchObject({ exitCode: 0 });
  };

  beforeAll(async () => {
    const data = readStackalytics(dataFolder ?? '');
    directory = directoryRowsOf(data);
    oracle = new EmployerOracle(data);
    for (const row of directory.accounts) bench.addAccount(row);
    touches = await cinderTouches(dataFolder ?? '');
    pipeline = await startPipeline(inject('stack'), { name: 'employers' });
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    await activatePlainPolicy(pipeline);
    await importRows('accounts', directory.accounts);
    await importRows('people', directory.people);
    await importRows(
      'touches',
      touches.map((touch) => ({
        id: touch.sha,
        time: new Date(touch.time).toISOString(),
        received: new Date(touch.received).toISOString(),
        type: 'content_view',
        source: 'cinder',
        'person.email': addressOf(touch),
        // Four commits come from machines without a name in the network: that is no address.
        ...(touch.account.endsWith('(none)') && { 'person.id': touch.person }),
      })),
      ...['--as-if-live', '--until', '2026-08-20T00:00:00Z'],
    );
    await settled();
  });

  afterAll(async () => {
    await clickhouse?.close();
    await pipeline?.stop();
  });

  /** The account of every touch, by the hash of its commit. */
  const accountsOfCommits = async (): Promise<Map<string, string | undefined>> => {
    const rows = await clickhouse.query<{ touch: string; account: string }>(
      "SELECT touch_id AS touch, account_id AS account FROM touches WHERE state = 'asserted'",
    );
    const accounts = new Map(rows.map(({ touch, account }) => [touch, account]));
    return new Map(touches.map(({ sha }) => [sha, accounts.get(touchIdOf('cinder', sha))]));
  };

  it('gives every one of them the company as of the commit', async () => {
    const found = await accountsOfCommits();
    const wrong = touches.flatMap((touch) => {
      const [account, expected] = [found.get(touch.sha), expectedAccount(touch)];
      return account === expected ? [] : [`${touch.sha} ${touch.account}: ${account}, not ${expected}`];
    });
    expect(wrong).toEqual([]);
  });

  it('gives fifty of them, looked up by hand, the company that they were written for', async () => {
    const found = new Map([...(await accountsOfCommits())].map(([sha, account]) => [sha.slice(0, 10), account]));
    const idOf = (company: string): string => {
      const row = directory.accountOfName.get(company);
      // A domain that nobody lists stands for itself, and the empty company for none.
      return row === undefined ? company : accountIdOf(row);
    };
    expect(sample).toHaveLength(50);
    expect(sample.map(({ sha }) => [sha, found.get(sha)])).toEqual(
      sample.map(({ sha, company }) => [sha, idOf(company)]),
    );
  });

  it('merges two companies and un-merges them: everything is as before, and what happened stays on record', async () => {
    const [from, into] = ['redhat.com', 'purestorage.com'];
    const [before, ofFrom, ofInto] = [await snapshot(), await touchesOf(from), await touchesOf(into)];
    const merge = { correctionId: 'merge-1', kind: 'merge', subject: { account: from, into } };
    await putCorrection(pipeline, merge);
    await vi.waitFor(async () => expect(await touchesOf(into)).toBe(ofFrom + ofInto), { timeout: 60_000 });
    await settled();
    const merged = await snapshot();
    expect(await touchesOf(from)).toBe(0);
    expect(merged).not.toEqual(before);
    await putCorrection(pipeline, { ...merge, revoked: true });
    await vi.waitFor(async () => expect(await touchesOf(from)).toBe(ofFrom), { timeout: 60_000 });
    await settled();
    expect(await snapshot()).toEqual(before);
    const history = await clickhouse.query<{ account_id: string; kind: string }>(
      "SELECT account_id, kind FROM intensity_transitions WHERE cause = 'correction' ORDER BY account_id, sequence",
    );
    expect(history.filter(({ account_id }) => account_id === from).map(({ kind }) => kind)).toEqual([
      ...['leave', 'leave', 'enter', 'enter'],
    ]);
  });
});
