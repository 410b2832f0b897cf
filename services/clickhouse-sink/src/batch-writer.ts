import { type BatchProducer, deadLetterOf, message } from '@groundswell/kafka';
import { type DeadLetter, topics } from '@groundswell/schemas';
import type { OffsetsByTopicPartition } from 'kafkajs';
import type { DirectRows } from './batch-reader.ts';
import { persist } from './persist.ts';
import type { RefusedRecord, TableWriter } from './table-writer.ts';
import { type ReadRecord, STAGE } from './topic-reader.ts';

/** What was read from one partition in one go. */
export interface PartitionBatch {
  /** name on the broker */
  readonly topic: string;
  /** without namespace */
  readonly declaredTopic: string;
  readonly partition: number;
  /** to commit: the first offset that is not part of it */
  readonly nextOffset: string;
  readonly bytes: number;
  /** when the broker took each record, epoch ms */
  readonly appendedAt: readonly number[];
  /** what is to be written: rows that are encoded, and records that were read */
  readonly direct: readonly DirectRows[];
  readonly records: readonly ReadRecord[];
  /** commits offsets of any partition of the consumer */
  readonly commit: (offsets: OffsetsByTopicPartition) => Promise<void>;
}

export interface FlushLimits {
  /** rows or bytes after which a flush starts at once */
  readonly targetRows: number;
  readonly targetBytes: number;
  /** ms after which a flush starts whatever there is, and whatever is still being read */
  readonly lingerMs: number;
}

export interface BatchWriterOptions {
  readonly tables: Pick<TableWriter, 'write'>;
  readonly deadLetters: Pick<BatchProducer, 'sendAll'>;
  readonly limits: FlushLimits;
  readonly signal: AbortSignal;
  readonly onFlush: (batches: readonly PartitionBatch[], seconds: number) => void;
  readonly onDeadLetters: (letters: readonly DeadLetter[]) => void;
  /** the dead letters could not be sent; it is tried again */
  readonly onOutage: (error: unknown, attempt: number) => void;
  /** what no further attempt can mend */
  readonly onFatal: (error: unknown) => void;
}

interface Waiting {
  readonly batch: PartitionBatch;
  readonly rows: number;
  readonly done: PromiseWithResolvers<void>;
  abandoned: boolean;
}

const offsetsOf = (flushed: readonly Waiting[]): OffsetsByTopicPartition => {
  const byTopic = new Map<string, { partition: number; offset: string }[]>();
  for (const { batch } of flushed) {
    const partitions = byTopic.get(batch.topic) ?? [];
    byTopic.set(batch.topic, partitions);
    partitions.push({ partition: batch.partition, offset: batch.nextOffset });
  }
  return { topics: [...byTopic].map(([topic, partitions]) => ({ topic, partitions })) };
};

const refusal = ({ record, message: text }: RefusedRecord): DeadLetter =>
  deadLetterOf(STAGE, record.record, { reason: 'refused_by_clickhouse', message: text });

/**
 * Collects what was read, across partitions, and writes it in large inserts: rows, then dead letters, then one commit of
 * all offsets. One flush at a time; a reader waits for its batch, so memory holds what one round of fetches brought.
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions;
  #waiting: Waiting[] = [];
  #flushing: readonly Waiting[] = [];
  /** batches that are being read */
  #expected = 0;
  #due = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BatchWriterOptions) {
    this.#options = options;
  }

  /**
   * A batch is being read: what was read with it waits for it, and is flushed at once when the last of them has come.
   * The result is to be called once, after `write`, or when nothing came of it.
   */
  expect(): () => void {
    this.#expected += 1;
    return () => {
      this.#expected -= 1;
      if (this.#expected > 0) return;
      this.#due = this.#waiting.length > 0;
      this.#pump();
    };
  }

  /** Resolves when all that came of the batch is acknowledged and its offset committed. */
  write(batch: PartitionBatch): Promise<void> {
    const read = batch.records.reduce((sum, record) => sum + record.rows.length, 0);
    const rows = batch.direct.reduce((sum, { count }) => sum + count, read);
    const waiting: Waiting = { batch, rows, done: Promise.withResolvers(), abandoned: false };
    this.#waiting.push(waiting);
    this.#pump();
    return waiting.done.promise;
  }

  /** The reader gave the partition up: its rows need not be written any more, and its offset must not be committed. */
  abandon(batch: PartitionBatch): void {
    for (const waiting of this.#flushing) if (waiting.batch === batch) waiting.abandoned = true;
    this.#waiting = this.#waiting.filter((waiting) => waiting.batch !== batch);
  }

  #pump(): void {
    if (this.#flushing.length > 0 || this.#waiting.length === 0) return;
    const { targetRows, targetBytes, lingerMs } = this.#options.limits;
    let rows = 0;
    let bytes = 0;
    let taken = 0;
    for (; taken < this.#waiting.length && rows < targetRows && bytes < targetBytes; taken += 1) {
      rows += this.#waiting[taken]?.rows ?? 0;
      bytes += this.#waiting[taken]?.batch.bytes ?? 0;
    }
    if (this.#due || rows >= targetRows || bytes >= targetBytes) {
      void this.#flush(this.#waiting.splice(0, taken));
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#due = true;
      this.#pump();
    }, lingerMs);
  }

  async #flush(batches: readonly Waiting[]): Promise<void> {
    this.#flushing = batches;
    this.#due = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const start = performance.now();
    try {
      await this.#persist(batches.map(({ batch }) => batch));
      await this.#commit(batches.filter((one) => !one.abandoned));
      this.#options.onFlush(
        batches.map(({ batch }) => batch),
        (performance.now() - start) / 1000,
      );
      for (const { done } of batches) done.resolve();
    } catch (error) {
      for (const { done } of batches) done.reject(error);
    } finally {
      this.#flushing = [];
      // What came in meanwhile has waited long enough, and nothing more is read until it is written.
      this.#due = this.#waiting.length > 0;
      this.#pump();
    }
  }

  async #persist(batches: readonly PartitionBatch[]): Promise<void> {
    const records = batches.flatMap((batch) => batch.records);
    const { deadLetters, onDeadLetters, onOutage, onFatal, signal } = this.#options;
    try {
      const direct = batches.flatMap((batch) => batch.direct);
      const refused = await this.#options.tables.write(records, direct);
      const loop = refused.find(({ record }) => record.record.topic === topics.deadLetters.name);
      if (loop)
        throw new Error(`ClickHouse refuses a dead letter, whose own dead letter it would refuse: ${loop.message}`);
      const letters = [...records.flatMap(({ deadLetter }) => deadLetter ?? []), ...refused.map(refusal)];
      if (letters.length === 0) return;
      const messages = letters.map((letter) => message(topics.deadLetters, letter.deadLetterId, letter));
      await persist(() => deadLetters.sendAll(messages), { worthwhile: () => true, onFailure: onOutage, signal });
      onDeadLetters(letters);
    } catch (error) {
      if (!signal.aborted) onFatal(error);
      throw error;
    }
  }

  async #commit(flushed: readonly Waiting[]): Promise<void> {
    await flushed[0]?.batch.commit(offsetsOf(flushed));
  }
}
