import { createHash } from 'node:crypto';
import type { FetchedRecord } from '@groundswell/kafka';
import type { TopicDeclaration } from '@groundswell/schemas';
import type { Scheduler } from '../engine/scheduler.ts';

/** A record to be appended. A marker is what Kafka keeps of transactions: it takes an offset and no reader sees it. */
export interface NewRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly marker?: boolean;
}

export interface LogRecord extends FetchedRecord {
  readonly marker: boolean;
}

/** One partition's log, and all that was ever in it. */
export class PartitionLog {
  low = 0;
  /** what readers still find */
  records: LogRecord[] = [];
  /** everything that was ever appended, by offset: what the oracle judges by */
  readonly everything: LogRecord[] = [];

  get high(): number {
    return this.everything.length;
  }

  /** Records from `offset` on, at most `count` of them, and where reading goes on. */
  read(offset: number, count: number): { records: FetchedRecord[]; next: number } {
    const from = Math.max(offset, this.low);
    const found: FetchedRecord[] = [];
    let next = this.high;
    for (const record of this.records) {
      if (record.offset < from) continue;
      if (found.length === count) {
        next = record.offset;
        break;
      }
      if (!record.marker) found.push(record);
    }
    return { records: found, next };
  }

  /** Keeps the newest record of each key below `through`, as a cleaner does some time. */
  compact(through: number): void {
    const newest = new Map<string, number>();
    for (const { key, offset } of this.records) if (key && offset < through) newest.set(key.toString(), offset);
    this.records = this.records.filter(
      ({ key, offset }) => offset >= through || !key || newest.get(key.toString()) === offset,
    );
  }

  /** Deletes what lies below an offset: retention. */
  truncate(low: number): void {
    this.low = Math.max(this.low, Math.min(low, this.high));
    this.records = this.records.filter(({ offset }) => offset >= this.low);
  }
}

export class TopicLog {
  readonly declaration: TopicDeclaration;
  readonly partitions: readonly PartitionLog[];

  constructor(declaration: TopicDeclaration, partitions: number) {
    this.declaration = declaration;
    this.partitions = Array.from({ length: partitions }, () => new PartitionLog());
  }

  partition(number: number): PartitionLog {
    const log = this.partitions[number];
    if (!log) throw new RangeError(`topic ${this.declaration.name} has no partition ${number}`);
    return log;
  }
}

const shortHash = (bytes: Buffer | null): string =>
  bytes === null ? '-' : createHash('sha1').update(bytes).digest('hex').slice(0, 12);

/** The brokers: logs, and the date they stamp records with. */
export class Cluster {
  readonly scheduler: Scheduler;
  readonly #topics = new Map<string, TopicLog>();
  /** epoch ms at which the run began */
  readonly #start: number;
  /** ms by which dates ran ahead of timers: days in which nothing happened need not be sat out */
  #leapt = 0;
  /** the date at which the last record was appended */
  lastAppend = 0;

  constructor(scheduler: Scheduler, options: { readonly start: number }) {
    this.scheduler = scheduler;
    this.#start = options.start;
  }

  /** epoch ms, the true date */
  date(): number {
    return this.#start + this.#leapt + this.scheduler.now;
  }

  leap(ms: number): void {
    this.#leapt += ms;
  }

  create(declaration: TopicDeclaration, partitions: number): TopicLog {
    const topic = new TopicLog(declaration, partitions);
    this.#topics.set(declaration.name, topic);
    return topic;
  }

  topic(name: string): TopicLog {
    const topic = this.#topics.get(name);
    if (!topic) throw new RangeError(`there is no topic ${name}`);
    return topic;
  }

  get topics(): IterableIterator<TopicLog> {
    return this.#topics.values();
  }

  /** Appends a batch to one partition, whole. Returns its first offset. */
  append(topicName: string, partition: number, batch: readonly NewRecord[]): number {
    const log = this.topic(topicName).partition(partition);
    const base = log.high;
    for (const { key, value, headers = {}, marker = false } of batch) {
      const record = { offset: log.high, timestamp: this.date(), key, value, headers, marker };
      log.everything.push(record);
      log.records.push(record);
      this.scheduler.trace(
        `append ${topicName}/${partition}@${record.offset} ${key?.toString() ?? '-'} ${shortHash(value)}`,
      );
    }
    this.lastAppend = this.scheduler.now;
    return base;
  }
}
