import { randomUUID } from 'node:crypto';
import { createLogger } from '@groundswell/service';
import kafkajs, { type IHeaders, type Kafka, type Message } from 'kafkajs';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { createKafka } from './client.ts';

const PARTITIONS = 3;

interface Seen {
  readonly key: string | null;
  readonly value: string | null;
  readonly timestamp: string;
  readonly headers: string;
}

const textOf = (value: Buffer | string | null | undefined): string | null =>
  value === null || value === undefined ? null : value.toString('utf8');

const headerText = (headers: IHeaders | undefined): string =>
  JSON.stringify(
    Object.entries(headers ?? {}).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(textOf) : textOf(value),
    ]),
  );

/** Records of many shapes: no, empty, short and long keys and values, headers, stamps that go back and forth. */
const shapes = (count: number): (Message & { partition: number; timestamp: string })[] =>
  Array.from({ length: count }, (_, i) => ({
    key: [null, '', `kéy-${i}`, 'k'.repeat(i % 200)][i % 4] ?? null,
    value: [null, '', `välue ${i}`, Buffer.alloc((i * 37) % 3_000, 97 + (i % 26))][(i >> 2) % 4] ?? null,
    partition: i % PARTITIONS,
    timestamp: String(1_700_000_000_000 + ((i * 7_919) % 100_000)),
    ...(i % 5 === 0 ? { headers: { origin: `ö${i}`, empty: '', several: ['a', `b${i}`] } } : {}),
  }));

describe('the patched kafkajs and a broker', () => {
  let kafka: Kafka;
  let topic: string;

  beforeEach(async () => {
    const logger = createLogger({ serviceName: 'test', logLevel: 'silent' });
    kafka = createKafka({ brokers: inject('stack').kafkaBrokers, clientId: 'test', logger });
    topic = `patched-${randomUUID().slice(0, 8)}`;
    const admin = kafka.admin();
    await admin.connect();
    // The records carry stamps of years ago: by the broker's default they would be over before they are read.
    const configEntries = [{ name: 'retention.ms', value: '-1' }];
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, configEntries }] });
    await admin.disconnect();
  });

  const readAll = async (count: number): Promise<Seen[][]> => {
    const seen: Seen[][] = Array.from({ length: PARTITIONS }, () => []);
    const consumer = kafka.consumer({ groupId: `${topic}-group`, maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      const eachBatch = async ({ batch }: { batch: kafkajs.Batch }): Promise<void> => {
        for (const { key, value, timestamp, headers } of batch.messages) {
          seen[batch.partition]?.push({
            key: textOf(key),
            value: textOf(value),
            timestamp,
            headers: headerText(headers),
          });
        }
        if (seen.reduce((sum, list) => sum + list.length, 0) >= count) resolve();
      };
      consumer.run({ autoCommit: false, eachBatch }).catch(reject);
    });
    await consumer.disconnect();
    return seen;
  };

  it.each([
    ['plain', kafkajs.CompressionTypes.None],
    ['gzip', kafkajs.CompressionTypes.GZIP],
  ])('agree on records of every shape, %s, in batches of 1 to thousands', async (_name, compression) => {
    const sent: Seen[][] = Array.from({ length: PARTITIONS }, () => []);
    const producer = kafka.producer({ idempotent: true });
    await producer.connect();
    let count = 0;
    for (const size of [1, 2, 100, 5_000]) {
      const messages = shapes(size);
      await producer.sendBatch({ acks: -1, compression, topicMessages: [{ topic, messages }] });
      count += size;
      for (const { key, value, partition, timestamp, headers } of messages) {
        sent[partition]?.push({
          key: textOf(key),
          value: textOf(value),
          timestamp,
          headers: headerText(headers),
        });
      }
    }
    await producer.disconnect();
    expect(await readAll(count)).toEqual(sent);
  });
});
