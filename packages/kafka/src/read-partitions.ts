import { randomUUID } from 'node:crypto';
import type { TypedTopic } from '@groundswell/schemas';
import type { Kafka } from 'kafkajs';
import { namespaced } from './client.ts';
import { type Contracts, WireError } from './contracts.ts';
import type { ReadPartitions, StateRecord } from './ports.ts';
import { retrying } from './retrying.ts';

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

/**
 * Reads partitions from their start, or an offset, to where they end now, in log order per partition. Uses a throw-away group,
 * since kafkajs cannot assign partitions by hand. Records that cannot be decoded are left out.
 */
export const readPartitions = async (options: ReadOptions): Promise<void> => {
  const { kafka, contracts, namespace, topic, partitions, from, onRecord } = options;
  const name = contracts.topicName(topic);
  const codec = contracts.codec(topic as TypedTopic<unknown>);
  const admin = kafka.admin();
  await admin.connect();
  const groupId = namespaced(namespace, `restore-${randomUUID()}`);
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50, sessionTimeout: 30_000 });
  try {
    const left = new Map<number, number>();
    const ends = await retrying(() => admin.fetchTopicOffsets(name));
    for (const { partition, high, low } of ends) {
      if (partitions.includes(partition) && Number(high) > Math.max(Number(low), from?.get(partition) ?? 0))
        left.set(partition, Number(high));
    }
    if (left.size === 0) return;
    await consumer.connect();
    await consumer.subscribe({ topics: [name], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
      // Also seen for batches that hold nothing but control records, which eachBatch is not called for.
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
        if (Number(payload.lastOffset) + 1 >= (left.get(payload.partition) ?? Number.POSITIVE_INFINITY))
          left.delete(payload.partition);
        if (left.size === 0) resolve();
      });
      const eachBatch = async ({ batch }: { batch: import('kafkajs').Batch }): Promise<void> => {
        if (!partitions.includes(batch.partition)) return;
        await codec.prepare(batch.messages.map((one) => one.value));
        for (const { key, value, offset, timestamp } of batch.messages) {
          try {
            onRecord({
              partition: batch.partition,
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
      };
      consumer.run({ autoCommit: false, eachBatch }).catch(reject);
      // The group has all partitions: those that nobody asked for are not fetched.
      const others = ends.map(({ partition }) => partition).filter((partition) => !left.has(partition));
      consumer.pause([{ topic: name, partitions: others }]);
      for (const [partition, offset] of from ?? []) consumer.seek({ topic: name, partition, offset: String(offset) });
    });
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
};
