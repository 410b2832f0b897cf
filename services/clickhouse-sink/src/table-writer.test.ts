import { ClickHouseFailure, type FailureKind } from '@groundswell/clickhouse';
import { describe, expect, it } from 'vitest';
import type { DirectRows } from './batch-reader.ts';
import { TableWriter } from './table-writer.ts';
import type { ReadRecord } from './topic-reader.ts';

const failure = (kind: FailureKind): ClickHouseFailure =>
  new ClickHouseFailure({ kind, code: 'CODE', message: 'no', cause: null });

const record = (offset: number, table = 't'): ReadRecord => ({
  record: { topic: 'touches', partition: 0, offset, key: null, value: null, headers: {}, appendedAt: 0 },
  rows: [{ table, row: { offset } }],
  deadLetter: null,
});

const columns = [{ name: 'offset', type: 'UInt64' }];
const direct = (bytes: string, encodedOffsets: readonly number[]): DirectRows => ({
  rows: { table: 't', columns, bytes: [Buffer.from(bytes)] },
  count: encodedOffsets.length,
  records: () => encodedOffsets.map((offset) => record(offset)),
});

const offsets = (rows: readonly object[]): number[] => rows.map((row) => ('offset' in row ? Number(row.offset) : -1));

interface Failing {
  readonly insert: (table: string, rows: number[]) => void;
  readonly encoded?: (table: string, bytes: readonly Buffer[]) => void;
  readonly signal?: AbortSignal;
}

const writerTo = ({ insert, encoded = () => undefined, signal = new AbortController().signal }: Failing) => {
  const outages: number[] = [];
  const inserted: string[] = [];
  const writer = new TableWriter({
    clickhouse: {
      insert: async (table, rows) => insert(table, offsets(rows)),
      insertEncoded: async ({ table, bytes }) => encoded(table, bytes),
    },
    signal,
    onInsert: (table, rows) => inserted.push(`${table} ${rows}`),
    onOutage: (_table, _error, attempt) => outages.push(attempt),
  });
  return { writer, outages, inserted };
};

describe('TableWriter', () => {
  it('makes one insert per table', async () => {
    const { writer, inserted } = writerTo({ insert: () => undefined });
    expect(await writer.write([record(1, 'a'), record(2, 'b'), record(3, 'a')], [])).toEqual([]);
    expect(inserted.sort()).toEqual(['a 2', 'b 1']);
  });

  it('waits out an outage and loses nothing', async () => {
    let calls = 0;
    const { writer, outages, inserted } = writerTo({
      insert: () => {
        calls += 1;
        if (calls <= 2) throw failure('unavailable');
      },
    });
    await writer.write([record(1)], []);
    expect(outages).toEqual([1, 2]);
    expect(inserted).toEqual(['t 1']);
  });

  it('finds the rows that are refused and writes all others', async () => {
    const written: number[] = [];
    const bad = new Set([3, 8]);
    const { writer } = writerTo({
      insert: (_table, rows) => {
        if (rows.some((offset) => bad.has(offset))) throw failure('data');
        written.push(...rows);
      },
    });
    const refused = await writer.write(
      Array.from({ length: 10 }, (_, index) => record(index)),
      [],
    );
    expect(refused.map((one) => one.record.record.offset).sort()).toEqual([3, 8]);
    expect(written.sort()).toEqual([0, 1, 2, 4, 5, 6, 7, 9]);
  });

  it('gives up at once when the statement is wrong', async () => {
    const { writer, outages } = writerTo({
      insert: () => {
        throw failure('statement');
      },
    });
    await expect(writer.write([record(1)], [])).rejects.toMatchObject({ kind: 'statement' });
    expect(outages).toEqual([]);
  });

  it('stops waiting when the service stops', async () => {
    const stopping = new AbortController();
    const { writer } = writerTo({
      insert: () => {
        throw failure('unavailable');
      },
      signal: stopping.signal,
    });
    const writing = writer.write([record(1)], []);
    stopping.abort();
    await expect(writing).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('puts encoded rows of a table into one insert', async () => {
    const sent: string[] = [];
    const { writer, inserted } = writerTo({
      insert: () => undefined,
      encoded: (table, bytes) => sent.push(`${table} ${Buffer.concat([...bytes]).toString()}`),
    });
    await writer.write([], [direct('ab', [1, 2]), direct('c', [3])]);
    expect(sent).toEqual(['t abc']);
    expect(inserted).toEqual(['t 3']);
  });

  it('reads encoded rows that are refused the long way, to find those at fault', async () => {
    const written: number[] = [];
    const { writer } = writerTo({
      insert: (_table, rows) => {
        if (rows.includes(2)) throw failure('data');
        written.push(...rows);
      },
      encoded: () => {
        throw failure('data');
      },
    });
    const refused = await writer.write([], [direct('ab', [1, 2]), direct('c', [3])]);
    expect(refused.map((one) => one.record.record.offset)).toEqual([2]);
    expect(written.sort()).toEqual([1, 3]);
  });
});
