import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpointName, fileCheckpoint } from './checkpoint.ts';

const file = { name: 'a.ndjson', path: '/data/a.ndjson', size: 10, modifiedMs: 1 };
const reached = { records: 3, line: 4, accepted: 2, rejected: 1, rejections: [] };

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'groundswell-cli-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('fileCheckpoint', () => {
  it('gives back what was saved last, until it is removed', async () => {
    const store = fileCheckpoint(join(dir, 'imports'), 'name', file);
    expect(await store.load()).toBeNull();
    await store.save({ ...reached, records: 1 });
    await store.save(reached);
    expect(await store.load()).toMatchObject(reached);
    expect(await readdir(join(dir, 'imports'))).toEqual(['name.json']);
    await store.remove();
    expect(await store.load()).toBeNull();
  });

  it('says what to do about a checkpoint that cannot be read', async () => {
    await writeFile(join(dir, 'name.json'), '{"records":-1');
    await expect(fileCheckpoint(dir, 'name', file).load()).rejects.toMatchObject({
      remedy: expect.stringContaining('--restart'),
    });
  });
});

describe('checkpointName', () => {
  it('differs with the file, its size, its time of change and the options', () => {
    const names = [
      checkpointName(file, { kind: 'touches' }),
      checkpointName({ ...file, path: '/data/b.ndjson' }, { kind: 'touches' }),
      checkpointName({ ...file, size: 11 }, { kind: 'touches' }),
      checkpointName({ ...file, modifiedMs: 2 }, { kind: 'touches' }),
      checkpointName(file, { kind: 'people' }),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('does not depend on the order of options, nor on how the path was typed', () => {
    expect(checkpointName({ ...file, name: '../a.ndjson' }, { a: 1, b: 2 })).toBe(checkpointName(file, { b: 2, a: 1 }));
  });
});
