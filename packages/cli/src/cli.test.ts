import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { policiesDir } from '@groundswell/policy';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from './cli.ts';
import { readCliSettings } from './config.ts';
import { type FakeIntake, startFakeIntake } from './testing/fake-intake.ts';
import { manualClock } from './testing/manual-clock.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'groundswell-cli-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const run = async (args: readonly string[], env: Record<string, string> = {}) => {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: false,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const exitCode = await runCli(args, {
    readSettings: () => readCliSettings(env),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: Readable.from([]),
    cwd: dir,
    projectDir: dir,
    signal: new AbortController().signal,
    ...manualClock(),
  });
  return { exitCode, ...written };
};

describe('the command line', () => {
  it('shows help with examples for every command, on stdout, and ends well', async () => {
    const overview = await run(['--help']);
    expect(overview.exitCode).toBe(0);
    const commands = ['import', 'accounts', 'account', 'verify', 'books', 'topics', 'doctor'];
    const nested = [
      ['policy', 'check'],
      ['policy', 'activate'],
      ['machines', 'check'],
      ...['new', 'check', 'test', 'list', 'rotate-key'].map((name) => ['source', name]),
      ...['list', 'status', 'show', 'replay'].map((name) => ['dead-letters', name]),
    ];
    for (const args of [...commands.map((name) => [name]), ...nested]) {
      expect(overview.stdout).toContain(args[0]);
      const help = await run([...args, '--help']);
      expect(help).toMatchObject({ exitCode: 0, stderr: '' });
      expect(help.stdout).toContain('--json');
      expect(help.stdout).toMatch(/Examples:\n {2}\$ groundswell /);
    }
  });

  it('takes the -- that pnpm passes on', async () => {
    expect(await run(['--', 'books', '--help'])).toMatchObject({ exitCode: 0 });
  });

  it.each([
    [['nonsense'], 'unknown command'],
    [['account'], 'missing required argument'],
    [['accounts', '--limit', '0'], 'whole number from 1'],
    [['accounts', '--min-score', '101'], 'number from 0 to 100'],
    [['accounts', '--level', 'warm'], 'Allowed choices are high-intensity, engaged, none'],
    [['import', 'a.csv', '--kind', 'invoices'], 'Allowed choices are touches'],
    [['import', 'a.csv', '--until', 'tomorrow'], 'expected RFC 3339'],
    [['import', 'a.csv', '--until', '2025-01-01'], '--until needs --as-if-live'],
    [['import', 'a.csv', '--then-live'], '--then-live needs --as-if-live'],
    [['verify', '--timeout', 'long'], 'whole number'],
  ])('refuses %j with exit code 2, saying why on stderr', async (args, why) => {
    const refused = await run(args);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain(why);
  });

  it('says where it looked when it does not know where the stack is', async () => {
    const lost = await run(['accounts', '--json']);
    expect(lost).toMatchObject({ exitCode: 2, stdout: '' });
    expect(lost.stderr).toContain('it is not known where ClickHouse is');
    expect(lost.stderr).toContain(join(dir, '.groundswell', 'data', 'stack.json'));
    expect(lost.stderr).toContain('GROUNDSWELL_CLICKHOUSE_URL');
  });

  it('names every variable that cannot be used', async () => {
    const bad = await run(['accounts'], { GROUNDSWELL_INTAKE_URL: 'nowhere', GROUNDSWELL_NAMESPACE: 'A B' });
    expect(bad.exitCode).toBe(2);
    expect(bad.stderr).toContain('GROUNDSWELL_INTAKE_URL is "nowhere"');
    expect(bad.stderr).toContain('GROUNDSWELL_NAMESPACE is "A B"');
  });

  it('says what cannot be reached, where, and what to do', async () => {
    const down = await run(['accounts'], {
      GROUNDSWELL_CLICKHOUSE_URL: 'http://127.0.0.1:9',
      GROUNDSWELL_CLICKHOUSE_READER_USER: 'reader',
    });
    expect(down.exitCode).toBe(2);
    expect(down.stderr).toMatch(
      /^error: cannot reach ClickHouse\n {2}where: http:\/\/127\.0\.0\.1:9.*\n {2}to do: is the stack/,
    );
    const noKafka = await run(['topics'], {
      GROUNDSWELL_KAFKA_BROKERS: '127.0.0.1:9',
      GROUNDSWELL_REGISTRY_URL: 'http://127.0.0.1:9',
    });
    expect(noKafka.exitCode).toBe(2);
    expect(noKafka.stderr).toContain('cannot reach Kafka');
  });
});

describe('groundswell import', () => {
  let intake: FakeIntake;
  beforeEach(async () => {
    intake = await startFakeIntake();
  });
  afterEach(() => intake.stop());

  const touches = '{"id":"1","type":"chat","time":"2025-01-01"}\n{"id":"2"}\n';

  it('prints one JSON document, and says the rest on stderr', async () => {
    await writeFile(join(dir, 'web.ndjson'), touches);
    const done = await run(['import', 'web.ndjson', '--source', 'web', '--json'], {
      GROUNDSWELL_INTAKE_URL: intake.url,
    });
    expect(done.exitCode).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({
      status: 'finished',
      kind: 'touches',
      accepted: 1,
      rejected: 1,
      rejections: [{ reason: 'missing_field', lines: [2] }],
    });
    expect(done.stderr).toContain('the first record has time');
  });

  describe('of rows that a source maps', () => {
    const source = 'id: fair\nformat: csv\nrules: [{ touch: { type: chat, time: $.Day, person.id: $.Who } }]\n';
    beforeEach(async () => {
      await writeFile(join(dir, 'fair.csv'), 'Day;Who\n2025-01-01;7\nsoon;8\n');
      await mkdir(join(dir, 'sources'), { recursive: true });
      await writeFile(join(dir, 'sources', 'fair.yaml'), source);
    });

    it('shows in a dry run what would become of them, without a stack; exit code 1 when something is wrong', async () => {
      const rehearsed = await run(['import', 'fair.csv', '--source', 'sources/fair.yaml', '--dry-run']);
      expect(rehearsed).toMatchObject({ exitCode: 1, stderr: '' });
      expect(rehearsed.stdout).toContain('2 rows: 1 touch would be taken, 1 rejected, 0 rows left out');
      expect(rehearsed.stdout).toMatch(/time_unparseable \(1 time, line 3\): time: .*\n {4}to do: say its format/);
      const json = await run(['import', 'fair.csv', '--source', 'sources/fair.yaml', '--dry-run', '--json']);
      expect(JSON.parse(json.stdout)).toMatchObject({ rows: 2, taken: { touches: 1 }, delimiter: ';' });
    });

    it('takes the id of a declared source, too', async () => {
      const env = { GROUNDSWELL_INTAKE_URL: intake.url, GROUNDSWELL_SOURCES_DIR: 'sources' };
      const done = await run(['import', 'fair.csv', '--source', 'fair'], env);
      expect(done.stdout).toMatch(/^2 accepted, 0 rejected of 2 records \(mapped\)/);
      expect(intake.taken[0]?.value).toMatchObject({ source: 'fair', time: '2025-01-01Z', 'person.id': '7' });
    });

    it('refuses a source file that is not valid yet, and a kind beside the one that the rules say', async () => {
      await writeFile(join(dir, 'open.yaml'), 'id: fair\ntime_zone: DECIDE # yours\n');
      const open = await run(['import', 'fair.csv', '--source', 'open.yaml']);
      expect(open.exitCode).toBe(2);
      expect(open.stderr).toContain('open.yaml:2: time_zone: found DECIDE; allowed: yours');
      const twice = await run(['import', 'fair.csv', '--source', 'sources/fair.yaml', '--kind', 'people']);
      expect(twice).toMatchObject({ exitCode: 2, stdout: '' });
      expect((await run(['import', 'fair.csv', '--source', 'gone.yaml'])).stderr).toContain(
        'cannot read the source file',
      );
    });
  });

  it('finds a file where the command was typed, not where pnpm runs it', async () => {
    await writeFile(join(dir, 'typed.ndjson'), touches);
    const done = await run(['import', 'typed.ndjson'], { GROUNDSWELL_INTAKE_URL: intake.url, INIT_CWD: dir });
    expect(done.stdout).toMatch(/^1 accepted, 1 rejected of 2 records \(touches\)/);
    expect(done.stdout).toMatch(/1 +missing_field +2 +type: is required/);
  });

  it('ends with 1 when nothing was accepted', async () => {
    await writeFile(join(dir, 'bad.ndjson'), '{"id":"2"}\n');
    const bad = await run(['import', 'bad.ndjson'], { GROUNDSWELL_INTAKE_URL: intake.url });
    expect(bad.exitCode).toBe(1);
    await writeFile(join(dir, 'none.ndjson'), '');
    const none = await run(['import', 'none.ndjson'], { GROUNDSWELL_INTAKE_URL: intake.url });
    expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('holds no record') });
  });

  it('ends with 2 when there is no such file', async () => {
    const missing = await run(['import', 'missing.csv'], { GROUNDSWELL_INTAKE_URL: intake.url });
    expect(missing).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(join(dir, 'missing.csv')) });
  });
});

describe('groundswell machines check', () => {
  const people = ['Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0', 'curl/8.1'];

  it('prints how many of each list are taken for the other, and which', async () => {
    await writeFile(join(dir, 'people.txt'), people.join('\n'));
    await writeFile(join(dir, 'machines.yml'), 'bots:\n  - Googlebot/2.1\n');
    const args = ['machines', 'check', '--machines', 'machines.yml', '--people', 'people.txt'];
    const text = await run([...args, '--show-wrong']);
    expect(text).toMatchObject({ exitCode: 0, stderr: '' });
    expect(text.stdout).toMatch(/machines taken for people +machines.yml +1 +0 +0.00 %/);
    expect(text.stdout).toMatch(/people taken for machines +people.txt +2 +1 +50.00 %/);
    expect(text.stdout).toContain('curl/8.1\n');
    const json: unknown = JSON.parse((await run([...args, '--json'])).stdout);
    expect(json).toMatchObject({
      lists: [
        { agents: 1, wrong: 0, rate: 0 },
        { agents: 2, wrong: 1, rate: 0.5 },
      ],
    });
  });

  it('asks for a list that can be read', async () => {
    expect(await run(['machines', 'check'])).toMatchObject({ exitCode: 2 });
    expect(await run(['machines', 'check', '--people', 'nowhere.yml'])).toMatchObject({ exitCode: 2 });
  });
});

describe('groundswell policy check', () => {
  it('says what a policy asks for, without a stack', async () => {
    const plain = await run(['policy', 'check', fileURLToPath(new URL('plain.yaml', policiesDir))]);
    expect(plain.exitCode).toBe(0);
    expect(plain.stdout).toMatch(/engaged +5 touches in 30 days\nhigh-intensity +engaged and 2 people\n/);
  });

  it('names path, value and what is allowed of everything that is wrong', async () => {
    await writeFile(join(dir, 'bad.yaml'), 'name: Bad Name\nwindows: [30]\n');
    const text = await run(['policy', 'check', 'bad.yaml']);
    expect(text).toMatchObject({ exitCode: 1, stderr: '' });
    expect(text.stdout).toContain('windows');
    const json = await run(['policy', 'check', 'bad.yaml', '--json']);
    expect(json.exitCode).toBe(1);
    const document: unknown = JSON.parse(json.stdout);
    expect(document).toMatchObject({
      valid: false,
      problems: expect.arrayContaining([expect.objectContaining({ path: 'name' })]),
    });
  });

  it('sends no policy that is wrong to intake', async () => {
    await writeFile(join(dir, 'bad.yaml'), 'name: 7\n');
    const refused = await run(['policy', 'activate', 'bad.yaml'], { GROUNDSWELL_INTAKE_URL: 'http://127.0.0.1:9' });
    expect(refused.exitCode).toBe(1);
  });
});
