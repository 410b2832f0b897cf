import { allTopics, readSchema, type TopicDeclaration } from '@groundswell/schemas';

/** AsyncAPI's name for Avro's JSON schemas. */
const AVRO = 'application/vnd.apache.avro;version=1.9.0';
const BINDING_VERSION = '0.5.0';
const ID_BYTES = 'confluent';

const messageOf = (topic: TopicDeclaration) => ({
  name: topic.schema,
  title: `${topic.name}, value`,
  summary: `Registered as ${topic.name}-value, under BACKWARD_TRANSITIVE.`,
  contentType: 'application/vnd.apache.avro',
  bindings: {
    kafka: {
      key: { type: 'string', description: topic.key },
      schemaIdLocation: 'payload',
      schemaIdPayloadEncoding: ID_BYTES,
      schemaLookupStrategy: 'TopicNameStrategy',
      bindingVersion: BINDING_VERSION,
    },
  },
  payload: { schemaFormat: AVRO, schema: readSchema(topic.schema) },
});

const channelOf = (topic: TopicDeclaration) => ({
  address: topic.name,
  description: topic.doc,
  messages: { [topic.schema]: { $ref: `#/components/messages/${topic.name}` } },
  bindings: {
    kafka: {
      topic: topic.name,
      partitions: topic.partitions,
      topicConfiguration: {
        'cleanup.policy': [topic.cleanup],
        ...(topic.retentionMs === null ? {} : { 'retention.ms': topic.retentionMs }),
        ...(topic.size === undefined ? {} : { 'retention.bytes': topic.size.retentionBytes }),
      },
      bindingVersion: BINDING_VERSION,
    },
  },
});

const operationsOf = (topic: TopicDeclaration) =>
  topic.writers.map(
    (writer) =>
      [
        `${writer} writes ${topic.name}`,
        {
          action: 'send',
          channel: { $ref: `#/channels/${topic.name}` },
          messages: [{ $ref: `#/channels/${topic.name}/messages/${topic.schema}` }],
        },
      ] as const,
  );

const byName = <Value>(of: (topic: TopicDeclaration) => Value): Record<string, Value> =>
  Object.fromEntries(allTopics.map((topic) => [topic.name, of(topic)]));

/** docs/asyncapi.json: every topic as it is declared, for tools that read AsyncAPI. */
export const writeAsyncApi = (): string => {
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Groundswell topics',
      version: '1',
      description:
        'Generated from schemas/src/topics.ts and schemas/avro by `pnpm documents`. A deployment may put its namespace and a dot before every address.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/vnd.apache.avro',
    channels: byName(channelOf),
    operations: Object.fromEntries(allTopics.flatMap(operationsOf)),
    components: { messages: byName(messageOf) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};
