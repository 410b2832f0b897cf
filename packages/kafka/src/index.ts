export { type Admin, createKafka, type Kafka, type KafkaConfig, namespaced } from './client.ts';
export {
  type Contracts,
  openContracts,
  type RegistryConfig,
  type WireCodec,
  type WireDecoder,
  WireError,
  type WireErrorReason,
} from './contracts.ts';
export { deadLetterOf, deterministicId, type WireRecord } from './dead-letter.ts';
export type { GlobalTable, RowStore, TableSpec } from './followed-table.ts';
export { GlobalTables, type TablesOptions } from './global-tables.ts';
export { partitionOf } from './murmur2.ts';
export type {
  BatchControl,
  Broker,
  FetchedBatch,
  FetchedRecord,
  GroupConsumer,
  GroupHandlers,
  GroupOptions,
  PartitionEnd,
  ReadPartitions,
  SnapshotStore,
  StateRecord,
  Wall,
} from './ports.ts';
export { ProcessorRuntime, type RuntimeOptions } from './processor-runtime.ts';
export {
  type BatchProducer,
  createBatchProducer,
  message,
  type OutgoingMessage,
  type ProducedPosition,
  toEveryPartition,
} from './producer.ts';
export { type LoggedRecord, type ReadOptions, readPartitions } from './read-partitions.ts';
export { readRecords } from './read-records.ts';
export { type KafkaAddresses, type ProcessorHost, startProcessor } from './start-processor.ts';
export {
  applyDeclaredSettings,
  declaredSettings,
  type NamedTopic,
  readSettings,
  settingDifferences,
  type TopicSettings,
} from './topic-settings.ts';
export { boundOf, ensureTopics, limitOf, type TopicBounds, topicBounds } from './topics.ts';
