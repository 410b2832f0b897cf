import { setTimeout as sleep } from 'node:timers/promises';
import { type Kafka, namespaced } from '@groundswell/kafka';
import type { Batch, Consumer, EachBatchPayload } from 'kafkajs';
import { readBatch } from './batch-reader.ts';
import type { BatchWriter, PartitionBatch } from './batch-writer.ts';
import type { TopicReader } from './topic-reader.ts';

/** No producer makes larger record batches, so no partition can get stuck behind one. */
const MAX_BYTES_PER_PARTITION = 4 * 1024 * 1024;
/** What the broker waits for: many small answers cost it, us and ClickHouse more than anything else. */
const MIN_BYTES = 8 * 1024 * 1024;
/** Heartbeats come between fetches; and a wait of nothing would never rest. */
const LONGEST_WAIT_MS = 1_000;
const SHORTEST_WAIT_MS = 10;
const HEARTBEAT_MS = 500;
export interface LogConsumerOptions {
  readonly kafka: Pick<Kafka, 'consumer'>;
  readonly namespace: string;
  /** consumer group, without namespace */
  readonly group: string;
  readonly generation: number;
  /** ms that the broker may wait for more before it answers */
  readonly lingerMs: number;
  /** of a round of fetches: what memory has to hold. While behind, rounds are as large, and so are the inserts. */
  readonly maxBytes: number;
  /** by the topic's name on the broker */
  readonly readers: ReadonlyMap<string, TopicReader>;
  readonly writer: Pick<BatchWriter, 'expect' | 'write' | 'abandon'>;
  /** epoch ms, the wall clock */
  readonly now: () => number;
  /** records of the partition after the batch */
  readonly onLag: (topic: string, partition: number, records: number) => void;
  readonly onCrash: (error: unknown) => void;
}

/**
 * Reads topics that are stored. Batches of all partitions are read side by side, and each waits in its `eachBatch` until it is
 * written and committed: a slow ClickHouse slows reading, and a rebalance finds nothing half done.
 */
export class LogConsumer {
  readonly #options: LogConsumerOptions;
  readonly #consumer: Consumer;
  #joined = false;
  #stopping = false;

  constructor(options: LogConsumerOptions) {
    this.#options = options;
    this.#consumer = options.kafka.consumer({
      groupId: namespaced(options.namespace, options.group),
      minBytes: MIN_BYTES,
      maxWaitTimeInMs: Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, options.lingerMs)),
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      maxBytes: options.maxBytes,
      sessionTimeout: 10_000,
      heartbeatInterval: 1_000,
      rebalanceTimeout: 30_000,
    });
  }

  get joined(): boolean {
    return this.#joined;
  }

  async start(): Promise<void> {
    const { readers, onCrash } = this.#options;
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, () => {
      this.#joined = true;
    });
    this.#consumer.on(events.CRASH, ({ payload }) => {
      this.#joined = false;
      if (!payload.restart && !this.#stopping) onCrash(payload.error);
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...readers.keys()], fromBeginning: true });
    const partitions = [...readers.values()].reduce((sum, { topic }) => sum + topic.partitions, 0);
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: partitions,
      eachBatch: (payload) => this.#eachBatch(payload),
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#consumer.disconnect();
  }

  async #eachBatch({ batch, heartbeat, resolveOffset, ...payload }: EachBatchPayload): Promise<void> {
    if (!payload.isRunning() || payload.isStale()) return;
    const { generation, now } = this.#options;
    const lastOffset = batch.lastOffset();
    const arrived = this.#options.writer.expect();
    let written: Promise<void>;
    try {
      const reader = this.#readerOf(batch);
      const { records, direct } = await readBatch(reader, batch, { generation, ingestedAt: now() });
      const read: PartitionBatch = {
        topic: batch.topic,
        declaredTopic: reader.topic.name,
        partition: batch.partition,
        nextOffset: String(Number(lastOffset) + 1),
        bytes: batch.messages.reduce((sum, { value }) => sum + (value?.length ?? 0), 0),
        appendedAt: batch.messages.map(({ timestamp }) => Number(timestamp)),
        records,
        direct,
        commit: (offsets) => payload.commitOffsetsIfNecessary(offsets),
      };
      written = this.#written(read, heartbeat);
    } finally {
      arrived();
    }
    await written;
    resolveOffset(lastOffset);
    this.#options.onLag(batch.topic, batch.partition, Number(batch.highWatermark) - Number(lastOffset) - 1);
  }

  #readerOf(batch: Batch): TopicReader {
    const reader = this.#options.readers.get(batch.topic);
    if (!reader) throw new Error(`read ${batch.topic}, which was not subscribed to`);
    return reader;
  }

  /** kafkajs sends heartbeats only when asked. One that fails means a rebalance: then the batch is somebody else's. */
  async #written(batch: PartitionBatch, heartbeat: () => Promise<void>): Promise<void> {
    const { writer } = this.#options;
    let waiting = true;
    const written = writer.write(batch).finally(() => {
      waiting = false;
    });
    try {
      while (waiting) {
        await Promise.race([written, sleep(HEARTBEAT_MS)]);
        if (waiting) await heartbeat();
      }
      await written;
    } catch (error) {
      writer.abandon(batch);
      throw error;
    }
  }
}
