import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicDeclaration } from '@groundswell/schemas';
import type { ITopicConfig, Kafka } from 'kafkajs';
import kafkajs from 'kafkajs';
import { namespaced } from './client.ts';

/** Largest record batch a topic takes. Producers here cut at half of it, see MAX_BATCH_BYTES. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
export const MAX_BATCH_BYTES = MAX_MESSAGE_BYTES / 2;

const segmentConfig = ({ size, segmentMs }: TopicDeclaration): { name: string; value: string }[] => {
  const entries = segmentMs === undefined ? [] : [{ name: 'segment.ms', value: String(segmentMs) }];
  if (!size) return entries;
  return [
    ...entries,
    { name: 'retention.bytes', value: String(size.retentionBytes) },
    { name: 'segment.bytes', value: String(size.segmentBytes) },
  ];
};

const compactionConfig = (topic: TopicDeclaration): { name: string; value: string }[] => {
  const { minCompactionLagMs, maxCompactionLagMs, deleteRetentionMs } = topic;
  const given = {
    'min.compaction.lag.ms': minCompactionLagMs,
    'max.compaction.lag.ms': maxCompactionLagMs,
    'delete.retention.ms': deleteRetentionMs,
  };
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: String(value) }],
  );
};

const topicConfig = (namespace: string, topic: TopicDeclaration): ITopicConfig => ({
  topic: namespaced(namespace, topic.name),
  numPartitions: topic.partitions,
  replicationFactor: -1,
  configEntries: [
    { name: 'cleanup.policy', value: topic.cleanup },
    { name: 'retention.ms', value: String(topic.retentionMs ?? -1) },
    { name: 'message.timestamp.type', value: topic.timestampType },
    { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
    ...segmentConfig(topic),
    ...compactionConfig(topic),
  ],
});

/** A topic on the broker is not what was declared. */
export class TopicMismatch extends Error {
  override name = 'TopicMismatch';
}

type TopicAdmin = ReturnType<Kafka['admin']>;

/** How long topics may take to have a leader for every partition. */
const LEADERS_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/** Another service may create the same topics in the same moment; what is still missing shows in awaitLeaders. */
const create = async (admin: TopicAdmin, missing: ITopicConfig[]): Promise<void> => {
  try {
    await admin.createTopics({ topics: missing, waitForLeaders: false, timeout: 20_000 });
  } catch (error) {
    const raced =
      error instanceof kafkajs.KafkaJSAggregateError &&
      error.errors.every((one) => /already exists/i.test(String(one)));
    if (!raced) throw error;
  }
};

/** Partition counts by topic, or null while a topic or one of its leaders is not there yet. */
const partitionCounts = async (admin: TopicAdmin, topics: string[]): Promise<Map<string, number> | null> => {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics });
    if (
      metadata.topics.some(({ partitions }) => partitions.length === 0 || partitions.some(({ leader }) => leader < 0))
    )
      return null;
    return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
  } catch (error) {
    if (error instanceof kafkajs.KafkaJSError && error.retriable) return null;
    throw error;
  }
};

const awaitLeaders = async (admin: TopicAdmin, topics: string[]): Promise<Map<string, number>> => {
  const deadline = Date.now() + LEADERS_TIMEOUT_MS;
  for (;;) {
    const counts = await partitionCounts(admin, topics);
    if (counts) return counts;
    if (Date.now() > deadline)
      throw new Error(`topics ${topics.join(', ')} have no leaders after ${LEADERS_TIMEOUT_MS / 1000} s`);
    await sleep(POLL_MS);
  }
};

/**
 * Creates the declared topics that do not exist yet, and waits until they can be used. Several services may do so at once.
 * Throws TopicMismatch when one exists with another number of partitions.
 */
export const ensureTopics = async (
  kafka: Kafka,
  namespace: string,
  topics: readonly TopicDeclaration[],
): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const wanted = topics.map((topic) => topicConfig(namespace, topic));
    const existing = new Set(await admin.listTopics());
    const missing = wanted.filter(({ topic }) => !existing.has(topic));
    if (missing.length > 0) await create(admin, missing);
    const counts = await awaitLeaders(
      admin,
      wanted.map(({ topic }) => topic),
    );
    for (const { topic, numPartitions } of wanted) {
      if (counts.get(topic) === numPartitions) continue;
      throw new TopicMismatch(
        `topic ${topic} has ${counts.get(topic)} partitions, declared are ${numPartitions}: a key would move to another partition. Partition counts are fixed per generation; use a new generation.`,
      );
    }
  } finally {
    await admin.disconnect();
  }
};

/** What the broker promises to keep of a topic, which an operator may have changed; null: no bound. */
export interface TopicBounds {
  /** ms */
  readonly retentionMs: number | null;
  /** bytes of a partition */
  readonly retentionBytes: number | null;
}

/** A bound as the broker writes it: -1 for none. */
export const boundOf = (value: string | undefined): number | null => {
  const bound = Number(value ?? -1);
  return bound < 0 ? null : bound;
};

/** Asks the broker for the bounds of a topic, by its name there. */
export const topicBounds = async (kafka: Kafka, name: string): Promise<TopicBounds> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: ['retention.ms', 'retention.bytes'] }],
    });
    const values = new Map(
      resources.flatMap(({ configEntries }) => configEntries.map((one) => [one.configName, one.configValue])),
    );
    return {
      retentionMs: boundOf(values.get('retention.ms')),
      retentionBytes: boundOf(values.get('retention.bytes')),
    };
  } finally {
    await admin.disconnect();
  }
};
