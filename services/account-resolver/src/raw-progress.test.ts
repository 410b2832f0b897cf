import { describe, expect, it } from 'vitest';
import { openRawProgress } from './raw-progress.ts';

const progressOf = (committed: readonly [partition: number, offset: string][]) =>
  openRawProgress({
    admin: {
      fetchTopicOffsets: async () => [
        { partition: 0, low: '2', high: '9', offset: '9' },
        { partition: 1, low: '0', high: '4', offset: '4' },
        { partition: 2, low: '5', high: '5', offset: '5' },
      ],
      fetchOffsets: async () => [
        {
          topic: 'touches.raw',
          partitions: committed.map(([partition, offset]) => ({ partition, offset, metadata: null })),
        },
      ],
    },
    topicName: 'touches.raw',
    groupId: () => 'account-resolver',
  });

const isPast = async (...committed: [number, string][]): Promise<boolean> => {
  const progress = progressOf(committed);
  return progress.isPast(await progress.ends());
};

describe('how far the touches have been decided', () => {
  it('is far enough when every partition with a record has been committed up to its end', async () => {
    expect(await isPast([0, '9'], [1, '6'], [2, '-1'])).toBe(true);
  });

  it.each([
    ['a partition is behind', [0, '9'], [1, '3']],
    ['nothing of a partition was ever committed', [0, '9'], [1, '-1']],
    ['nobody has a partition', [0, '9']],
  ] as [string, ...[number, string][]][])('is not when %s', async (_, ...committed) => {
    expect(await isPast(...committed)).toBe(false);
  });
});
