import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processStartTime } from '../process/process-identity.ts';
import { freshDemoDir, keptDemoDir, startDir } from './data-dir.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'data-dir-'));
});
afterEach(() => rm(root, { recursive: true }));

async function leave(name: string, launcher?: { pid: number; startTime: string }): Promise<void> {
  const path = join(root, name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'leftover'), '');
  if (launcher === undefined) return;
  const login = { url: 'http://127.0.0.1:1', database: 'd', username: 'u', password: '' };
  const file = {
    version: 1,
    state: 'running',
    startedAt: new Date(0).toISOString(),
    addresses: {
      mode: 'local',
      reason: '',
      kafkaBrokers: [],
      registryUrl: '',
      clickhouse: { writer: login, reader: login },
    },
    logDir: path,
    launcher,
    processes: [],
    services: [],
  };
  await writeFile(join(path, 'stack.json'), JSON.stringify(file));
}
const living = async () => ({ pid: process.pid, startTime: (await processStartTime(process.pid)) ?? '' });
const dead = { pid: 2 ** 22 + 1, startTime: 'long ago' };

describe('the directory of a demo', () => {
  it('is emptied of what a crashed demo left, and goes at the end', async () => {
    await leave('data-demo', dead);
    const dir = await freshDemoDir(root);
    expect(dir).toEqual({ path: join(root, 'data-demo'), removeAtEnd: true });
    expect(await readdir(root)).toEqual([]);
  });

  it('is another one while a demo runs in the first', async () => {
    await leave('data-demo', await living());
    expect((await freshDemoDir(root)).path).toBe(join(root, 'data-demo-2'));
    expect(await readdir(join(root, 'data-demo'))).toContain('leftover');
  });

  it('is the one that start finds when it is to be kept, and stays', async () => {
    expect(await keptDemoDir(root)).toEqual({ path: join(root, 'data'), removeAtEnd: false });
  });

  it('never overwrites what was kept', async () => {
    await leave('data');
    await expect(keptDemoDir(root)).rejects.toThrow('holds the data of an earlier run');
    expect(await readdir(join(root, 'data'))).toEqual(['leftover']);
  });
});

describe('the directory of start', () => {
  it('keeps what it held, unless a fresh one is asked for', async () => {
    await leave('data', dead);
    await startDir(root, { fresh: false });
    expect(await readdir(join(root, 'data'))).toContain('leftover');
    await startDir(root, { fresh: true });
    expect(await readdir(root)).toEqual([]);
  });

  it('is refused while a stack runs on it, and left alone', async () => {
    await leave('data', await living());
    await expect(startDir(root, { fresh: true })).rejects.toThrow('A stack is running on');
    await expect(keptDemoDir(root)).rejects.toThrow('A stack is running on');
    expect(await readdir(join(root, 'data'))).toContain('leftover');
  });
});
