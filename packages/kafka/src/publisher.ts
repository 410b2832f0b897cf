import type { Logger } from '@groundswell/service';
import { CollectedOutput, type Processor } from '@groundswell/stream';
import { type Cut, Flusher } from './flusher.ts';
import type { OwnedPartitions } from './owned-partitions.ts';
import type { Wall } from './ports.ts';
import type { BatchProducer, ProducedPosition } from './producer.ts';
import type { RecordReader } from './record-reader.ts';
import type { RuntimeLimits } from './runtime-limits.ts';
import type { RuntimeMetrics } from './runtime-metrics.ts';
import { endsWithin } from './wall.ts';

interface PublisherOptions<Value, State> {
  readonly processor: Processor<Value, State>;
  readonly sender: BatchProducer;
  readonly tasks: OwnedPartitions<Value, State>;
  /** has the dead letters of what could not be decoded */
  readonly reader: RecordReader<Value>;
  readonly metrics: RuntimeMetrics;
  readonly limits: RuntimeLimits;
  readonly logger: Logger;
  readonly wall: Wall;
  /** physical name; null: there is none */
  readonly stateTopic: string | null;
}

/** Collects what the owned partitions produce, and decides when it goes out and what may be committed once it has. */
export class Publisher<Value, State> {
  readonly out = new CollectedOutput();
  /** between the look-ups of a batch and its processing */
  isPreparing = false;
  readonly #options: PublisherOptions<Value, State>;
  readonly #flusher: Flusher;
  /** records sent by the flush under way */
  #inFlight = 0;
  /** epoch ms of the last cut that held everything */
  #lastWhole = Number.NEGATIVE_INFINITY;

  constructor(options: PublisherOptions<Value, State>) {
    const { sender, processor, wall, logger } = options;
    this.#options = options;
    this.#flusher = new Flusher({
      sender,
      stages: processor.outputs,
      wall,
      logger,
      cut: (whole) => this.#cut(whole),
      onWritten: (positions) => this.#written(positions),
    });
  }

  /** All that came of the records processed so far is acknowledged. */
  get isSettled(): boolean {
    const isFlushed = [...this.#options.tasks].every((task) => task.flushed >= task.committable);
    return isFlushed && this.out.produced.length === 0 && !this.#flusher.isRunning;
  }

  /** More is produced than the broker takes: reading must wait. */
  get isFull(): boolean {
    const produced = this.out.produced.length;
    return produced > 0 && produced + this.#inFlight > this.#options.limits.maxBuffered;
  }

  /** Sees to it that what was produced goes out in time. */
  schedule(): void {
    const { limits, reader, wall } = this.#options;
    const waiting = this.out.produced.length + this.out.rejected.length + reader.waiting;
    const isWholeDue = this.#lastWhole + this.#coalesceMs() - wall.now();
    const linger = this.#isBehind ? limits.lingerBehindMs : limits.lingerMs;
    if (waiting >= limits.flushRecords) this.#flusher.within(0);
    else if (waiting > 0) this.#flusher.within(linger);
    this.#flusher.within(Math.max(isWholeDue, linger));
  }

  /** Waits for a flush until a heartbeat is due; whether it has ended. */
  flushOne(): Promise<boolean> {
    const { limits, wall } = this.#options;
    return endsWithin(wall, limits.heartbeatMs, this.#flusher.one());
  }

  /** Sends all there is, coalesced rows included; whether it was acknowledged while a rebalance can wait. */
  flushAll(): Promise<boolean> {
    const { limits, wall } = this.#options;
    return endsWithin(wall, limits.drainMs, this.#flusher.all());
  }

  /** Nothing that was produced so far goes out any more. */
  giveUp(): void {
    const { reader, metrics } = this.#options;
    this.#flusher.giveUp();
    this.out.take();
    reader.takeLetters([]);
    metrics.freshness.clear();
    this.#inFlight = 0;
    this.isPreparing = false;
  }

  /** Records are on their way. */
  get isSending(): boolean {
    return this.#flusher.isRunning;
  }

  #written(positions: readonly ProducedPosition[]): void {
    const { tasks, stateTopic } = this.#options;
    for (const { topic, partition, baseOffset, count } of positions)
      if (topic === stateTopic) tasks.get(partition)?.wroteState(baseOffset, count);
  }

  get #isBehind(): boolean {
    const { limits, tasks } = this.#options;
    let lag = 0;
    for (const task of tasks) lag += task.lag;
    return lag > limits.behindRecords;
  }

  #coalesceMs(): number {
    const { limits, processor } = this.#options;
    const { coalesceMs = 0 } = processor;
    return coalesceMs > 0 && this.#isBehind ? limits.coalesceBehindMs : coalesceMs;
  }

  #cut(whole: boolean): Cut {
    const { processor, tasks, reader, metrics, wall } = this.#options;
    const now = wall.now();
    // What is being prepared is not ready to be published, and where it stands cannot be committed.
    const isWhole = !this.isPreparing && (whole || now >= this.#lastWhole + this.#coalesceMs());
    if (isWhole) {
      this.#lastWhole = now;
      for (const task of tasks) if (task.isLive) processor.onFlush?.(task.state, this.out);
    }
    // What is still coalesced must not wait for the next record.
    if (!isWhole && !this.isPreparing) this.#flusher.within(this.#lastWhole + this.#coalesceMs() - now);
    const { produced, rejected } = this.out.take();
    const deadLetters = reader.takeLetters(rejected);
    const messages = produced.map(({ topic, key, value, options }) => ({ topic, key, value, ...options }));
    // Rows that are still coalesced hold the commit back: a restart must come by the records they came from.
    const positions = isWhole ? [...tasks].map((task) => ({ task, offset: task.committable })) : [];
    this.#inFlight = messages.length;
    const end = metrics.flushSeconds.startTimer();
    const becameFresh = isWhole ? metrics.freshness.cut() : () => undefined;
    return {
      deadLetters,
      messages,
      onAcknowledged: () => {
        for (const { task, offset } of positions) task.flushed = Math.max(task.flushed, offset);
        this.#inFlight = 0;
        becameFresh(wall.now());
        metrics.produced.inc(messages.length);
        if (messages.length > 0) end();
      },
    };
  }
}
