import { randomUUID } from 'node:crypto';
import type { Kafka, KafkaMessage } from 'kafkajs';
import { namespaced } from './client.ts';
import { retrying } from './retrying.ts';

export interface ReadRecords {
  readonly kafka: Kafka;
  readonly namespace: string;
  /** the topic as it is called on the broker */
  readonly topicName: string;
  /** undefined: all */
  readonly partitions?: readonly number[];
  /** by partition: an offset to begin at, instead of the start */
  readonly from?: ReadonlyMap<number, number>;
  /** Records of one partition, in log order. */
  readonly onBatch: (partition: number, records: readonly KafkaMessage[]) => Promise<void>;
}

/**
 * Reads partitions from their start, or an offset, to where they end now, as bytes. Uses a throw-away group, since kafkajs cannot assign
 * partitions by hand.
 */
export const readRecords = async (options: ReadRecords): Promise<void> => {
  const { kafka, namespace, topicName, partitions, from, onBatch } = options;
  const isWanted = (partition: number): boolean => partitions?.includes(partition) ?? true;
  const admin = kafka.admin();
  await admin.connect();
  const groupId = namespaced(namespace, `restore-${randomUUID()}`);
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50, sessionTimeout: 30_000 });
  try {
    const left = new Map<number, number>();
    const ends = await retrying(() => admin.fetchTopicOffsets(topicName));
    for (const { partition, high, low } of ends) {
      if (isWanted(partition) && Number(high) > Math.max(Number(low), from?.get(partition) ?? 0))
        left.set(partition, Number(high));
    }
    if (left.size === 0) return;
    await consumer.connect();
    await consumer.subscribe({ topics: [topicName], fromBeginning: true });
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
        if (isWanted(batch.partition)) await onBatch(batch.partition, batch.messages);
      };
      consumer.run({ autoCommit: false, eachBatch }).catch(reject);
      // The group has all partitions: those that nobody asked for are not fetched.
      const others = ends.map(({ partition }) => partition).filter((partition) => !left.has(partition));
      consumer.pause([{ topic: topicName, partitions: others }]);
      for (const [partition, offset] of from ?? [])
        consumer.seek({ topic: topicName, partition, offset: String(offset) });
    });
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
};
