import type { Admin } from '@groundswell/kafka';
import { namespaced } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';

/** The part of the broker's admin interface that lag is read through. */
export type OffsetReader = Pick<Admin, 'fetchOffsets' | 'fetchTopicOffsets' | 'listTopics'>;

/** How far one group is behind on one topic. */
export interface TopicLag {
  readonly group: string;
  /** name without namespace */
  readonly topic: string;
  /** records between what the group committed and the end, over all partitions */
  readonly lag: number;
  /** sum of the end offsets: tells whether anything was written between two looks */
  readonly end: number;
  /** false: the group has never committed on this topic */
  readonly committed: boolean;
}

interface GroupInput {
  readonly group: string;
  readonly topics: readonly string[];
}

/** What clickhouse-sink makes tables of, beside the ledgers. */
const storedTopics = [
  topics.accounts,
  topics.people,
  topics.opportunities,
  topics.opportunityContacts,
  topics.opportunityStages,
  topics.orders,
  topics.campaigns,
  topics.content,
  topics.exclusions,
  topics.intensityTransitions,
  topics.intensityScores,
  topics.intensityHistory,
  topics.routeDecisions,
  topics.deadLetters,
  topics.deadLetterReplays,
];

/** The groups that a record passes on its way, in that order. */
const pipelineGroups: readonly GroupInput[] = [
  { group: 'account-resolver', topics: [topics.touchesRaw.name] },
  { group: 'account-intensity', topics: [topics.touches.name] },
  { group: 'router', topics: [topics.intensityTransitions.name] },
  { group: 'clickhouse-sink-ledgers', topics: [topics.touchesRaw.name, topics.touches.name] },
  { group: 'clickhouse-sink', topics: storedTopics.map(({ name }) => name) },
];

interface Ends {
  readonly low: number;
  readonly high: number;
}

const offsetNumber = (text: string): number => Number(text);

/** How many records of a partition a group has still to read. A group without a commit starts at the beginning. */
export const partitionLag = (committed: number, ends: Ends): number =>
  Math.max(0, ends.high - (committed < 0 ? ends.low : Math.max(committed, ends.low)));

const withoutNamespace = (namespace: string, name: string): string =>
  namespace !== '' && name.startsWith(`${namespace}.`) ? name.slice(namespace.length + 1) : name;

const readEnds = async (admin: OffsetReader, topic: string): Promise<Map<number, Ends>> => {
  const partitions = await admin.fetchTopicOffsets(topic);
  return new Map(
    partitions.map(({ partition, low, high }) => [partition, { low: offsetNumber(low), high: offsetNumber(high) }]),
  );
};

const readGroup = async (admin: OffsetReader, group: string): Promise<Map<string, Map<number, number>>> => {
  const committed = await admin.fetchOffsets({ groupId: group });
  return new Map(
    committed.map(({ topic, partitions }) => [
      topic,
      new Map(partitions.map(({ partition, offset }) => [partition, offsetNumber(offset)])),
    ]),
  );
};

/** What the broker holds of each partition of a topic; nothing when the topic does not exist. */
export const readSpans = async (
  admin: OffsetReader,
  namespace: string,
  topic: string,
): Promise<{ partition: number; low: number; high: number }[]> => {
  const name = namespaced(namespace, topic);
  if (!(await admin.listTopics()).includes(name)) return [];
  return [...(await readEnds(admin, name))].map(([partition, ends]) => ({ partition, ...ends }));
};

/** Lag per group and topic, groups in pipeline order. Topics that do not exist yet have nothing to lag behind. */
export const readLag = async (admin: OffsetReader, namespace: string): Promise<TopicLag[]> => {
  const existing = new Set(await admin.listTopics());
  const rows: TopicLag[] = [];
  for (const input of pipelineGroups) {
    const commits = await readGroup(admin, namespaced(namespace, input.group));
    // What a group has committed on topics that it does not read any more is of no interest.
    const names = input.topics.map((topic) => namespaced(namespace, topic));
    for (const name of names.filter((topic) => existing.has(topic)).sort()) {
      const ends = await readEnds(admin, name);
      const offsets = commits.get(name);
      let lag = 0;
      let end = 0;
      for (const [partition, span] of ends) {
        lag += partitionLag(offsets?.get(partition) ?? -1, span);
        end += span.high;
      }
      const committed = [...(offsets?.values() ?? [])].some((offset) => offset >= 0);
      rows.push({ group: input.group, topic: withoutNamespace(namespace, name), lag, end, committed });
    }
  }
  return rows;
};
