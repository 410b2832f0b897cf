import type { Admin, Kafka } from 'kafkajs';
import type { Contracts } from './contracts.ts';
import { KafkajsConsumer } from './kafkajs-consumer.ts';
import type { Broker } from './ports.ts';
import { createBatchProducer } from './producer.ts';
import { readPartitions } from './read-partitions.ts';
import { retrying } from './retrying.ts';

export interface KafkajsBrokerOptions {
  readonly kafka: Kafka;
  readonly contracts: Contracts;
  readonly namespace: string;
}

/** The broker behind kafkajs. */
export const createKafkajsBroker = ({ kafka, contracts, namespace }: KafkajsBrokerOptions): Broker => {
  let connecting: Promise<Admin> | null = null;
  const connected = (): Promise<Admin> => {
    connecting ??= (async () => {
      const admin = kafka.admin();
      await admin.connect();
      return admin;
    })();
    return connecting;
  };
  return {
    consumer: (options) => new KafkajsConsumer(kafka, options),
    producer: () => createBatchProducer(kafka, contracts),
    ends: async (topic) => {
      const admin = await connected();
      const ends = await retrying(() => admin.fetchTopicOffsets(topic));
      return ends.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }));
    },
    committed: async (groupId, topic) => {
      const admin = await connected();
      const groups = await retrying(() => admin.fetchOffsets({ groupId, topics: [topic] }));
      const offsets = (groups[0]?.partitions ?? []).map((one) => [one.partition, Number(one.offset)] as const);
      return new Map(offsets.filter(([, offset]) => offset >= 0));
    },
    readPartitions: (options) => readPartitions({ kafka, contracts, namespace, ...options }),
    disconnect: async () => {
      const admin = await connecting;
      connecting = null;
      await admin?.disconnect();
    },
  };
};
