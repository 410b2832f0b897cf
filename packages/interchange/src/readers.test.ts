import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RECORD_BYTES } from './line-splitter.ts';
import { type CsvOptions, readCsv } from './read-csv.ts';
import type { ReadItem } from './read-item.ts';
import { readNdjson } from './read-ndjson.ts';

async function* chunksOf(content: string | Buffer, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

const collect = async (items: AsyncIterable<ReadItem>): Promise<ReadItem[]> => {
  const collected: ReadItem[] = [];
  for await (const item of items) collected.push(item);
  return collected;
};

const ndjson = (content: string | Buffer, size = 7): Promise<ReadItem[]> =>
  collect(readNdjson(chunksOf(content, size)));
const csv = (content: string | Buffer, size = 7, options?: CsvOptions): Promise<ReadItem[]> =>
  collect(readCsv(chunksOf(content, size), options));

const brief = (items: readonly ReadItem[]): unknown[] =>
  items.map((item) => ('rejection' in item ? [item.line, item.rejection.reason] : [item.line, item.value]));

const long = (bytes: number): string => 'x'.repeat(bytes);

describe('an NDJSON stream', () => {
  it('gives each line with its number, past blank lines, \\r\\n, a byte-order mark and a missing end', async () => {
    const content = '\ufeff{"a":1}\r\n\r\n  \n{"b":"é"}\n7';
    for (const size of [1, 3, 1000]) {
      expect(brief(await ndjson(content, size))).toEqual([
        [1, { a: 1 }],
        [4, { b: 'é' }],
        [5, 7],
      ]);
    }
  });

  it('goes on after a line that cannot be read, keeping its bytes', async () => {
    const content = Buffer.concat([Buffer.from('{"a":1\n'), Buffer.from([0x22, 0xff, 0x22]), Buffer.from('\n{"c":3}')]);
    const items = await ndjson(content);
    expect(brief(items)).toEqual([
      [1, 'unreadable_json'],
      [2, 'not_utf8'],
      [3, { c: 3 }],
    ]);
    expect(items.map(({ bytes }) => bytes.toString('latin1'))).toEqual(['{"a":1', '"\u00ff"', '{"c":3}']);
  });

  it('takes lines up to 256 KiB, and of a longer one keeps only its beginning', async () => {
    const fits = `"${long(MAX_RECORD_BYTES - 2)}"`;
    const items = await ndjson(`\ufeff${fits}\r\n${fits}x\n${long(5 * MAX_RECORD_BYTES)}\r\n1\n`, 65_536);
    expect(items.map((item) => ('rejection' in item ? item.rejection.reason : typeof item.value))).toEqual([
      'string',
      'line_too_long',
      'line_too_long',
      'number',
    ]);
    expect(items.map(({ bytes }) => bytes.length)).toEqual([MAX_RECORD_BYTES, MAX_RECORD_BYTES, MAX_RECORD_BYTES, 1]);
    expect(items.at(-1)?.line).toBe(4);
  });

  it('is nothing when empty', async () => {
    expect(await ndjson('')).toEqual([]);
    expect(await ndjson('\n\n\r\n')).toEqual([]);
  });

  it('gives back what was written, however it is cut', async () => {
    const size = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), size, fc.constantFrom('\n', '\r\n'), async (values, cut, end) => {
        const content = values.map((value) => JSON.stringify(value) + end).join('');
        const expected = values.map((value, index) => [index + 1, JSON.parse(JSON.stringify(value))]);
        expect(brief(await ndjson(content, cut))).toEqual(expected);
      }),
    );
  });

  it('never makes the reader throw, and numbers what it gives in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 20 }), async (bytes, cut) => {
        const lines = (await ndjson(Buffer.from(bytes), cut)).map(({ line }) => line);
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
      }),
    );
  });
});

describe('a CSV stream', () => {
  it('gives each row as an object of its cells, the empty ones left out', async () => {
    const content = '\ufefftime,person.email, product \r\n2026-01-01,ada@acme.com,\r\n\r\n2026-01-02,,"a ""b"", c"';
    for (const size of [1, 5, 1000]) {
      expect(brief(await csv(content, size))).toEqual([
        [2, { time: '2026-01-01', 'person.email': 'ada@acme.com' }],
        [4, { time: '2026-01-02', product: 'a "b", c' }],
      ]);
    }
  });

  it('counts the physical lines of rows whose cells hold line breaks', async () => {
    expect(brief(await csv('a,b\r\n1,"x\r\ny\n"\r\n2,z'))).toEqual([
      [2, { a: '1', b: 'x\ny\n' }],
      [5, { a: '2', b: 'z' }],
    ]);
  });

  it('takes other delimiters', async () => {
    expect(brief(await csv('a;b\n1,5;"x;y"', 9, { delimiter: ';' }))).toEqual([[2, { a: '1,5', b: 'x;y' }]]);
    expect(brief(await csv('a\tb\n1\t2', 9, { delimiter: '\t' }))).toEqual([[2, { a: '1', b: '2' }]]);
  });

  it('leaves out the line that tells spreadsheets the delimiter, and tells the columns', async () => {
    const told: string[][] = [];
    const options = { delimiter: ';', onHeader: (columns: readonly string[]) => told.push([...columns]) } as const;
    expect(brief(await csv('\ufeffsep=;\r\nid;name\r\n1;\r\nsep=;\r\n', 7, options))).toEqual([
      [3, { id: '1' }],
      [4, { id: 'sep=' }],
    ]);
    expect(told).toEqual([['id', 'name']]);
  });

  it('goes on after a row with too many or too few cells, or a misplaced quote', async () => {
    const items = await csv('a,b\n1\n1,2,3\n"1"x,2\n1,5" pipe\n1,2');
    expect(brief(items)).toEqual([
      [2, 'unreadable_csv'],
      [3, 'unreadable_csv'],
      [4, 'unreadable_csv'],
      [5, 'unreadable_csv'],
      [6, { a: '1', b: '2' }],
    ]);
    expect(items.map(({ bytes }) => bytes.toString())).toEqual(['1', '1,2,3', '"1"x,2', '1,5" pipe', '1,2']);
  });

  it('loses one line to a quote that is never closed, not the rest of the file', async () => {
    const rows = Array.from({ length: 50 }, (_, index) => `${index},ok`).join('\n');
    const expected = Array.from({ length: 50 }, (_, index) => [index + 3, { a: String(index), b: 'ok' }]);
    expect(brief(await csv(`a,b\n1,"open\n${rows}`))).toEqual([[2, 'unreadable_csv'], ...expected]);
    const closedLater = `a,b\n1,"open\n2,ok\n3,"fine, too"\n4,ok`;
    expect(brief(await csv(closedLater))).toEqual([
      [2, 'unreadable_csv'],
      [3, { a: '2', b: 'ok' }],
      [4, { a: '3', b: 'fine, too' }],
      [5, { a: '4', b: 'ok' }],
    ]);
  });

  it('gives up an open quote after 256 KiB, and rejects longer lines', async () => {
    const row = `1,${long(1000)}\n`;
    const items = await csv(`a,b\n0,"open\n${row.repeat(400)}2,${long(MAX_RECORD_BYTES)}\n3,c`, 65_536);
    expect(items.length).toBe(403);
    expect(brief([items[0], items[401], items[402]].filter((item) => item !== undefined))).toEqual([
      [2, 'unreadable_csv'],
      [403, 'line_too_long'],
      [404, { a: '3', b: 'c' }],
    ]);
  });

  it('ends at a header that names a column twice or cannot be read', async () => {
    expect(brief(await csv('a,b,a\n1,2,3\n1,2,3'))).toEqual([[1, 'unreadable_csv']]);
    expect(brief(await csv('a,"b\n1,2'))).toEqual([[1, 'unreadable_csv']]);
    expect(brief(await csv(Buffer.from([0x61, 0x2c, 0xe9, 0x0a, 0x31, 0x2c, 0x32])))).toEqual([[1, 'not_utf8']]);
  });

  it('calls a column without a name by its number', async () => {
    expect(brief(await csv('a,,__proto__\n1,2,3'))).toEqual([
      [2, JSON.parse('{"a":"1","column_2":"2","__proto__":"3"}')],
    ]);
  });

  it('gives back what was written, however it is cut', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', ' ', ';', '😀') });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell)), fc.integer({ min: 1, max: 30 }), async (rows, cut) => {
        const content = rows.map(([a, b]) => `${quoted(a)},${quoted(b)}\n`).join('');
        const values = (await csv(`a,b\n${content}`, cut)).map((item) => 'value' in item && item.value);
        const expected = rows.map(([a, b]) => ({ ...(a === '' ? {} : { a }), ...(b === '' ? {} : { b }) }));
        expect(values).toEqual(expected);
      }),
    );
  });

  it('never makes the reader throw, and gives every line at most once', async () => {
    const text = fc.string({ unit: fc.constantFrom(',', '"', '\n', 'a', '\r', '\u00e9', '\0') });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 20 }), async (content, cut) => {
        const lines = (await csv(`a,b\n${content}`, cut)).map(({ line }) => line);
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });
});
