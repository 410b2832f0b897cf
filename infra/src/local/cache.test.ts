import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../test-folder.ts';
import { cacheDirectory, cached } from './cache.ts';

const cacheDir = (): Promise<string> => testFolder();
const quiet = { key: 'jars-1', onProgress: () => undefined };

describe('cacheDirectory', () => {
  it('is GROUNDSWELL_CACHE_DIR, else in the cache directory of the user', () => {
    expect(cacheDirectory({ GROUNDSWELL_CACHE_DIR: '/c', XDG_CACHE_HOME: '/x' })).toBe('/c');
    expect(cacheDirectory({ GROUNDSWELL_CACHE_DIR: '', XDG_CACHE_HOME: '/x' })).toBe('/x/groundswell');
    expect(cacheDirectory({})).toMatch(/\.cache\/groundswell$/);
  });
});

describe('cached', () => {
  it('builds an entry once for everybody who asks at the same time', async () => {
    const dir = await cacheDir();
    let builds = 0;
    const build = async (path: string): Promise<void> => {
      builds += 1;
      await mkdir(path);
      await sleep(50);
      await writeFile(join(path, 'a.jar'), 'jar');
    };
    const paths = await Promise.all([1, 2, 3].map(() => cached({ ...quiet, cacheDir: dir, build })));
    expect(new Set(paths)).toEqual(new Set([join(dir, 'jars-1')]));
    expect(builds).toBe(1);
    expect(await readFile(join(dir, 'jars-1', 'a.jar'), 'utf8')).toBe('jar');
    expect(await readdir(dir)).toEqual(['jars-1']);
  });

  it('leaves nothing behind when the build fails, and builds again next time', async () => {
    const dir = await cacheDir();
    const failing = async (path: string): Promise<void> => {
      await mkdir(path);
      throw new Error('no network');
    };
    await expect(cached({ ...quiet, cacheDir: dir, build: failing })).rejects.toThrow('no network');
    expect(await readdir(dir)).toEqual([]);
    await cached({ ...quiet, cacheDir: dir, build: (path) => writeFile(path, 'x') });
    expect(await readdir(dir)).toEqual(['jars-1']);
  });

  it('clears what a killed build left and ignores its lock', async () => {
    const dir = await cacheDir();
    await mkdir(join(dir, 'jars-1.building-99'));
    await writeFile(join(dir, 'jars-1.lock'), JSON.stringify({ pid: 4_000_000, startTime: 'long ago' }));
    await cached({ ...quiet, cacheDir: dir, build: (path) => writeFile(path, 'x') });
    expect(await readdir(dir)).toEqual(['jars-1']);
  });

  it('takes what someone else finished first', async () => {
    const dir = await cacheDir();
    const path = await cached({
      ...quiet,
      cacheDir: dir,
      build: async (draft) => {
        await mkdir(draft);
        await writeFile(join(draft, 'mine'), '');
        await mkdir(join(dir, 'jars-1'));
        await writeFile(join(dir, 'jars-1', 'theirs'), '');
      },
    });
    expect(await readdir(path)).toEqual(['theirs']);
    expect(await readdir(dir)).toEqual(['jars-1']);
  });

  it('says for whom it waits and gives up when aborted', async () => {
    const dir = await cacheDir();
    const abort = new AbortController();
    let release = (): void => undefined;
    const slow = cached({
      ...quiet,
      cacheDir: dir,
      build: async (path) => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        await writeFile(path, 'x');
      },
    });
    await sleep(50);
    const told: string[] = [];
    const waiting = cached({
      key: 'jars-1',
      cacheDir: dir,
      build: async () => undefined,
      onProgress: (line) => told.push(line),
      signal: abort.signal,
    });
    await sleep(50);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(told).toEqual([`waiting for process ${process.pid}, which is preparing jars-1`]);
    release();
    await slow;
  });
});
