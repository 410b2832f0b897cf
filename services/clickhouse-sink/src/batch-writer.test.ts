import type { OutgoingMessage } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import type { OffsetsByTopicPartition } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { BatchWriter, type PartitionBatch } from './batch-writer.ts';
import type { RefusedRecord } from './table-writer.ts';
import type { ReadRecord } from './topic-reader.ts';

interface Bench {
  readonly writer: BatchWriter;
  readonly events: string[];
  readonly fatal: unknown[];
  readonly batch: (partition: number, records: readonly ReadRecord[]) => PartitionBatch;
  /** lets the flush under way go on; only with `held` */
  readonly release: () => void;
}

interface BenchOptions {
  readonly targetRows?: number;
  readonly lingerMs?: number;
  readonly held?: boolean;
  readonly refused?: (records: readonly ReadRecord[]) => RefusedRecord[];
  readonly fail?: Error;
}

const record = (offset: number, topic: string = topics.touches.name): ReadRecord => ({
  record: { topic, partition: 0, offset, key: null, value: Buffer.from('v'), headers: {}, appendedAt: 0 },
  rows: [{ table: 't', row: { offset } }],
  deadLetter: null,
});

const bench = ({ targetRows = 1, lingerMs = 10_000, held = false, refused, fail }: BenchOptions = {}): Bench => {
  const events: string[] = [];
  const fatal: unknown[] = [];
  const gate = Promise.withResolvers<void>();
  const writer = new BatchWriter({
    tables: {
      write: async (records) => {
        if (held) await gate.promise;
        if (fail) throw fail;
        events.push(`rows ${records.map((one) => one.record.offset).join(',')}`);
        return refused?.(records) ?? [];
      },
    },
    deadLetters: {
      sendAll: async (messages: readonly OutgoingMessage[]) => {
        events.push(`letters ${messages.length}`);
        return [];
      },
    },
    limits: { targetRows, targetBytes: 1e9, lingerMs },
    signal: new AbortController().signal,
    onFlush: () => events.push('flushed'),
    onDeadLetters: () => undefined,
    onOutage: () => undefined,
    onFatal: (error) => fatal.push(error),
  });
  const commit = async ({ topics: list }: OffsetsByTopicPartition): Promise<void> => {
    const partitions = list.flatMap((one) => one.partitions.map(({ partition, offset }) => `${partition}@${offset}`));
    events.push(`commit ${partitions.join(' ')}`);
  };
  const batch = (partition: number, records: readonly ReadRecord[]): PartitionBatch => ({
    topic: 'ns.touches',
    declaredTopic: 'touches',
    partition,
    nextOffset: String((records.at(-1)?.record.offset ?? 0) + 1),
    bytes: 1,
    appendedAt: records.map(() => 0),
    records,
    direct: [],
    commit,
  });
  return { writer, events, fatal, batch, release: gate.resolve };
};

describe('BatchWriter', () => {
  it('writes batches of several partitions together and commits their offsets in one go, rows first', async () => {
    const { writer, events, batch } = bench({ targetRows: 3 });
    await Promise.all([writer.write(batch(0, [record(1), record(2)])), writer.write(batch(1, [record(7)]))]);
    expect(events).toEqual(['rows 1,2,7', 'commit 0@3 1@8', 'flushed']);
  });

  it('writes little after the linger time', async () => {
    const { writer, events, batch } = bench({ targetRows: 1_000, lingerMs: 5 });
    await writer.write(batch(0, [record(1)]));
    expect(events).toEqual(['rows 1', 'commit 0@2', 'flushed']);
  });

  it('writes at once when the last of the batches that are being read has come', async () => {
    const { writer, events, batch } = bench({ targetRows: 1_000 });
    const arrived = [writer.expect(), writer.expect(), writer.expect()];
    const first = writer.write(batch(0, [record(1)]));
    arrived[0]?.();
    const second = writer.write(batch(1, [record(5)]));
    arrived[1]?.();
    expect(events).toEqual([]);
    // Nothing came of the third.
    arrived[2]?.();
    await Promise.all([first, second]);
    expect(events).toEqual(['rows 1,5', 'commit 0@2 1@6', 'flushed']);
  });

  it('does not wait for what is still being read when there is enough, or when it takes long', async () => {
    const { writer, events, batch } = bench({ targetRows: 2, lingerMs: 5 });
    writer.expect();
    await writer.write(batch(0, [record(1), record(2)]));
    await writer.write(batch(0, [record(3)]));
    expect(events.filter((event) => event.startsWith('rows'))).toEqual(['rows 1,2', 'rows 3']);
  });

  it('writes what came in during a flush right after it', async () => {
    const { writer, events, batch, release } = bench({ targetRows: 2, held: true });
    const first = writer.write(batch(0, [record(1), record(2)]));
    const second = writer.write(batch(0, [record(3)]));
    release();
    await Promise.all([first, second]);
    expect(events.filter((event) => event.startsWith('rows'))).toEqual(['rows 1,2', 'rows 3']);
  });

  it('sends dead letters before it commits', async () => {
    const { writer, events, batch } = bench({
      refused: (records) => records.slice(0, 1).map((one) => ({ record: one, message: 'no' })),
    });
    await writer.write(batch(0, [record(1)]));
    expect(events).toEqual(['rows 1', 'letters 1', 'commit 0@2', 'flushed']);
  });

  it('does not write a batch whose partition was given up while it waited', async () => {
    const { writer, events, batch } = bench({ targetRows: 2 });
    const lost = batch(0, [record(1)]);
    void writer.write(lost);
    writer.abandon(lost);
    await writer.write(batch(1, [record(5), record(6)]));
    expect(events).toEqual(['rows 5,6', 'commit 1@7', 'flushed']);
  });

  it('does not commit a partition that was given up while it was being written', async () => {
    const { writer, events, batch, release } = bench({ targetRows: 2, held: true });
    const lost = batch(0, [record(1)]);
    const writing = Promise.all([writer.write(lost), writer.write(batch(1, [record(5)]))]);
    writer.abandon(lost);
    release();
    await writing;
    expect(events).toContain('commit 1@6');
  });

  it('reports what cannot be mended, and commits nothing', async () => {
    const { writer, events, fatal, batch } = bench({ fail: new Error('UNKNOWN_TABLE') });
    await expect(writer.write(batch(0, [record(1)]))).rejects.toThrow('UNKNOWN_TABLE');
    expect(fatal).toHaveLength(1);
    expect(events).toEqual([]);
  });

  it('makes no dead letter of a dead letter that ClickHouse refuses', async () => {
    const { writer, fatal, batch } = bench({ refused: ([one]) => (one ? [{ record: one, message: 'no' }] : []) });
    await expect(writer.write(batch(0, [record(1, topics.deadLetters.name)]))).rejects.toThrow(/refuses a dead letter/);
    expect(fatal).toHaveLength(1);
  });
});
