import type { TopicDeclaration, TypedTopic } from '@groundswell/schemas';
import kafkajs, { type Kafka, type Message, type Producer, type RecordMetadata } from 'kafkajs';
import type { Contracts, WireCodec } from './contracts.ts';
import { partitionOf } from './murmur2.ts';
import { MAX_BATCH_BYTES } from './topic-settings.ts';

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
  /** of the first record; -1: the broker does not say */
  readonly baseOffset: number;
  /** records of the batch */
  readonly count: number;
}

export interface BatchProducer {
  connect(): Promise<void>;
  /** Sends all, acknowledged by all in-sync replicas, in order per partition. Throws when one was not acknowledged: any of them may then have been written. */
  sendAll(messages: readonly OutgoingMessage[]): Promise<ProducedPosition[]>;
  disconnect(): Promise<void>;
}

export type Round = { topic: string; messages: Message[] }[];

/** More than a record needs beside its key, value and headers. */
const RECORD_OVERHEAD = 64;
/** A UTF-16 unit is at most so many bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

const sizeOfText = (text: string): number => text.length * MAX_BYTES_PER_UNIT + 5;

const sizeOfHeaders = (headers: Readonly<Record<string, string>>): number => {
  let size = 0;
  for (const name in headers) size += sizeOfText(name) + sizeOfText(headers[name] ?? '');
  return size;
};

/** One topic's messages of a send, cut so that no partition's share of a round is larger than a record batch may be. */
class TopicRounds {
  readonly topic: string;
  readonly rounds: Message[][] = [];
  readonly #codec: WireCodec<unknown>;
  readonly #partitions: number;
  /** by partition: the round that its next message goes with, and how full its batch there is */
  readonly #lanes: { round: number; bytes: number }[] = [];

  constructor(contracts: Contracts, topic: TopicDeclaration) {
    this.topic = contracts.topicName(topic);
    this.#codec = contracts.codec(topic as TypedTopic<unknown>);
    this.#partitions = topic.partitions;
  }

  add({ key, value, partition, headers }: OutgoingMessage): void {
    const encoded = value === null ? null : this.#codec.encode(value);
    const target = partition ?? partitionOf(key ?? '', this.#partitions);
    let size = RECORD_OVERHEAD + (encoded === null ? 0 : encoded.length) + (key === null ? 0 : sizeOfText(key));
    if (headers !== undefined) size += sizeOfHeaders(headers);
    const round = this.#roundOf(target, size);
    const list = this.rounds[round] ?? [];
    this.rounds[round] = list;
    list.push(
      headers === undefined
        ? { key, value: encoded, partition: target }
        : { key, value: encoded, partition: target, headers },
    );
  }

  #roundOf(partition: number, size: number): number {
    const lane = this.#lanes[partition];
    if (lane === undefined) {
      this.#lanes[partition] = { round: 0, bytes: size };
      return 0;
    }
    if (lane.bytes + size > MAX_BATCH_BYTES) {
      lane.round += 1;
      lane.bytes = 0;
    }
    lane.bytes += size;
    return lane.round;
  }
}

/** One request carries one record batch per partition, and a batch has a largest size: cut into rounds below it, in order per partition. */
export const inRounds = (contracts: Contracts, messages: readonly OutgoingMessage[]): Round[] => {
  const topics = new Map<string, TopicRounds>();
  for (const one of messages) {
    let topic = topics.get(one.topic.name);
    if (topic === undefined) {
      topic = new TopicRounds(contracts, one.topic);
      topics.set(one.topic.name, topic);
    }
    topic.add(one);
  }
  const rounds: Round[] = [];
  for (const { topic, rounds: own } of topics.values()) {
    for (const [index, list] of own.entries()) {
      const round = rounds[index] ?? [];
      rounds[index] = round;
      round.push({ topic, messages: list });
    }
  }
  return rounds;
};

/** Records per partition, by topic. */
const countsOf = (round: Round): Map<string, number[]> => {
  const counts = new Map<string, number[]>();
  for (const { topic, messages } of round) {
    const own: number[] = [];
    counts.set(topic, own);
    for (const { partition = 0 } of messages) own[partition] = (own[partition] ?? 0) + 1;
  }
  return counts;
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
      return await (await producer).sendBatch({ acks: -1, topicMessages: round });
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
        const written = await sendRound(round);
        const counts = countsOf(round);
        for (const { topicName, partition, baseOffset } of written) {
          const count = counts.get(topicName)?.[partition] ?? 0;
          positions.push({ topic: topicName, partition, baseOffset: Number(baseOffset ?? -1), count });
        }
      }
      return positions;
    },
  };
};
