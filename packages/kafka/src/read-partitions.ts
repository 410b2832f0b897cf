import type { TypedTopic } from '@groundswell/schemas';
import type { Kafka } from 'kafkajs';
import { type Contracts, WireError } from './contracts.ts';
import type { ReadPartitions, StateRecord } from './ports.ts';
import { readRecords } from './read-records.ts';

/** A record with what the broker says of it. */
export interface LoggedRecord extends StateRecord {
  /** epoch ms, the broker's stamp */
  readonly appendedAt: number;
  /** bytes of key and value */
  readonly size: number;
}

export interface ReadOptions extends Omit<ReadPartitions, 'onRecord'> {
  readonly onRecord: (record: LoggedRecord) => void;
  readonly kafka: Kafka;
  readonly contracts: Contracts;
  readonly namespace: string;
}

/** As {@link readRecords}, decoded. Records that cannot be decoded are left out. */
export const readPartitions = async (options: ReadOptions): Promise<void> => {
  const { kafka, contracts, namespace, topic, partitions, from, onRecord } = options;
  const codec = contracts.codec(topic as TypedTopic<unknown>);
  await readRecords({
    ...{ kafka, namespace, partitions, ...(from && { from }), topicName: contracts.topicName(topic) },
    onBatch: async (partition, records) => {
      await codec.prepare(records.map((one) => one.value));
      for (const { key, value, offset, timestamp } of records) {
        try {
          onRecord({
            partition,
            offset: Number(offset),
            key: key?.toString() ?? '',
            value: value === null ? null : codec.decode(value),
            appendedAt: Number(timestamp),
            size: (key?.length ?? 0) + (value?.length ?? 0),
          });
        } catch (error) {
          if (!(error instanceof WireError)) throw error;
        }
      }
    },
  });
};
