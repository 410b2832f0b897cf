import { type TopicDeclaration, topics } from '@groundswell/schemas';
import type { Logger, Metrics } from '@groundswell/service';
import { CollectedOutput, type InputRecord, type Processor, type ProducedRecord } from '@groundswell/stream';
import type { Admin, Batch, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { namespaced } from './client.ts';
import { type Contracts, type WireCodec, WireError } from './contracts.ts';
import { deadLetterOf, type WireRecord } from './dead-letter.ts';
import { PartitionTask } from './partition-task.ts';
import { type BatchProducer, createBatchProducer, message, type OutgoingMessage } from './producer.ts';
import { readPartitions } from './read-partitions.ts';
import { retrying } from './retrying.ts';
import { createRuntimeMetrics, type RuntimeMetrics } from './runtime-metrics.ts';

export interface RuntimeOptions<Value, State> {
  readonly processor: Processor<Value, State>;
  readonly kafka: Kafka;
  readonly contracts: Contracts;
  readonly namespace: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly onCrash: (error: unknown) => void;
  /** epoch ms; the wall clock, for ticks */
  readonly now: () => number;
}

const COMMIT_INTERVAL_MS = 100;
const TICK_INTERVAL_MS = 200;
const HOUR_MS = 3_600_000;
/** Records between heartbeats while a long batch is processed. */
const HEARTBEAT_EVERY = 5_000;

const headersOf = (one: KafkaMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(one.headers ?? {})) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value.toString();
  }
  return headers;
};

const wireRecord = (topic: TopicDeclaration, batch: Batch, one: KafkaMessage): WireRecord => ({
  topic: topic.name,
  partition: batch.partition,
  offset: Number(one.offset),
  key: one.key,
  value: one.value,
  headers: headersOf(one),
  appendedAt: Number(one.timestamp),
});

/**
 * A heartbeat may find that the group rebalances. In the middle of a batch that must wait: the batch is finished and
 * flushed first, so that state and topics agree; then the error ends the batch and the consumer joins again.
 */
class DeferredHeartbeat {
  readonly #heartbeat: () => Promise<void>;
  #failure: { error: unknown } | null = null;

  constructor(heartbeat: () => Promise<void>) {
    this.#heartbeat = heartbeat;
  }

  async during(): Promise<void> {
    if (this.#failure) return;
    try {
      await this.#heartbeat();
    } catch (error) {
      this.#failure = { error };
    }
  }

  async now(): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    await this.#heartbeat();
  }
}

/**
 * Runs one processor on Kafka: reads whole batches, restores state, sends what was produced topic by topic, and commits
 * an offset only after all that came of the records before it was acknowledged. Any failure drops the state of the
 * partitions; it comes back from the log.
 */
export class ProcessorRuntime<Value, State> {
  readonly #options: RuntimeOptions<Value, State>;
  readonly #input: string;
  readonly #groupId: string;
  readonly #codec: WireCodec<Value>;
  readonly #consumer: Consumer;
  readonly #producer: BatchProducer;
  readonly #admin: Admin;
  readonly #metrics: RuntimeMetrics;
  readonly #tasks = new Map<number, PartitionTask<Value, State>>();
  readonly #out = new CollectedOutput();
  #assignment: Promise<void> = Promise.resolve();
  #joined = false;
  #stopping = false;
  #timers: NodeJS.Timeout[] = [];
  #background: Promise<void> = Promise.resolve();
  #batchInHand: Promise<void> = Promise.resolve();

  constructor(options: RuntimeOptions<Value, State>) {
    const { processor, kafka, contracts, namespace } = options;
    this.#options = options;
    this.#input = contracts.topicName(processor.input);
    this.#groupId = namespaced(namespace, processor.name);
    this.#codec = contracts.codec(processor.input);
    this.#metrics = createRuntimeMetrics(options.metrics);
    this.#admin = kafka.admin();
    this.#producer = createBatchProducer(kafka, contracts);
    this.#consumer = kafka.consumer({
      groupId: this.#groupId,
      maxWaitTimeInMs: 50,
      maxBytesPerPartition: 1_048_576,
      sessionTimeout: 10_000,
      heartbeatInterval: 1_000,
      rebalanceTimeout: 30_000,
    });
  }

  async start(): Promise<void> {
    await Promise.all([this.#admin.connect(), this.#producer.connect(), this.#consumer.connect()]);
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      const partitions = payload.memberAssignment[this.#input] ?? [];
      this.#assignment = this.#assign(partitions.map(Number));
      this.#assignment.catch((error: unknown) => this.#options.onCrash(error));
    });
    this.#consumer.on(events.CRASH, ({ payload }) => {
      this.#forget();
      if (!payload.restart && !this.#stopping) this.#options.onCrash(payload.error);
    });
    await this.#consumer.subscribe({ topics: [this.#input], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => {
        this.#batchInHand = this.#eachBatch(payload);
        return this.#batchInHand;
      },
    });
    this.#every(COMMIT_INTERVAL_MS, () => this.#commit());
    if (this.#options.processor.clocked) this.#every(TICK_INTERVAL_MS, () => this.#tick());
  }

  /** true when every owned partition stands where its log stood at take-over. */
  ready(): true | string {
    if (!this.#joined) return 'joining the consumer group';
    const waiting = [...this.#tasks.values()].filter((task) => !task.restored);
    if (waiting.length === 0) return true;
    const left = waiting.reduce((sum, task) => sum + Math.max(0, task.suppressBelow - task.next), 0);
    return `restoring ${waiting.length} of ${this.#tasks.size} partitions, ${left} records left`;
  }

  /** Finishes the batch in hand, commits it, and leaves the group. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#background;
    // What a batch fails with is the consumer's affair; here it is only waited for.
    await this.#batchInHand.catch(() => undefined);
    // Before the consumer stops: afterwards kafkajs no longer commits.
    await this.#commit();
    await this.#consumer.stop();
    await Promise.all([this.#consumer.disconnect(), this.#producer.disconnect(), this.#admin.disconnect()]);
  }

  /** Takes over partitions: finds where they stand, restores what a state topic holds, and reads on from there. */
  async #assign(partitions: number[]): Promise<void> {
    for (const partition of [...this.#tasks.keys()]) {
      if (!partitions.includes(partition)) this.#drop(partition);
    }
    const [ends, groups] = await Promise.all([
      retrying(() => this.#admin.fetchTopicOffsets(this.#input)),
      retrying(() => this.#admin.fetchOffsets({ groupId: this.#groupId, topics: [this.#input] })),
    ]);
    const committedOffsets = new Map((groups[0]?.partitions ?? []).map((one) => [one.partition, Number(one.offset)]));
    const fresh: PartitionTask<Value, State>[] = [];
    for (const partition of partitions) {
      const end = ends.find((one) => one.partition === partition);
      const low = Number(end?.low ?? 0);
      const committed = Math.max(low, committedOffsets.get(partition) ?? -1);
      const kept = this.#tasks.get(partition);
      if (kept && this.#canGoOn(kept, low, committed)) {
        kept.suppressBelow = Math.max(kept.suppressBelow, committed);
        continue;
      }
      this.#drop(partition);
      const task = new PartitionTask(this.#options.processor, {
        partition,
        low,
        high: Number(end?.high ?? 0),
        committed,
      });
      this.#tasks.set(partition, task);
      fresh.push(task);
    }
    await this.#restoreFromStateTopic(fresh);
    // kafkajs keeps partitions paused over a rebalance; whoever owns one now decides anew.
    this.#consumer.resume([{ topic: this.#input, partitions }]);
    for (const task of this.#tasks.values()) {
      task.paused = false;
      this.#consumer.seek({ topic: this.#input, partition: task.partition, offset: String(task.next) });
    }
    this.#joined = true;
    this.#options.logger.info({ partitions, replayed: fresh.map((task) => task.partition) }, 'partitions assigned');
  }

  /** Retained state is as good as new: somebody else may have owned the partition in between and published beyond us. */
  #canGoOn(kept: PartitionTask<Value, State>, low: number, committed: number): boolean {
    return kept.next >= low && (this.#options.processor.restore.from === 'start' || kept.next >= committed);
  }

  #drop(partition: number): void {
    const task = this.#tasks.get(partition);
    if (!task) return;
    this.#tasks.delete(partition);
    this.#options.processor.disposeState?.(task.state);
  }

  async #restoreFromStateTopic(tasks: readonly PartitionTask<Value, State>[]): Promise<void> {
    const { processor, kafka, contracts, namespace } = this.#options;
    const { stateTopic } = processor.restore;
    if (!stateTopic || tasks.length === 0) return;
    const byPartition = new Map(tasks.map((task) => [task.partition, task]));
    await readPartitions({
      kafka,
      contracts,
      namespace,
      topic: stateTopic,
      partitions: [...byPartition.keys()],
      onRecord: ({ partition, key, value }) => {
        const task = byPartition.get(partition);
        if (task) processor.onStateRecord?.(task.state, key, value);
      },
    });
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, isRunning, isStale } = payload;
    await this.#assignment;
    const task = this.#tasks.get(batch.partition);
    if (!task || isStale() || !isRunning() || this.#stopping) return;
    const beat = new DeferredHeartbeat(heartbeat);
    try {
      task.high = Math.max(task.high, Number(batch.highWatermark));
      const records = await this.#decode(batch, task);
      await this.#options.processor.beforeBatch?.(records);
      await this.#process(task, records, beat);
      task.skipThrough(Number(batch.lastOffset()), this.#out);
      await this.#flush(task);
    } catch (error) {
      // State has run ahead of what was published: it must come back from the log.
      this.#forget();
      throw error;
    }
    for (const one of this.#tasks.values()) one.markFlushed();
    payload.resolveOffset(batch.lastOffset());
    this.#pauseOrResume();
    await beat.now();
  }

  async #decode(batch: Batch, task: PartitionTask<Value, State>): Promise<InputRecord<Value>[]> {
    const { input } = this.#options.processor;
    await this.#codec.prepare(batch.messages.map((one) => one.value));
    const records: InputRecord<Value>[] = [];
    for (const one of batch.messages) {
      const offset = Number(one.offset);
      if (offset < task.next) continue;
      try {
        if (one.value === null) throw new WireError('undecodable', 'a record without a value');
        const value = this.#codec.decode(one.value);
        records.push({
          topic: input.name,
          partition: batch.partition,
          offset,
          appendedAt: Number(one.timestamp),
          key: one.key?.toString() ?? null,
          value,
          headers: headersOf(one),
        });
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        if (offset >= task.suppressBelow) await this.#deadLetter(wireRecord(input, batch, one), error);
      }
    }
    return records;
  }

  async #deadLetter(record: WireRecord, { reason, message: text }: WireError): Promise<void> {
    const letter = deadLetterOf(this.#options.processor.name, record, { reason, message: text });
    this.#metrics.deadLetters.inc({ reason });
    await this.#producer.sendAll([message(topics.deadLetters, letter.deadLetterId, letter)]);
  }

  async #process(
    task: PartitionTask<Value, State>,
    records: readonly InputRecord<Value>[],
    beat: DeferredHeartbeat,
  ): Promise<void> {
    let sinceHeartbeat = 0;
    for (const record of records) {
      task.process(record, this.#out);
      sinceHeartbeat += 1;
      if (sinceHeartbeat >= HEARTBEAT_EVERY) {
        sinceHeartbeat = 0;
        await beat.during();
      }
    }
    this.#metrics.records.inc(records.length);
  }

  /** Sends what was collected, one topic after the other. Nothing is published while published work is repeated. */
  async #flush(task: PartitionTask<Value, State>): Promise<void> {
    const { processor } = this.#options;
    if (task.next >= task.suppressBelow) processor.onFlush?.(task.state, this.#out);
    const { produced, rejected } = this.#out.take();
    const letters = rejected.map(({ record, rejection }) => {
      this.#metrics.deadLetters.inc({ reason: rejection.reason });
      const bytes = Buffer.from(JSON.stringify(record.value));
      const letter = deadLetterOf(
        processor.name,
        { ...record, key: record.key === null ? null : Buffer.from(record.key), value: bytes },
        rejection,
      );
      return message(topics.deadLetters, letter.deadLetterId, letter);
    });
    if (letters.length > 0) await this.#producer.sendAll(letters);
    if (produced.length === 0) return;
    const end = this.#metrics.flushSeconds.startTimer();
    for (const stage of processor.outputs) {
      const messages = produced.filter((record) => record.topic.name === stage.name).map(outgoing);
      if (messages.length > 0) await this.#producer.sendAll(messages);
    }
    end();
    this.#metrics.produced.inc(produced.length);
  }

  async #commit(): Promise<void> {
    const due: { task: PartitionTask<Value, State>; offset: number }[] = [];
    for (const task of this.#tasks.values()) {
      if (task.flushed > task.committed) due.push({ task, offset: task.flushed });
      this.#metrics.lag.set({ partition: task.partition }, task.lag);
    }
    if (due.length === 0) return;
    try {
      await this.#consumer.commitOffsets(
        due.map(({ task, offset }) => ({ topic: this.#input, partition: task.partition, offset: String(offset) })),
      );
      for (const { task, offset } of due) task.committed = Math.max(task.committed, offset);
    } catch (error) {
      // A rebalance is under way: the next owner repeats what was not committed, with the same results.
      this.#options.logger.debug({ err: error }, 'offsets not committed');
    }
  }

  /** The owner of a caught-up partition keeps its clock going: when a timer is due, else hourly, never beyond the wall clock. */
  async #tick(): Promise<void> {
    const { processor, now } = this.#options;
    const { clocked, input } = processor;
    if (!clocked) return;
    const due: PartitionTask<Value, State>[] = [];
    const wall = now();
    for (const task of this.#tasks.values()) {
      const clock = clocked.clock(task.state);
      if (clock === undefined || !task.caughtUp || clocked.mode(task.state) !== 'live') continue;
      const timer = clocked.nextTimer(task.state);
      const timerIsDue = timer !== undefined && timer <= wall && task.lastTick < timer;
      if (!timerIsDue && Math.max(clock, task.lastTick) + HOUR_MS > wall) continue;
      due.push(task);
    }
    if (due.length === 0) return;
    await this.#producer.sendAll(due.map(({ partition }) => message(input, null, clocked.tick(wall), { partition })));
    for (const task of due) task.lastTick = wall;
    this.#metrics.ticks.inc(due.length);
  }

  #pauseOrResume(): void {
    const { processor } = this.#options;
    if (!processor.isPaused) return;
    for (const task of this.#tasks.values()) {
      const pause = processor.isPaused(task.state);
      if (pause === task.paused) continue;
      task.paused = pause;
      const partitions = [{ topic: this.#input, partitions: [task.partition] }];
      if (pause) this.#consumer.pause(partitions);
      else this.#consumer.resume(partitions);
    }
  }

  #forget(): void {
    this.#out.take();
    for (const partition of [...this.#tasks.keys()]) this.#drop(partition);
    this.#joined = false;
  }

  #every(intervalMs: number, work: () => Promise<void>): void {
    const timer = setInterval(() => {
      this.#background = this.#background
        .then(work)
        .catch((error: unknown) =>
          this.#options.logger.warn({ err: error }, 'background work failed, will be tried again'),
        );
    }, intervalMs);
    this.#timers.push(timer);
  }
}

const outgoing = ({ topic, key, value, options }: ProducedRecord): OutgoingMessage => ({
  topic,
  key,
  value,
  ...options,
});
