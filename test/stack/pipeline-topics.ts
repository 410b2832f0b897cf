import {
  createBatchProducer,
  createKafka,
  type OutgoingMessage,
  openContracts,
  readPartitions,
} from '@groundswell/kafka';
import { allTopics, type TypedTopic } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import type { Pipeline } from './pipeline.ts';

/** The topics of a pipeline as a test writes and reads them. */
export interface PipelineTopics {
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /** All that a topic holds, tombstones included, in the order of each partition. */
  read<Value>(topic: TypedTopic<Value>): Promise<{ readonly key: string | null; readonly value: Value | null }[]>;
  close(): Promise<void>;
}

export const openPipelineTopics = async ({ addresses, namespace }: Pipeline): Promise<PipelineTopics> => {
  const logger = createLogger({ serviceName: 'test', logLevel: 'silent' });
  const kafka = createKafka({ brokers: addresses.kafkaBrokers, clientId: 'test', logger });
  const contracts = await openContracts({ registryUrl: addresses.registryUrl, namespace }, allTopics);
  const producer = createBatchProducer(kafka, contracts);
  await producer.connect();
  return {
    send: async (messages) => {
      await producer.sendAll(messages);
    },
    read: async <Value>(topic: TypedTopic<Value>) => {
      const found: { key: string | null; value: Value | null }[] = [];
      const partitions = Array.from({ length: topic.partitions }, (_, partition) => partition);
      const onRecord = ({ key, value }: { key: string | null; value: unknown }): void => {
        found.push({ key, value: value as Value | null });
      };
      await readPartitions({ kafka, contracts, namespace, topic, partitions, onRecord });
      return found;
    },
    close: () => producer.disconnect(),
  };
};
