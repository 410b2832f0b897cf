import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { policiesDir } from '@groundswell/policy';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';

const DAY = 86_400_000;
const NOW = Date.now();

/** `count` touches of one person, an hour apart, the last of them yesterday. */
const touchesOf = (email: string, count: number): Record<string, string>[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ id: `${email}-${index}`, type: 'pricing_view', source: 'web', 'person.email': email },
    time: new Date(NOW - DAY - index * 3_600_000).toISOString(),
  }));

interface Made {
  readonly correction: { readonly correction_id: string };
  readonly preview: { readonly touches: number; readonly moves: readonly unknown[] };
  readonly levels: { readonly accounts: readonly { account_id: string; after: { level: string; score: number } }[] };
}

describe('corrections by hand, from the command line to the tables', () => {
  let pipeline: Pipeline;
  let clickhouse: ReturnType<typeof openClickHouse>;

  const command = async (...args: string[]): Promise<string> => {
    const result = await pipeline.groundswell(...args);
    expect(result, result.stdout + result.stderr).toMatchObject({ exitCode: 0 });
    return result.stdout;
  };
  const json = async <Answer>(...args: string[]): Promise<Answer> =>
    JSON.parse(await command(...args, '--json')) as Answer;

  const importTouches = async (name: string, lines: readonly Record<string, string>[]): Promise<void> => {
    const file = join(pipeline.folder, name);
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await command('import', file);
  };

  /** Every account's counted touches and level. */
  const accounts = (): Promise<unknown[]> =>
    clickhouse.query(
      'SELECT account_id, level, touches_30d, people_30d, score FROM account_current ORDER BY account_id',
    );

  const scores = (): Promise<unknown[]> =>
    clickhouse.query(`SELECT toFloat64(score) AS score FROM account_current WHERE account_id = 'example.org'`);

  beforeAll(async () => {
    pipeline = await startPipeline(inject('stack'), { name: 'corrections' });
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    await command('policy', 'activate', new URL('plain.yaml', policiesDir).pathname, '--at', '1970-01-01T00:00:00Z');
    const lines = [
      ...touchesOf('anna@acme.example.com', 3),
      ...touchesOf('gina@globex.example.org', 4),
      ...touchesOf('carl@gmail.com', 1),
    ];
    await importTouches('touches.ndjson', lines);
    await vi.waitFor(
      async () => {
        // The tables come from several topics, each at its own pace.
        expect(await clickhouse.query('SELECT count() AS touches FROM touches')).toEqual([{ touches: 8 }]);
        expect(await accounts()).toMatchObject([
          { account_id: 'example.com', level: '', touches_30d: 3 },
          { account_id: 'example.org', level: '', touches_30d: 4 },
        ]);
      },
      { timeout: 60_000, interval: 500 },
    );
  });

  afterAll(async () => {
    await clickhouse?.close();
    await pipeline?.stop();
  });

  it('a merge is shown, made, explained and taken back, and the tables follow', async () => {
    const before = await accounts();
    const merge = ['correct', 'merge', 'example.com', '--into', 'example.org'];
    const dry = await json<Made>(...merge, '--dry-run');
    expect(dry.preview).toMatchObject({
      touches: 3,
      moves: [{ from: 'example.com', to: 'example.org', touches: 3, people: 1 }],
    });
    expect(dry.levels).toMatchObject({
      accounts: [
        { account_id: 'example.org', before: { level: 'none' }, after: { level: 'high-intensity' } },
        { account_id: 'example.com', before: { level: 'none' }, after: { level: 'none', score: 0 } },
      ],
      ...{
        would_have_been_routed: [{ account_id: 'example.org', kind: 'enter' }],
        would_not_have_been_routed: [],
        touches_missing: 0,
      },
    });
    expect(await accounts()).toEqual(before);

    const made = await json<Made>(...merge, '--reason', 'one company');
    const id = made.correction.correction_id;
    await vi.waitFor(
      async () =>
        expect(await accounts()).toMatchObject([
          { account_id: 'example.com', touches_30d: 0 },
          { account_id: 'example.org', level: 'high-intensity', touches_30d: 7, people_30d: 2 },
        ]),
      { timeout: 60_000, interval: 500 },
    );
    const foretold = dry.levels.accounts.find(({ account_id: account }) => account === 'example.org');
    expect(await scores()).toEqual([{ score: foretold?.after.score }]);
    expect(await json('why-account', 'anna@acme.example.com')).toMatchObject({
      ...{ account_id: 'example.org', rule: 'merge', evidence: `example.com ${id}` },
      corrections: [{ kind: 'merge', reason: 'one company' }],
    });
    expect(await command('corrections')).toContain(id);

    const revocation = await json<Made>('correct', 'revoke', id, '--dry-run');
    expect(revocation.preview).toMatchObject({ touches: 3, moves: [{ from: 'example.org', to: 'example.com' }] });
    await command('correct', 'revoke', id);
    await vi.waitFor(async () => expect(await accounts()).toEqual(before), { timeout: 60_000, interval: 500 });
    expect(await command('corrections')).toBe('nothing is corrected\n');
    await command('verify', '--timeout', '120');
  });

  it('the level that one touch without an account would bring is foretold', async () => {
    const employer = ['correct', 'employer', 'carl@gmail.com', '--account', 'example.org'];
    const dry = await json<Made>(...employer, '--dry-run');
    expect(dry).toMatchObject({
      preview: { moves: [{ from: null, to: 'example.org', touches: 1, people: 1 }] },
      levels: {
        accounts: [{ account_id: 'example.org', before: { level: 'none' }, after: { level: 'high-intensity' } }],
      },
    });
    const text = await command(...employer, '--dry-run');
    expect(text).toMatch(/example\.org +none \d+\.\d\d +high-intensity \d+\.\d\d\n/);
    expect(text).toMatch(/example\.org: would have been routed, enter at /);
  });

  it('a person is explained, and lists say what waits', async () => {
    expect(await json('why-person', 'anna@acme.example.com')).toMatchObject({
      identities: [{ identity: 'email:anna@acme.example.com' }],
    });
    expect(await json('unresolved')).toMatchObject({
      ...{ touches_held: 8, touches: 1 },
      waits: [{ evidence: 'free_mail', domain: 'gmail.com', source: 'web', touches: 1, people: 1 }],
    });
    expect(await json('ambiguous')).toMatchObject({ domains: [] });
    expect(await json('merge-candidates')).toMatchObject({ candidates: [] });
  });

  it('an erasure and an exclusion, which are made elsewhere, are foretold with the levels they would change', async () => {
    const expected = { preview: { touches: 4 }, levels: { accounts: [{ account_id: 'example.org' }] } };
    const foretold = [
      await json<Made>('correct', 'erase', 'gina@globex.example.org', '--dry-run'),
      await json<Made>('correct', 'exclude', 'domain', 'globex.example.org', '--dry-run'),
    ];
    for (const made of foretold) {
      expect(made).toMatchObject(expected);
      expect(made.levels.accounts[0]?.after.score).toBe(0);
    }
    expect(await scores()).not.toEqual([{ score: 0 }]);
  });

  it('two instances that share the partitions are asked as one, and one of them says what it lacks', async () => {
    const second = await pipeline.startAnother('account-resolver');
    const urls = [pipeline.service('account-resolver').httpUrl, second.httpUrl];
    const ask = (env: string, ...args: string[]) =>
      pipeline.groundswellWith({ GROUNDSWELL_RESOLVER_URL: env }, ...args);
    const both = async (...args: string[]): Promise<Record<string, unknown>> => {
      const { stdout, stderr } = await ask(urls.join(','), ...args, '--json');
      expect(stdout, stderr).not.toBe('');
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    await vi.waitFor(
      async () => {
        // Each has its share, and has read what it took over.
        const one = JSON.parse((await ask(second.httpUrl, 'unresolved', '--json')).stdout) as Record<string, unknown>;
        expect(one['partitions']).toHaveLength(6);
        expect(await both('unresolved')).toMatchObject({ touches_held: 8, touches: 1, missing_partitions: [] });
      },
      { timeout: 60_000, interval: 1_000 },
    );
    expect(await both('correct', 'merge', 'example.com', '--into', 'example.org', '--dry-run')).toMatchObject({
      ...{ warnings: [], preview: { touches: 3, people: 1, moves: [{ touches: 3 }], instances: 2 } },
      levels: { accounts: [{ account_id: 'example.org', after: { level: 'high-intensity' } }, {}] },
    });
    expect((await ask(second.httpUrl, 'unresolved')).stdout).toMatch(/not counted: partition \d+(, \d+){5};/);
    const twice = await ask(`${second.httpUrl},${second.httpUrl}`, 'unresolved');
    expect(twice).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('counted twice') });
    await second.stop();
  });

  it('a source sends once more: what it sends then stands, what it leaves out is gone, and the books know both', async () => {
    const replay = ['correct', 'replay', '--source', 'web'];
    // The one instance that is left has taken over what the other had.
    await vi.waitFor(
      async () => expect((await json<Made>(...replay, '--dry-run')).preview).toMatchObject({ touches: 8 }),
      { timeout: 60_000, interval: 500 },
    );
    const made = await json<Made>(...replay, '--reason', 'people were mixed up');
    // Two of the touches were of somebody else, earlier, and of another type; one stays as it was.
    const [first, second] = touchesOf('anna@acme.example.com', 2);
    const [third] = touchesOf('gina@globex.example.org', 1);
    const hana = { 'person.email': 'hana@initech.example.net', type: 'demo_request' };
    const again = [first, second].map((one) => ({ ...one, ...hana, time: new Date(NOW - 2 * DAY).toISOString() }));
    await importTouches('again.ndjson', [...again, { ...third }]);
    await vi.waitFor(
      async () =>
        expect(await accounts()).toMatchObject([
          { account_id: 'example.com', touches_30d: 0 },
          { account_id: 'example.net', touches_30d: 2, people_30d: 1 },
          { account_id: 'example.org', touches_30d: 1, people_30d: 1 },
        ]),
      { timeout: 60_000, interval: 500 },
    );
    // As corrected, of an instant before any of the rest.
    const windows = (): Promise<unknown[]> =>
      clickhouse.query(
        `SELECT account_id, touches_30d, people_30d FROM account_windows_at(as_of = {at:DateTime64(3, 'UTC')}) ORDER BY account_id`,
        { at: new Date(NOW - 1.5 * DAY) },
      );
    await vi.waitFor(
      async () => expect(await windows()).toEqual([{ account_id: 'example.net', touches_30d: 2, people_30d: 1 }]),
      { timeout: 60_000, interval: 500 },
    );
    const books = { accepted: 11, counted: 3, retracted: 5, duplicate: 3, balance: 0 };
    expect(await json('books', '--timeout', '60')).toMatchObject({ balanced: true, sources: [books] });
    await command('verify', '--timeout', '120');

    await command('correct', 'revoke', made.correction.correction_id);
    await vi.waitFor(
      async () =>
        expect(await accounts()).toMatchObject([
          { account_id: 'example.com', touches_30d: 1 },
          { account_id: 'example.net', touches_30d: 2 },
          { account_id: 'example.org', touches_30d: 4 },
        ]),
      { timeout: 60_000, interval: 500 },
    );
  });
});
