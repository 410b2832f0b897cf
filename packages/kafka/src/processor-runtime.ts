import type { Logger, Metrics } from '@groundswell/service';
import type { InputRecord, Processor } from '@groundswell/stream';
import { BackgroundLoops } from './background-loops.ts';
import { namespaced } from './client.ts';
import type { Contracts } from './contracts.ts';
import { DeferredHeartbeat } from './deferred-heartbeat.ts';
import { LookBack } from './look-back.ts';
import { OwnedPartitions } from './owned-partitions.ts';
import { PartitionTakeover } from './partition-takeover.ts';
import { markOf, type PartitionTask } from './partition-task.ts';
import type { BatchControl, Broker, FetchedBatch, GroupConsumer, SnapshotStore, Wall } from './ports.ts';
import { type BatchProducer, message } from './producer.ts';
import { Publisher } from './publisher.ts';
import { RecordReader } from './record-reader.ts';
import { restoreProgress } from './restore-progress.ts';
import { type RuntimeLimits, runtimeLimits } from './runtime-limits.ts';
import { createRuntimeMetrics, type RuntimeMetrics } from './runtime-metrics.ts';
import { TaskRestorer } from './task-restorer.ts';
import { dueForTick } from './ticker.ts';
import { pause } from './wall.ts';

export interface RuntimeOptions<Value, State> {
  readonly processor: Processor<Value, State>;
  readonly broker: Broker;
  readonly contracts: Contracts;
  readonly namespace: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** What cannot be recovered from: the process must end. */
  readonly onCrash: (error: unknown) => void;
  readonly wall: Wall;
  /** state on the local disk, for quick restarts; none: always from the log */
  readonly snapshots?: SnapshotStore;
  readonly limits?: Partial<RuntimeLimits>;
}

/** A batch to be processed. */
interface Work<Value, State> {
  readonly task: PartitionTask<Value, State>;
  readonly batch: FetchedBatch;
  /** decoded already, for look-ups */
  records?: readonly InputRecord<Value>[];
}

/**
 * Runs one processor on a broker: reads whole batches, restores state, sends what was produced topic by topic while it
 * reads on, and commits an offset only after all that came of the records before it was acknowledged. See
 * docs/stream-runtime.md.
 */
export class ProcessorRuntime<Value, State> {
  readonly #options: RuntimeOptions<Value, State>;
  readonly #limits: RuntimeLimits;
  readonly #reader: RecordReader<Value>;
  readonly #consumer: GroupConsumer;
  readonly #sender: BatchProducer;
  readonly #restorer: TaskRestorer<Value, State>;
  readonly #takeover: PartitionTakeover<Value, State>;
  readonly #publisher: Publisher<Value, State>;
  readonly #lookBack: LookBack<Value, State>;
  readonly #metrics: RuntimeMetrics;
  readonly #loops: BackgroundLoops;
  readonly #tasks: OwnedPartitions<Value, State>;
  #joined = false;
  #stopping = false;
  #batchesInHand: Promise<void> = Promise.resolve();
  #draining: Promise<void> | null = null;
  #progress = restoreProgress();

  constructor(options: RuntimeOptions<Value, State>) {
    const { processor, broker, contracts, namespace, wall, logger } = options;
    const topic = contracts.topicName(processor.input);
    const groupId = namespaced(namespace, processor.name);
    this.#options = options;
    this.#limits = { ...runtimeLimits, ...options.limits };
    this.#tasks = new OwnedPartitions(processor);
    this.#metrics = createRuntimeMetrics(options.metrics);
    this.#reader = new RecordReader(processor, contracts, (reason) => this.#metrics.deadLetters.inc({ reason }));
    this.#loops = new BackgroundLoops(wall, logger);
    this.#sender = broker.producer();
    this.#consumer = broker.consumer({ groupId, topic });
    this.#restorer = new TaskRestorer({
      processor,
      broker,
      topic,
      groupId,
      snapshots: options.snapshots,
      logger,
      wall,
    });
    const shared = { processor, tasks: this.#tasks, metrics: this.#metrics, logger, wall };
    this.#takeover = new PartitionTakeover({
      ...shared,
      restorer: this.#restorer,
      consumer: this.#consumer,
      onCrash: options.onCrash,
    });
    const { stateTopic } = processor.restore;
    const stateTopicName = stateTopic ? contracts.topicName(stateTopic) : null;
    this.#publisher = new Publisher({
      ...shared,
      sender: this.#sender,
      reader: this.#reader,
      limits: this.#limits,
      stateTopic: stateTopicName,
    });
    this.#lookBack = new LookBack({
      ...shared,
      broker,
      topic: stateTopicName ?? '',
      isSending: () => this.#publisher.isSending,
    });
  }

  async start(): Promise<void> {
    await this.#sender.connect();
    await this.#consumer.start({
      owned: () => this.#tasks.positions(),
      onRebalance: () => void this.#drain(),
      onAssigned: (partitions) => this.#onAssigned(partitions),
      onBatches: (batches, control) => {
        this.#batchesInHand = this.#onBatches(batches, control);
        return this.#batchesInHand;
      },
      onSkipped: (partition, next) => this.#onSkipped(partition, next),
      onCrash: (error, restarts) => {
        if (!restarts && !this.#stopping) this.#options.onCrash(error);
      },
    });
    this.#loops.every(this.#limits.commitIntervalMs, () => this.#commit());
    if (this.#options.processor.clocked) this.#loops.every(this.#limits.tickIntervalMs, () => this.#tick());
    if (this.#options.snapshots) this.#loops.every(this.#limits.snapshotIntervalMs, () => this.#save());
    if (this.#options.processor.onForeignRecord)
      this.#loops.every(this.#limits.lookBackIntervalMs, () => this.#lookBack.look());
    if (this.#options.processor.hasWork) this.#loops.every(this.#limits.workIntervalMs, () => this.#work());
  }

  /** true when the state of every owned partition stands where the group had committed when it was taken over. */
  ready(): true | string {
    if (!this.#joined) return 'joining the consumer group';
    return this.#progress.text(this.#tasks, this.#options.wall.now());
  }

  /** Finishes the batch in hand, flushes and commits everything, saves the state, and leaves the group. */
  async stop(): Promise<void> {
    this.#stopping = true;
    // What a batch fails with is the consumer's affair; here it is only waited for.
    await this.#batchesInHand.catch(() => undefined);
    await this.#loops.stop();
    // Before the consumer stops: afterwards nothing can be committed.
    await this.#drain();
    await this.#save();
    await this.#consumer.stop();
    await Promise.all([this.#sender.disconnect(), this.#options.broker.disconnect()]);
  }

  /** Takes over partitions: those that stay go on as they are, the others come back from memory, a snapshot or the log. */
  async #onAssigned(partitions: readonly number[]): Promise<void> {
    this.#joined = false;
    await this.#settle();
    const { logger, wall } = this.#options;
    const restored = await this.#takeover.take(partitions);
    this.#progress.restart(wall.now(), this.#tasks);
    this.#joined = true;
    logger.info({ partitions, restored }, 'partitions assigned');
    // What a partition that left held back may have come free.
    this.#publisher.schedule();
  }

  /**
   * After a join. What a replay decides again alike may still go out, whoever owns the partition now; what depends on
   * more than the log must not: it is given up unless the drain, which began before the join, has sent it.
   */
  async #settle(): Promise<void> {
    if (this.#options.processor.restore.from === 'start') return this.#drain();
    await this.#draining;
    if (!this.#publisher.isSettled) this.#forget();
  }

  async #onBatches(batches: readonly FetchedBatch[], control: BatchControl): Promise<void> {
    if (this.#stopping) return;
    const work: Work<Value, State>[] = [];
    for (const batch of batches) {
      const task = await this.#takeover.accept(batch);
      if (task) work.push({ task, batch });
    }
    if (work.length === 0) return;
    if (!(await this.#prepare(work))) return;
    const beat = new DeferredHeartbeat(control);
    try {
      this.#publisher.isPreparing = false;
      for (const one of work) await this.#process(one, beat);
    } catch (error) {
      // A bug: nothing that is known of these partitions can be trusted any more.
      this.#forget();
      return this.#options.onCrash(error);
    }
    this.#publisher.schedule();
    await this.#makeRoom(beat);
    this.#pauseOrResume();
    if (!beat.failure) return;
    await this.#drain();
    throw beat.failure.error;
  }

  #onSkipped(partition: number, next: number): void {
    const task = this.#tasks.get(partition);
    if (!task || this.#stopping || task.expected) return;
    task.skipTo(next);
    this.#publisher.schedule();
  }

  /** The awaits of a fetch: schemas, and what its records need. false when that failed and everything was taken over anew. */
  async #prepare(work: Work<Value, State>[]): Promise<boolean> {
    const { processor, logger, wall } = this.#options;
    try {
      for (const { batch } of work) await this.#reader.prepare(batch);
      if (!processor.beforeBatch) return true;
      this.#publisher.isPreparing = true;
      for (const one of work) one.records = this.#reader.read(one.batch, one.task);
      await processor.beforeBatch(work.flatMap(({ records }) => records ?? []));
      return true;
    } catch (error) {
      logger.warn({ err: error }, 'a batch could not be prepared: it will be read again');
    }
    await pause(wall, this.#limits.retryMs);
    // What the processor learnt of these records came back only in part.
    const partitions = [...this.#tasks].map(({ partition }) => partition);
    this.#forget();
    await this.#onAssigned(partitions);
    return false;
  }

  async #process({ task, batch, records: read }: Work<Value, State>, beat: DeferredHeartbeat): Promise<void> {
    const { heartbeatEvery } = this.#limits;
    const { freshness } = this.#metrics;
    let processed = 0;
    for (let at = 0, end = (read ?? batch.records).length; at < end; at += 1) {
      const record = read ? read[at] : this.#decode(batch, at, task);
      if (!record) continue;
      task.process(record, this.#publisher.out);
      if (record.offset >= task.suppressBelow) freshness.begin(record.appendedAt);
      processed += 1;
      if (processed % heartbeatEvery === 0) await beat.during();
    }
    task.skipTo(batch.next);
    const last = batch.records.at(-1);
    if (last && last.offset < task.next) task.mark = markOf(last);
    this.#metrics.records.inc(processed);
  }

  /** Just before it is processed: what lives no longer than its turn costs the collector nothing. */
  #decode(batch: FetchedBatch, at: number, task: PartitionTask<Value, State>): InputRecord<Value> | undefined {
    const fetched = batch.records[at];
    return fetched && this.#reader.one(fetched, task);
  }

  /** Reading waits while more is produced than the broker takes. */
  async #makeRoom(beat: DeferredHeartbeat): Promise<void> {
    while (this.#publisher.isFull) {
      await this.#publisher.flushOne();
      await beat.during();
      if (beat.failure || this.#stopping) return;
    }
  }

  /** Flushes and commits all there is, before partitions change hands. What is not acknowledged in time is forgotten. */
  #drain(): Promise<void> {
    this.#draining ??= this.#drainOnce().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  async #drainOnce(): Promise<void> {
    if (this.#tasks.size === 0) return;
    if (!(await this.#publisher.flushAll())) {
      this.#options.logger.warn('outputs were not acknowledged in time: state comes back from the log');
      this.#forget();
      return;
    }
    await this.#commit();
  }

  async #commit(): Promise<void> {
    const due = new Map<number, number>();
    for (const task of this.#tasks) {
      if (task.flushed > task.committed) due.set(task.partition, task.flushed);
      this.#metrics.lag.set({ partition: task.partition }, task.lag);
    }
    this.#tasks.forgetDormant(this.#options.wall.now());
    const { unconfirmed } = this.#lookBack;
    for (const { task } of unconfirmed) due.set(task.partition, Math.max(task.flushed, task.committed));
    if (due.size === 0) return;
    try {
      await this.#consumer.commit(due);
    } catch (error) {
      // A rebalance is under way: the next owner repeats what was not committed, with the same results.
      this.#options.logger.debug({ err: error }, 'offsets not committed');
      return;
    }
    for (const [partition, offset] of due) {
      const task = this.#tasks.get(partition);
      if (task) task.committed = Math.max(task.committed, offset);
    }
    this.#show(unconfirmed);
  }

  /** What others wrote, to the processor. One that cannot read it must not go on: it has been shown a part. */
  #show(confirmed: LookBack<Value, State>['unconfirmed']): void {
    try {
      this.#lookBack.confirmed(confirmed);
    } catch (error) {
      this.#forget();
      this.#options.onCrash(error);
    }
  }

  async #save(): Promise<void> {
    for (const task of [...this.#tasks]) await this.#restorer.save(task);
  }

  /** The owner of a caught-up partition keeps its clock going: when a timer is due, else hourly, never beyond the wall clock. */
  async #tick(): Promise<void> {
    const { processor, wall } = this.#options;
    const { clocked, input } = processor;
    if (!clocked || this.#stopping) return;
    const now = wall.now();
    const due = dueForTick(clocked, this.#tasks, now);
    if (due.length === 0) return;
    await this.#sender.sendAll(due.map(({ partition }) => message(input, null, clocked.tick(now), { partition })));
    for (const task of due) task.lastTick = now;
    this.#metrics.ticks.inc(due.length);
  }

  /** What a processor does of its own is done in a flush. */
  async #work(): Promise<void> {
    const { processor } = this.#options;
    if (this.#stopping) return;
    for (const task of this.#tasks) {
      if (!task.isLive || processor.hasWork?.(task.state) !== true) continue;
      this.#publisher.schedule();
      return;
    }
  }

  #pauseOrResume(): void {
    const { processor } = this.#options;
    if (!processor.isPaused) return;
    for (const task of this.#tasks) {
      const pause = processor.isPaused(task.state);
      if (pause === task.paused) continue;
      task.paused = pause;
      if (pause) this.#consumer.pause([task.partition]);
      else this.#consumer.resume([task.partition]);
    }
  }

  /** State has run ahead of what was published: it must come back from the log. */
  #forget(): void {
    this.#publisher.giveUp();
    this.#tasks.dropAll();
    this.#joined = false;
  }
}
