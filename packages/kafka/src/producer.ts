import type { TopicDeclaration, TypedTopic } from '@groundswell/schemas';
import kafkajs, { type Kafka, type Message, type Producer, type RecordMetadata } from 'kafkajs';
import type { Contracts } from './contracts.ts';
import { partitionOf } from './murmur2.ts';
import { MAX_BATCH_BYTES } from './topics.ts';

/** A record to be produced, encoded when it is sent. */
export interface OutgoingMessage {
  readonly topic: TopicDeclaration;
  readonly key: string | null;
  readonly value: unknown;
  /** instead of the key's; required when there is no key */
  readonly partition?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An OutgoingMessage whose value fits its topic. A null value is a tombstone. */
export const message = <Value>(
  topic: TypedTopic<Value>,
  key: string | null,
  value: Value | null,
  options: { partition?: number; headers?: Readonly<Record<string, string>> } = {},
): OutgoingMessage => ({ topic, key, value, ...options });

/** The same record in every partition of a topic, without a key: how control records travel. */
export const toEveryPartition = <Value>(topic: TypedTopic<Value>, value: Value): OutgoingMessage[] =>
  Array.from({ length: topic.partitions }, (_, partition) => message(topic, null, value, { partition }));

export interface ProducedPosition {
  readonly topic: string;
  readonly partition: number;
  readonly baseOffset: number;
}

export interface BatchProducer {
  connect(): Promise<void>;
  /** Sends all, acknowledged by all in-sync replicas, in order per partition. Throws when one was not acknowledged: any of them may then have been written. */
  sendAll(messages: readonly OutgoingMessage[]): Promise<ProducedPosition[]>;
  disconnect(): Promise<void>;
}

type Round = Map<string, Message[]>;

/** One request carries one record batch per partition, and a batch has a largest size: cut into rounds below it. */
const inRounds = (contracts: Contracts, messages: readonly OutgoingMessage[]): Round[] => {
  const rounds: Round[] = [];
  const placed = new Map<string, { round: number; bytes: number }>();
  for (const { topic, key, value, partition, headers } of messages) {
    const encoded = value === null ? null : contracts.codec(topic as TypedTopic<unknown>).encode(value);
    const target = partition ?? partitionOf(key ?? '', topic.partitions);
    const size = (encoded?.length ?? 0) + Buffer.byteLength(key ?? '') + 512;
    const place = placed.get(`${topic.name}/${target}`) ?? { round: 0, bytes: 0 };
    placed.set(`${topic.name}/${target}`, place);
    if (place.bytes > 0 && place.bytes + size > MAX_BATCH_BYTES) {
      place.round += 1;
      place.bytes = 0;
    }
    place.bytes += size;
    rounds[place.round] ??= new Map();
    const round = rounds[place.round] ?? new Map();
    const name = contracts.topicName(topic);
    const list = round.get(name) ?? [];
    round.set(name, list);
    list.push({ key, value: encoded, partition: target, ...(headers ? { headers: { ...headers } } : {}) });
  }
  return rounds;
};

const newProducer = (kafka: Kafka): Producer =>
  kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10 },
  });

/**
 * The one way to produce: idempotent, acks from all, whole batches. kafkajs has no linger, so callers batch.
 *
 * After a failed send the producer is replaced. kafkajs takes the sequence numbers of a failed send back, although the
 * broker may have appended it: the next, different batch would carry the same numbers, and the broker would acknowledge it
 * as a repetition without appending it. A new producer has a new producer id.
 */
export const createBatchProducer = (kafka: Kafka, contracts: Contracts): BatchProducer => {
  let current: Promise<Producer> | null = null;
  const connected = (): Promise<Producer> => {
    if (current) return current;
    const connecting = (async () => {
      const producer = newProducer(kafka);
      await producer.connect();
      return producer;
    })();
    connecting.catch(() => replace(connecting));
    current = connecting;
    return connecting;
  };
  const replace = (failed: Promise<Producer>): void => {
    if (current === failed) current = null;
    // It is of no use any more; that it cannot say good-bye to the broker is no news.
    failed.then((producer) => producer.disconnect()).catch(() => undefined);
  };
  const sendRound = async (round: Round): Promise<RecordMetadata[]> => {
    const producer = connected();
    try {
      const topicMessages = [...round].map(([topic, list]) => ({ topic, messages: list }));
      return await (await producer).sendBatch({ acks: -1, topicMessages });
    } catch (error) {
      replace(producer);
      throw error;
    }
  };
  return {
    connect: async () => {
      await connected();
    },
    disconnect: async () => {
      await (await current)?.disconnect();
      current = null;
    },
    sendAll: async (messages) => {
      const positions: ProducedPosition[] = [];
      for (const round of inRounds(contracts, messages)) {
        for (const { topicName, partition, baseOffset } of await sendRound(round)) {
          positions.push({ topic: topicName, partition, baseOffset: Number(baseOffset ?? -1) });
        }
      }
      return positions;
    },
  };
};
