import type { Admin, GlobalTable } from '@groundswell/kafka';

type EndsReader = Pick<Admin, 'fetchTopicOffsets'>;

/** Where the partitions of a topic end now: the offset that comes next, by partition. `topicName`: on the broker. */
export const topicEnds = async (admin: EndsReader, topicName: string): Promise<number[]> => {
  const ends: number[] = [];
  for (const { partition, high } of await admin.fetchTopicOffsets(topicName)) ends[partition] = Number(high);
  return ends;
};

/** Resolves when a table has been read as far as its topic goes now. */
export const readToEnd = async (
  admin: EndsReader,
  topicName: string,
  table: Pick<GlobalTable<unknown>, 'readThrough'>,
): Promise<void> => {
  const ends = await admin.fetchTopicOffsets(topicName);
  // Where everything was deleted nothing is left to be read.
  const waits = ends.filter(({ high, low }) => Number(high) > Number(low));
  await Promise.all(waits.map(({ partition, high }) => table.readThrough(partition, Number(high) - 1)));
};
