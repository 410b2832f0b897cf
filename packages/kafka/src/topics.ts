import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicDeclaration } from '@groundswell/schemas';
import type { ITopicConfig, Kafka } from 'kafkajs';
import kafkajs from 'kafkajs';
import { namespaced } from './client.ts';
import { declaredSettings, type NamedTopic, readSettings, settingDifferences } from './topic-settings.ts';

const topicConfig = (namespace: string, topic: TopicDeclaration): ITopicConfig => ({
  topic: namespaced(namespace, topic.name),
  numPartitions: topic.partitions,
  replicationFactor: -1,
  configEntries: [...declaredSettings(topic)].map(([name, value]) => ({ name, value })),
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
 * Says which settings of topics are not as declared. They are not changed: an operator may have meant it, and not every
 * service may change them.
 */
const tellDifferences = async (kafka: Kafka, admin: TopicAdmin, topics: readonly NamedTopic[]): Promise<void> => {
  const settings = await readSettings(
    admin,
    topics.map(({ name }) => name),
  );
  for (const { name, declaration } of topics) {
    const differences = settingDifferences(declaration, settings.get(name) ?? new Map());
    if (differences.length === 0) continue;
    const said = differences.map(({ setting, found, declared }) => `${setting} is ${found}, declared is ${declared}`);
    kafka.logger().warn(`topic ${name}: ${said.join('; ')}. \`groundswell topics --apply\` sets what is declared`);
  }
};

/**
 * Creates the declared topics that do not exist yet, and waits until they can be used. Several services may do so at once.
 * Logs where settings of one that exists are not as declared.
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
    const kept = topics.map((declaration) => ({ name: namespaced(namespace, declaration.name), declaration }));
    await tellDifferences(
      kafka,
      admin,
      kept.filter(({ name }) => existing.has(name)),
    );
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

/** A bound that can be reached: the broker's largest number stands for none, too. */
export const limitOf = (value: string | undefined): number | null => {
  const bound = boundOf(value);
  return bound !== null && bound < Number.MAX_SAFE_INTEGER ? bound : null;
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
