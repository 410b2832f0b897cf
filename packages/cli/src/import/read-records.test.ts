import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError } from '../command-error.ts';
import { describeInput } from './input.ts';
import { openRecords, sniffDelimiter, sniffFormat } from './read-records.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'groundswell-cli-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const empty = Readable.from([]);

const readAll = async (name: string, content: Buffer | string) => {
  const path = join(dir, name);
  await writeFile(path, content);
  const opened = await openRecords(await describeInput(path, name), empty);
  const lines: number[] = [];
  const values: unknown[] = [];
  for await (const item of opened.items) {
    lines.push(item.line);
    values.push('value' in item ? item.value : item.rejection.reason);
  }
  return { format: opened.format, first: opened.first, lines, values, bytesRead: opened.bytesRead() };
};

describe('openRecords', () => {
  it('reads NDJSON with the lines of the file', async () => {
    const read = await readAll('a.ndjson', '{"a":1}\n\n{"a":2}\n{broken\n');
    expect(read).toMatchObject({ format: 'ndjson', first: { a: 1 }, lines: [1, 3, 4] });
    expect(read.values).toEqual([{ a: 1 }, { a: 2 }, 'unreadable_json']);
  });

  it('reads compressed CSV and counts the compressed bytes', async () => {
    const packed = gzipSync('id;type\n1;chat\n2;call\n');
    const read = await readAll('touches.csv.gz', packed);
    expect(read).toMatchObject({ format: 'csv', first: { id: '1', type: 'chat' }, bytesRead: packed.length });
    expect(read.values).toHaveLength(2);
  });

  it('sees compression in the content, whatever the name says', async () => {
    const read = await readAll('plain.ndjson', gzipSync('{"a":1}\n'));
    expect(read.values).toEqual([{ a: 1 }]);
  });

  it('says that a compressed file was cut off', async () => {
    const packed = gzipSync(Buffer.alloc(100_000, '{"a":1}\n'));
    await expect(readAll('cut.ndjson.gz', packed.subarray(0, packed.length - 20))).rejects.toThrow(
      /cannot be read to its end/,
    );
  });

  it('reads an empty file as no records', async () => {
    expect(await readAll('empty', '')).toMatchObject({ values: [], first: undefined });
  });

  it('reads stdin, even a byte at a time', async () => {
    const bytes = [...gzipSync('{"a":1}\n')].map((byte) => Buffer.from([byte]));
    const opened = await openRecords(await describeInput('-', '-'), Readable.from(bytes));
    expect(opened.first).toEqual({ a: 1 });
    expect((await opened.items.next()).value).toMatchObject({ value: { a: 1 } });
  });

  it('refuses a JSON array, and says how to make lines of it', async () => {
    await expect(readAll('array.json', '[{"a":1}]')).rejects.toMatchObject({ remedy: expect.stringContaining('jq') });
  });
});

describe('describeInput', () => {
  it('names a file that is not there', async () => {
    const error: unknown = await describeInput(join(dir, 'missing'), 'missing').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CommandError);
    expect(String(error)).toContain('missing');
  });

  it('refuses a folder', async () => {
    await expect(describeInput(dir, dir)).rejects.toThrow('this is a folder');
  });
});

describe('sniffing', () => {
  it('goes by the extension, else by the first character', () => {
    expect(sniffFormat('a.jsonl.gz', 'x,y')).toBe('ndjson');
    expect(sniffFormat('a.CSV', '{')).toBe('csv');
    expect(sniffFormat('stdin', '\ufeff {"a":1}')).toBe('ndjson');
    expect(sniffFormat('stdin', 'id,type')).toBe('csv');
    expect(sniffFormat('stdin', '')).toBe('ndjson');
  });

  it('finds the delimiter in the header', () => {
    expect(sniffDelimiter('a;b\n1,2;3')).toBe(';');
    expect(sniffDelimiter('a\tb\n')).toBe('\t');
    expect(sniffDelimiter('a')).toBe(',');
  });
});
