import type { TopicDeclaration } from '@groundswell/schemas';
import type { ITopicConfig, Kafka } from 'kafkajs';
import kafkajs from 'kafkajs';
import { namespaced } from './client.ts';

/** Largest record batch a topic takes. Producers here cut at half of it, see MAX_BATCH_BYTES. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
export const MAX_BATCH_BYTES = MAX_MESSAGE_BYTES / 2;

const topicConfig = (namespace: string, topic: TopicDeclaration): ITopicConfig => ({
  topic: namespaced(namespace, topic.name),
  numPartitions: topic.partitions,
  replicationFactor: -1,
  configEntries: [
    { name: 'cleanup.policy', value: topic.cleanup },
    { name: 'retention.ms', value: String(topic.retentionMs ?? -1) },
    { name: 'message.timestamp.type', value: topic.timestampType },
    { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
  ],
});

/** A topic on the broker is not what was declared. */
export class TopicMismatch extends Error {
  override name = 'TopicMismatch';
}

const checkPartitions = async (admin: ReturnType<Kafka['admin']>, wanted: readonly ITopicConfig[]): Promise<void> => {
  const { topics } = await admin.fetchTopicMetadata({ topics: wanted.map((topic) => topic.topic) });
  for (const { name, partitions } of topics) {
    const declared = wanted.find((topic) => topic.topic === name)?.numPartitions;
    if (partitions.length !== declared) {
      throw new TopicMismatch(
        `topic ${name} has ${partitions.length} partitions, declared are ${declared}: a key would move to another partition. Partition counts are fixed per generation; use a new generation.`,
      );
    }
  }
};

/**
 * Creates the declared topics that do not exist yet. Several services may do so at once.
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
    const missing = wanted.filter((topic) => !existing.has(topic.topic));
    if (missing.length > 0) await createAll(admin, missing);
    await checkPartitions(admin, wanted);
  } finally {
    await admin.disconnect();
  }
};

const createAll = async (admin: ReturnType<Kafka['admin']>, missing: ITopicConfig[]): Promise<void> => {
  try {
    await admin.createTopics({ topics: missing, waitForLeaders: true, timeout: 20_000 });
  } catch (error) {
    // Another service may have created some in the same moment; what is still wrong shows in checkPartitions.
    const raced =
      error instanceof kafkajs.KafkaJSAggregateError &&
      error.errors.every((one) => /already exists/i.test(String(one)));
    if (!raced) throw error;
  }
};
