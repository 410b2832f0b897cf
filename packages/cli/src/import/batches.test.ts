import { readNdjson } from '@groundswell/interchange';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchBody, readAhead, toBatches } from './batches.ts';
import type { PreparedRecord } from './prepare-record.ts';

const record = (line: number, text = `{"line":${line}}`): PreparedRecord => ({
  kind: 'touches',
  line,
  bytes: Buffer.from(text),
  received: null,
  unreadable: null,
});

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('toBatches', () => {
  it('keeps every record in order, and no batch over its limits unless one record is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(30)), fc.integer({ min: 1, max: 4 }), async (sizes, maxRecords) => {
        const records = sizes.map((size, index) => record(index + 1, 'x'.repeat(size)));
        const batches = await collect(toBatches(each(records), { maxRecords, maxBytes: 25 }));
        expect(batches.flat()).toEqual(records);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(maxRecords);
          if (batch.length > 1) expect(batchBody(batch).body.length).toBeLessThanOrEqual(25);
        }
      }),
    );
  });
});

describe('readAhead', () => {
  it('gives every item in order and works one ahead', async () => {
    const made: number[] = [];
    const items = async function* () {
      for (const item of [1, 2, 3]) {
        made.push(item);
        yield item;
      }
    };
    const ahead = readAhead(items());
    expect((await ahead.next()).value).toBe(1);
    expect(made).toEqual([1, 2]);
    expect(await collect(ahead)).toEqual([2, 3]);
  });

  it('reports a failure when its turn comes', async () => {
    const items = async function* () {
      yield 1;
      throw new Error('broken');
    };
    const ahead = readAhead(items());
    expect((await ahead.next()).value).toBe(1);
    await expect(ahead.next()).rejects.toThrow('broken');
  });
});

describe('batchBody', () => {
  it('puts blank lines where the file has lines without a record, so that line numbers agree', async () => {
    const { body, firstLine } = batchBody([record(5), record(6), record(9)]);
    expect(firstLine).toBe(5);
    const items = await collect(readNdjson(each([body])));
    expect(items.map((item) => item.line + 4)).toEqual([5, 6, 9]);
  });

  it('names no first line when records are not in the order of the file', () => {
    const { body, firstLine } = batchBody([record(5), record(3)]);
    expect(firstLine).toBeNull();
    expect(body.toString()).toBe('{"line":5}\n{"line":3}\n');
  });

  it('does not fill a gap of any size', () => {
    const { body, firstLine } = batchBody([record(1), record(1_000_000)]);
    expect(firstLine).toBeNull();
    expect(body.length).toBeLessThan(100);
  });
});
