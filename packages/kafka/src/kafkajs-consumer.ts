import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { FetchedBatch, FetchedRecord, GroupConsumer, GroupHandlers, GroupOptions } from './ports.ts';
import { stickyAssigner } from './sticky-assigner.ts';

const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_INTERVAL_MS = 1_000;
const REBALANCE_TIMEOUT_MS = 30_000;
/** How long the broker may hold an answer while there is nothing: what comes is answered at once, only polling gets cheaper. */
const MAX_WAIT_MS = 250;
const MAX_BYTES_PER_PARTITION = 1_048_576;
/**
 * While little comes, fetches are at least this far apart: each is a request to the broker, and with every record of a slow
 * stream answered at once they cost more than all the work on it.
 */
const PACE_MS = 6;
const LITTLE = 500;
/** more than one fetch can bring */
const MAX_PARTITIONS = 1_024;

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

const headersOf = ({ headers }: KafkaMessage): Readonly<Record<string, string>> => {
  if (!headers) return noHeaders;
  let texts: Record<string, string> | null = null;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    texts ??= {};
    texts[name] = Array.isArray(value) ? value.join(',') : value.toString();
  }
  return texts ?? noHeaders;
};

const fetchedRecord = (one: KafkaMessage): FetchedRecord => ({
  offset: Number(one.offset),
  timestamp: Number(one.timestamp),
  key: one.key,
  value: one.value,
  headers: headersOf(one),
});

const fetchedBatch = (batch: Batch): FetchedBatch => ({
  partition: batch.partition,
  records: batch.messages.map(fetchedRecord),
  next: Number(batch.lastOffset()) + 1,
  high: Number(batch.highWatermark),
});

/** A group member on kafkajs: reads whole batches, one at a time, and leaves every decision to its handlers. */
export class KafkajsConsumer implements GroupConsumer {
  readonly #options: GroupOptions;
  readonly #consumer: Consumer;
  #owned: () => ReadonlyMap<number, number> = () => new Map();
  #assignment: Promise<void> = Promise.resolve();
  /** what kafkajs has handed out of the fetch in hand, and its end */
  #round: { readonly payloads: EachBatchPayload[]; readonly done: Promise<void> } | null = null;
  #roundInHand: Promise<void> = Promise.resolve();
  #stopping = false;
  #joins = 0;
  /** the join whose assignment the handlers have taken over */
  #takenOver = 0;

  constructor(kafka: Kafka, options: GroupOptions) {
    this.#options = options;
    this.#consumer = kafka.consumer({
      groupId: options.groupId,
      partitionAssigners: [stickyAssigner(() => this.#owned())],
      maxWaitTimeInMs: MAX_WAIT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    });
  }

  async start(handlers: GroupHandlers): Promise<void> {
    const { topic } = this.#options;
    const { events } = this.#consumer;
    this.#owned = () => handlers.owned();
    await this.#consumer.connect();
    this.#consumer.on(events.REBALANCING, () => handlers.onRebalance());
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      const partitions = (payload.memberAssignment[topic] ?? []).map(Number);
      this.#joins += 1;
      const join = this.#joins;
      // Two joins may follow each other closely: the first must have ended before the second is looked at.
      this.#assignment = this.#assignment.then(async () => {
        await handlers.onAssigned(partitions);
        this.#takenOver = join;
      });
      this.#assignment.catch((error: unknown) => handlers.onCrash(asError(error), false));
    });
    this.#consumer.on(events.CRASH, ({ payload }) => {
      if (!this.#stopping) handlers.onCrash(payload.error, payload.restart);
    });
    // For batches that hold nothing but control records no handler is called.
    this.#consumer.on(events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) handlers.onSkipped(payload.partition, Number(payload.lastOffset) + 1);
    });
    await this.#consumer.subscribe({ topics: [topic], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      // All partitions of a fetch at once: see #gather.
      partitionsConsumedConcurrently: MAX_PARTITIONS,
      eachBatch: (payload) => this.#gather(handlers, payload),
    });
  }

  seek(partition: number, offset: number): void {
    this.#consumer.seek({ topic: this.#options.topic, partition, offset: String(offset) });
  }

  pause(partitions: readonly number[]): void {
    this.#consumer.pause([{ topic: this.#options.topic, partitions: [...partitions] }]);
  }

  resume(partitions: readonly number[]): void {
    this.#consumer.resume([{ topic: this.#options.topic, partitions: [...partitions] }]);
  }

  async commit(offsets: ReadonlyMap<number, number>): Promise<void> {
    const { topic } = this.#options;
    if (this.#takenOver !== this.#joins)
      throw new Error('a new assignment is being taken over: nothing can be committed');
    await this.#consumer.commitOffsets(
      [...offsets].map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
    );
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    // What a batch fails with is the consumer's affair; here it is only waited for.
    await this.#roundInHand.catch(() => undefined);
    await this.#consumer.stop();
    await this.#consumer.disconnect();
  }

  /** kafkajs hands out the partitions of a fetch one by one, all in the same turn of the event loop: they are taken together. */
  #gather(handlers: GroupHandlers, payload: EachBatchPayload): Promise<void> {
    if (this.#round) {
      this.#round.payloads.push(payload);
      return this.#round.done;
    }
    const payloads = [payload];
    const earlier = this.#roundInHand;
    const done = new Promise<void>((resolve) => {
      setImmediate(resolve);
    }).then(async () => {
      this.#round = null;
      // With several brokers, fetches overlap.
      await earlier.catch(() => undefined);
      await this.#handOver(handlers, payloads);
    });
    this.#round = { payloads, done };
    this.#roundInHand = done;
    return done;
  }

  async #handOver(handlers: GroupHandlers, payloads: readonly EachBatchPayload[]): Promise<void> {
    await this.#assignment;
    const began = performance.now();
    const fresh = payloads.filter(({ isRunning, isStale }) => isRunning() && !isStale() && !this.#stopping);
    const [first] = fresh;
    if (!first) return;
    await handlers.onBatches(
      fresh.map(({ batch }) => fetchedBatch(batch)),
      { heartbeat: first.heartbeat },
    );
    for (const { batch, isStale, resolveOffset } of fresh) if (!isStale()) resolveOffset(batch.lastOffset());
    await first.heartbeat();
    const records = fresh.reduce((sum, { batch }) => sum + batch.messages.length, 0);
    const early = PACE_MS - (performance.now() - began);
    if (records < LITTLE && early > 1) await sleep(early);
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
