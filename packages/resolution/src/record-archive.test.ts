import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RecordArchive } from './record-archive.ts';

const beside = vi.hoisted(() => ({ fails: false }));
vi.mock('node:zlib', async (importActual) => {
  const zlib = await importActual<typeof import('node:zlib')>();
  const zstdCompress = (...args: unknown[]): void => {
    const answer = args.at(-1) as (error: Error) => void;
    if (beside.fails) setImmediate(() => answer(new Error('no thread')));
    else Reflect.apply(zlib.zstdCompress, undefined, args);
  };
  return { ...zlib, zstdCompress };
});

describe('an archive of records', () => {
  afterEach(() => {
    beside.fails = false;
  });

  it('gives every record back as it was added, before its block is compressed and after, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 900, size: 'max' }),
        fc.array(fc.nat(), { maxLength: 60 }),
        async (records, asked) => {
          const archive = new RecordArchive();
          for (const [number, record] of records.entries()) expect(archive.add(record)).toBe(number);
          expect(archive.size).toBe(records.length);
          const look = (): void => {
            for (const one of asked) {
              const number = records.length === 0 ? 0 : one % records.length;
              const record = records[number];
              if (record) expect(archive.get(number).equals(record)).toBe(true);
            }
          };
          look();
          await vi.waitFor(() => expect(archive.isCompressed).toBe(true), { interval: 1 });
          look();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps a copy, of a record larger than a block as well', () => {
    const archive = new RecordArchive();
    const large = Buffer.alloc(300_000, 7);
    archive.add(large);
    large.fill(0);
    for (let number = 1; number < 600; number += 1) archive.add(Buffer.from(`record ${number}`));
    expect(archive.get(0).equals(Buffer.alloc(300_000, 7))).toBe(true);
    expect(archive.get(599).toString()).toBe('record 599');
    expect(() => archive.get(600)).toThrow(/no record 600 among 600/);
  });

  it('gives a record back that was read before its block is compressed', async () => {
    const archive = new RecordArchive();
    for (let number = 0; number < 256; number += 1) archive.add(Buffer.from(`record ${number}`));
    expect([archive.isCompressed, archive.get(7).toString()]).toEqual([false, 'record 7']);
    await vi.waitFor(() => expect(archive.isCompressed).toBe(true), { interval: 1 });
    expect(archive.get(7).toString()).toBe('record 7');
    // Enough other blocks for this one to be opened anew.
    for (let number = 256; number < 256 * 20; number += 1) archive.add(Buffer.from(`record ${number}`));
    for (let number = 256; number < 256 * 20; number += 256) archive.get(number);
    expect(archive.get(7).toString()).toBe('record 7');
  });

  it('compresses a block itself where nothing is compressed beside it', async () => {
    beside.fails = true;
    const archive = new RecordArchive();
    for (let number = 0; number < 256; number += 1) archive.add(Buffer.alloc(1_000, number));
    const plain = archive.bytes;
    await vi.waitFor(() => expect(archive.isCompressed).toBe(true), { interval: 1 });
    expect(archive.bytes).toBeLessThan(plain - 200 * 1_000);
    expect(archive.get(3).equals(Buffer.alloc(1_000, 3))).toBe(true);
  });

  it('holds few blocks as they are while a restore lets nothing else through', () => {
    const archive = new RecordArchive();
    const record = Buffer.alloc(1_000);
    for (let number = 0; number < 256 * 200; number += 1) archive.add(record);
    expect(archive.bytes).toBeLessThan(256 * 70 * record.length);
    expect(archive.get(256 * 150).equals(record)).toBe(true);
  });

  it('takes a fraction of what its records would', async () => {
    const archive = new RecordArchive();
    const record = Buffer.from('a decision that looks much like the one before it, but for a number '.repeat(4));
    for (let number = 0; number < 256 * 40; number += 1) archive.add(Buffer.from(`${record}${number}`));
    await vi.waitFor(() => expect(archive.isCompressed).toBe(true));
    expect(archive.bytes).toBeLessThan(0.2 * 256 * 40 * record.length);
  });
});
