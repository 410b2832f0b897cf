import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSnapshot, encodeSnapshot, folderSnapshots } from './snapshots.ts';

const identity = { topic: 'touches', groupId: 'account-intensity', partition: 3, version: '1' };
const mark = { offset: 41, timestamp: 1_700_000_000_000, crc: 7 };

describe('a snapshot', () => {
  it('comes back as it was', () => {
    const state = Buffer.from('what is known');
    const found = decodeSnapshot(identity, encodeSnapshot(identity, { mark, state }));
    expect(found).toEqual({ mark, state });
  });

  it('is refused when a byte is wrong or missing anywhere', () => {
    const bytes = encodeSnapshot(identity, { mark, state: Buffer.from('what is known') });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, cut) => {
        const damaged = Buffer.from(cut ? bytes.subarray(0, at) : bytes);
        if (!cut) damaged[at] = (damaged[at] ?? 0) ^ change;
        const found = decodeSnapshot(identity, damaged);
        // A changed number in the header is found by comparing the record it names with the log.
        if (typeof found !== 'string') expect(found.mark).not.toEqual(mark);
      }),
    );
  });

  it('is refused for another partition, group, topic or format', () => {
    const bytes = encodeSnapshot(identity, { mark, state: Buffer.alloc(0) });
    expect(decodeSnapshot({ ...identity, partition: 4 }, bytes)).toBe('of another log');
    expect(decodeSnapshot({ ...identity, groupId: 'other' }, bytes)).toBe('of another log');
    expect(decodeSnapshot({ ...identity, topic: 'other' }, bytes)).toBe('of another log');
    expect(decodeSnapshot({ ...identity, version: '2' }, bytes)).toBe('of another version');
  });
});

describe('snapshots in a folder', () => {
  it('are replaced whole and forgotten when deleted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'groundswell-snapshots-'));
    try {
      const store = folderSnapshots(join(folder, 'state'));
      expect(await store.read('a.snapshot')).toBeNull();
      await store.write('a.snapshot', Buffer.from('one'));
      await store.write('a.snapshot', Buffer.from('two'));
      expect(Buffer.from((await store.read('a.snapshot')) ?? []).toString()).toBe('two');
      expect(await readdir(join(folder, 'state'))).toEqual(['a.snapshot']);
      await store.delete('a.snapshot');
      await store.delete('a.snapshot');
      expect(await store.read('a.snapshot')).toBeNull();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
