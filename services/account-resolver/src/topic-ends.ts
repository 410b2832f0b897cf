import type { Admin, GlobalTable } from '@groundswell/kafka';

type EndsReader = Pick<Admin, 'fetchTopicOffsets'>;

/** Where the partitions of a topic end now: the offset that comes next, by partition. `topicName`: on the broker. */
export const topicEnds = async (admin: EndsReader, topicName: string): Promise<number[]> => {
  const ends: number[] = [];
  for (const { partition, high } of await admin.fetchTopicOffsets(topicName)) ends[partition] = Number(high);
  return ends;
};

/** The same of those that hold something; where everything was deleted nothing is left to be read. */
export const filledEnds = async (admin: EndsReader, topicName: string): Promise<Map<number, number>> => {
  const ends = await admin.fetchTopicOffsets(topicName);
  const filled = ends.filter(({ high, low }) => Number(high) > Number(low));
  return new Map(filled.map(({ partition, high }) => [partition, Number(high)]));
};

/** Resolves when a table has been read as far as its topic goes now. */
export const readToEnd = async (
  admin: EndsReader,
  topicName: string,
  table: Pick<GlobalTable<unknown>, 'readThrough'>,
): Promise<void> => {
  const ends = await filledEnds(admin, topicName);
  await Promise.all([...ends].map(([partition, end]) => table.readThrough(partition, end - 1)));
};
