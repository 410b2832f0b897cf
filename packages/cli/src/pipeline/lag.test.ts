import { describe, expect, it } from 'vitest';
import { type OffsetReader, partitionLag, readLag, readSpans } from './lag.ts';

interface Broker {
  /** topic → [low, high] per partition */
  readonly ends: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** group → topic → committed per partition; -1: never */
  readonly commits: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

const readerOf = ({ ends, commits }: Broker): OffsetReader => ({
  listTopics: async () => Object.keys(ends),
  fetchTopicOffsets: async (topic) =>
    (ends[topic] ?? []).map(([low, high], partition) => ({
      partition,
      low: String(low),
      high: String(high),
      offset: String(high),
    })),
  fetchOffsets: async ({ groupId }) =>
    Object.entries(commits[groupId] ?? {}).map(([topic, offsets]) => ({
      topic,
      partitions: offsets.map((offset, partition) => ({ partition, offset: String(offset), metadata: null })),
    })),
});

describe('partitionLag', () => {
  it('starts at the beginning of what there is when nothing was committed, or what was is gone', () => {
    expect(partitionLag(-1, { low: 5, high: 9 })).toBe(4);
    expect(partitionLag(2, { low: 5, high: 9 })).toBe(4);
    expect(partitionLag(7, { low: 5, high: 9 })).toBe(2);
    expect(partitionLag(9, { low: 5, high: 9 })).toBe(0);
  });

  it('is never negative: a topic that was made anew ends before an old commit', () => {
    expect(partitionLag(100, { low: 0, high: 3 })).toBe(0);
  });
});

describe('readLag', () => {
  it('adds up partitions per group and topic, in the order of the flow, inside the namespace', async () => {
    const reader = readerOf({
      ends: {
        'test.touches.raw': [
          [0, 10],
          [0, 5],
        ],
        'test.touches': [[0, 4]],
        'test.intensity.scores': [[0, 2]],
        'other.touches': [[0, 99]],
      },
      commits: {
        'test.account-resolver': { 'test.touches.raw': [10, 3] },
        'test.account-intensity': { 'test.touches': [4] },
        'test.clickhouse-sink-ledgers': { 'test.touches': [1] },
        'test.clickhouse-sink': { 'test.touches': [0], 'test.intensity.scores': [2] },
      },
    });
    expect(await readLag(reader, 'test')).toEqual([
      { group: 'account-resolver', topic: 'touches.raw', lag: 2, end: 15, committed: true },
      { group: 'account-intensity', topic: 'touches', lag: 0, end: 4, committed: true },
      { group: 'clickhouse-sink-ledgers', topic: 'touches', lag: 3, end: 4, committed: true },
      { group: 'clickhouse-sink-ledgers', topic: 'touches.raw', lag: 15, end: 15, committed: false },
      { group: 'clickhouse-sink', topic: 'intensity.scores', lag: 0, end: 2, committed: true },
    ]);
  });

  it('sees a group that never committed as behind by everything', async () => {
    const [row] = await readLag(readerOf({ ends: { 'touches.raw': [[2, 7]] }, commits: {} }), '');
    expect(row).toEqual({ group: 'account-resolver', topic: 'touches.raw', lag: 5, end: 7, committed: false });
  });
});

describe('readSpans', () => {
  it('says what the broker holds of each partition, and nothing of a topic that is not there', async () => {
    const reader = readerOf({ ends: { 'n.touches': [[3, 8]] }, commits: {} });
    expect(await readSpans(reader, 'n', 'touches')).toEqual([{ partition: 0, low: 3, high: 8 }]);
    expect(await readSpans(reader, 'm', 'touches')).toEqual([]);
  });
});
