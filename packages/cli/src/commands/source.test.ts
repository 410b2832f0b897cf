import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { keyHash, parseSource, type SourceKey } from '@groundswell/sources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../cli.ts';
import { readCliSettings } from '../config.ts';
import { manualClock } from '../testing/manual-clock.ts';

const NOW = Date.UTC(2026, 0, 1);

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'groundswell-cli-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const run = async (args: readonly string[], more: { env?: Record<string, string>; stdin?: string } = {}) => {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: false,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const exitCode = await runCli(['source', ...args], {
    readSettings: () => readCliSettings(more.env ?? {}),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: Readable.from(more.stdin === undefined ? [] : [more.stdin]),
    cwd: dir,
    projectDir: dir,
    signal: new AbortController().signal,
    ...manualClock(NOW),
  });
  return { exitCode, ...written };
};

const write = (name: string, text: string): Promise<void> => writeFile(join(dir, name), text);
const read = (name: string): Promise<string> => readFile(join(dir, name), 'utf8');

const keysOf = (text: string): readonly SourceKey[] => {
  const parsed = parseSource(text, 'shop.yaml');
  if (!parsed.ok || !parsed.source.auth || !('keys' in parsed.source.auth)) throw new Error(JSON.stringify(parsed));
  return parsed.source.auth.keys;
};

const keyIn = (stdout: string): string => /gsk_[A-Za-z0-9_-]{43}/.exec(stdout)?.[0] ?? 'none';

const SHOP = `id: shop
auth:
  scheme: api-key
  keys: # who may send
    - id: key-1
      sha256: ${keyHash('first')}
`;

describe('groundswell source new', () => {
  it('writes a ready source under an id of its own, whose test cases pass', async () => {
    const made = await run(['new', 'json', '--id', 'shop', '--out', 'sources']);
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect(made.stdout).toContain(`written: ${join('sources', 'shop.yaml')}`);
    expect(await read('sources/shop.yaml')).toMatch(/^# Any tool[^\n]*\nid: shop\n/);
    const tested = await run(['test', 'sources']);
    expect(tested).toMatchObject({ exitCode: 0 });
    expect(tested.stdout).toMatch(/ok {2}a form\n[\s\S]*3 cases passed, 0 failed/);
  });

  it('never writes over a file unless it is told to', async () => {
    await write('json.yaml', 'mine');
    const refused = await run(['new', 'json']);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('--force');
    expect(await read('json.yaml')).toBe('mine');
    expect(await run(['new', 'json', '--force'])).toMatchObject({ exitCode: 0 });
  });

  it('says which templates there are', async () => {
    const refused = await run(['new', 'salesfroce']);
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toMatch(/take one of .*salesforce.*, csv/);
    expect((await run(['list'])).stdout).toContain('salesforce');
  });

  it('looks at a CSV file, says what it sees, and asks for what it cannot see, with the lines', async () => {
    await write('scans.csv', '\ufeffDate;E-mail\r\n03/02/2026;kim@acme.example\r\n');
    const made = await run(['new', 'csv', '--from', 'scans.csv']);
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect(made.stdout).toContain('CSV with semicolons, utf-8 with a byte-order mark, Windows line ends, 1 row');
    expect(made.stdout).toMatch(/line \d+, rules\.0\.touch\.time\.date: D\/M\/YYYY or M\/D\/YYYY/);
    const checked = await run(['check', 'scans.yaml']);
    expect(checked).toMatchObject({ exitCode: 1 });
    expect(checked.stdout).toMatch(/scans\.yaml:\d+: time_zone: found DECIDE/);
  });

  it.each([
    [['new', 'csv'], 'csv needs --from'],
    [['new', 'json', '--from', 'x.csv'], '--from belongs to csv'],
    [['new', 'json', '--id', '../up'], 'cannot name a file'],
    [['new', 'csv', '--from', 'nothing.csv'], 'cannot open the file'],
  ])('refuses %j', async (args, why) => {
    const refused = await run(args);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(why);
  });
});

describe('groundswell source check, test and list', () => {
  it('check a whole folder, two declarations of one id included', async () => {
    await write('a.yaml', 'id: shop\n');
    await write('b.yaml', 'id: shop\n');
    await write('c.yaml', 'id: c\ntime_zone: Nowhere\n');
    const checked = await run(['check', '.', '--json']);
    expect(checked.exitCode).toBe(1);
    expect(JSON.parse(checked.stdout)).toMatchObject({
      valid: false,
      files: 3,
      problems: [
        { file: 'c.yaml', line: 2, path: 'time_zone' },
        { file: 'b.yaml', path: 'id' },
      ],
    });
  });

  it('show a test case that fails, field by field', async () => {
    const rules = 'rules:\n  - touch: { type: chat, time: $.at, person.email: $.mail }\n';
    const test =
      'tests:\n  - name: a chat\n    payload: { at: 2026-01-01, mail: a@acme.example }\n    gives: [{ touch: { type: call } }]\n';
    await write('chat.yaml', `id: chat\nformat: json\n${rules}${test}`);
    const tested = await run(['test', 'chat.yaml']);
    expect(tested.exitCode).toBe(1);
    expect(tested.stdout).toContain('not ok  a chat\n      gives[0].touch.type is "chat", expected "call"');
  });

  it('list what a folder declares, with the keys that still hold', async () => {
    await write('shop.yaml', `${SHOP}      expires: 2026-01-08T00:00:00Z\n`);
    await write('broken.yaml', 'id: [');
    const { stdout } = await run(['list', '.']);
    expect(stdout).toContain('api-key, 1 of 1 keys valid; key-1 until 2026-01-08 00:00:00Z');
    expect(stdout).toMatch(/broken\.yaml +not valid/);
  });

  it('say that there is nothing', async () => {
    expect((await run(['check', '.'])).stderr).toContain('there is no source file in this folder');
    expect((await run(['test', 'nowhere'])).stderr).toContain('cannot read the source file or folder');
  });
});

describe('groundswell source rotate-key', () => {
  it('shows a new key once, keeps its hash, and lets the older ones end after the overlap', async () => {
    await write('shop.yaml', SHOP);
    const rotated = await run(['rotate-key', 'shop.yaml', '--overlap', '12h']);
    expect(rotated).toMatchObject({ exitCode: 0, stderr: '' });
    const text = await read('shop.yaml');
    expect(text).not.toContain('gsk_');
    expect(text).toContain('# who may send');
    expect(keysOf(text)).toEqual([
      { id: 'key-1', sha256: keyHash('first'), expires: NOW + 12 * 3_600_000 },
      { id: 'key-2', sha256: keyHash(keyIn(rotated.stdout)), expires: null },
    ]);
  });

  it('keeps the secret of a tool that signs, and the one before, newest first, for nobody else to read', async () => {
    await write('loft.yaml', 'id: loft\nauth: { scheme: salesloft }\n');
    const env = { GROUNDSWELL_SECRETS_DIR: 'secrets' };
    for (const stdin of ['one\n', 'two\n', 'three']) {
      const rotated = await run(['rotate-key', 'loft.yaml'], { env, stdin });
      expect(rotated).toMatchObject({ exitCode: 0 });
      expect(rotated.stdout).not.toContain(stdin.trim());
    }
    expect(await read('secrets/loft')).toBe('three\ntwo\n');
    expect((await stat(join(dir, 'secrets/loft'))).mode & 0o777).toBe(0o600);
  });

  it.each([
    [SHOP.replace('id: shop', 'id: [shop'), {}, 'the source file is not valid'],
    ['id: shop\n', {}, 'no list auth.keys'],
    ['id: a\nauth: { scheme: salesloft }\n', {}, 'GROUNDSWELL_SECRETS_DIR'],
    ['id: a\nauth: { scheme: salesloft }\n', { GROUNDSWELL_SECRETS_DIR: 'secrets' }, 'no secret came from stdin'],
  ])('refuses %j', async (text, env, why) => {
    await write('shop.yaml', text);
    const refused = await run(['rotate-key', 'shop.yaml'], { env });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(why);
    expect(await read('shop.yaml')).toBe(text);
  });
});
