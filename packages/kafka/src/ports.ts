import type { TopicDeclaration } from '@groundswell/schemas';
import type { BatchProducer } from './producer.ts';

/**
 * What the runtime asks of a broker, and no more: kafkajs behind it in a service, a model under a seeded scheduler in the
 * simulation. Offsets are numbers; topics are physical names.
 */
export interface Broker {
  consumer(options: GroupOptions): GroupConsumer;
  producer(): BatchProducer;
  /** the first offset each partition still has, and the one after its last */
  ends(topic: string): Promise<PartitionEnd[]>;
  /** committed offsets of a group by partition; none for partitions it never committed */
  committed(groupId: string, topic: string): Promise<Map<number, number>>;
  /** Reads partitions of a state topic from their start, or an offset, to where they end now, in log order per partition. */
  readPartitions(options: ReadPartitions): Promise<void>;
  disconnect(): Promise<void>;
}

export interface PartitionEnd {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
}

export interface ReadPartitions {
  readonly topic: TopicDeclaration;
  readonly partitions: readonly number[];
  /** by partition: an offset to begin at, instead of the start */
  readonly from?: ReadonlyMap<number, number>;
  readonly onRecord: (record: StateRecord) => void;
}

export interface StateRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** null: a tombstone */
  readonly value: unknown;
}

/** A record as it lies in the log. */
export interface FetchedRecord {
  readonly offset: number;
  /** epoch ms, the broker's append time */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Records of one partition, in order. Offsets may be left out where the log holds control records. */
export interface FetchedBatch {
  readonly partition: number;
  readonly records: readonly FetchedRecord[];
  /** the offset after the last one that this batch covers: the next to be read */
  readonly next: number;
  /** the log's end when it was fetched */
  readonly high: number;
}

export interface BatchControl {
  /** Tells the group that this member lives. Throws when the group rebalances: the caller drains, then lets the error out of the handler. */
  heartbeat(): Promise<void>;
}

export interface GroupHandlers {
  /** next offset by partition whose state is at hand, for an assignment that leaves them where they are */
  owned(): ReadonlyMap<number, number>;
  /** The group rebalances: the member is about to join anew. Not waited for. */
  onRebalance(): void;
  /** The member's partitions after every join. No batch is handed over before it resolves; it seeks each of them. */
  onAssigned(partitions: readonly number[]): Promise<void>;
  /**
   * What one fetch brought, a batch per partition at most; one call at a time. When it throws, the member rejoins (a
   * retriable error) or crashes.
   */
  onBatches(batches: readonly FetchedBatch[], control: BatchControl): Promise<void>;
  /** The log holds nothing for a reader below `next`: control records only. */
  onSkipped(partition: number, next: number): void;
  /** The member lost its session or failed; `restarts` says whether it joins again by itself. */
  onCrash(error: Error, restarts: boolean): void;
}

export interface GroupOptions {
  readonly groupId: string;
  readonly topic: string;
}

/** A member of a consumer group that reads one topic. */
export interface GroupConsumer {
  /** Joins the group and reads until stopped. Resolves once it is under way. */
  start(handlers: GroupHandlers): Promise<void>;
  seek(partition: number, offset: number): void;
  pause(partitions: readonly number[]): void;
  resume(partitions: readonly number[]): void;
  /**
   * Throws when this member's generation is over, and until onAssigned of the new one has resolved: Kafka would take
   * offsets of partitions that went to somebody else, and move the group back.
   */
  commit(offsets: ReadonlyMap<number, number>): Promise<void>;
  /** Waits for the batch in hand, then leaves the group. */
  stop(): Promise<void>;
}

/** The wall clock and timers, so that a simulation can own them. */
export interface Wall {
  /** epoch ms */
  now(): number;
  /** Calls `work` once after `ms`; returns what cancels it. */
  after(ms: number, work: () => void): () => void;
}

/** Where snapshots of state lie: a folder of the local disk, or nothing. */
export interface SnapshotStore {
  read(name: string): Promise<Uint8Array | null>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  delete(name: string): Promise<void>;
}
