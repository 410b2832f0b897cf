import type { Schema, TopicDeclaration, TypedTopic } from '@groundswell/schemas';

/** One record of a processor's input, decoded. */
export interface InputRecord<Value> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** epoch ms, the broker's append time */
  readonly appendedAt: number;
  readonly key: string | null;
  readonly value: Value;
  readonly headers: Readonly<Record<string, string>>;
}

/** Why a record could not be processed; the bytes and coordinates are the runtime's to add. */
export interface Rejection {
  /** code from the error catalogue */
  readonly reason: string;
  readonly message: string;
  readonly source?: string;
}

export interface SendOptions {
  /** instead of the key's partition: control records go to a partition by number */
  readonly partition?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where a processor puts what it decided. Collecting only: the runtime sends, in the order of `outputs`. */
export interface Output {
  send<Value>(topic: TypedTopic<Value>, key: string | null, value: Value, options?: SendOptions): void;
  deadLetter(record: InputRecord<unknown>, rejection: Rejection): void;
}

export type ClockMode = 'live' | 'replay';

/** How state comes back after a start or a rebalance. */
export interface Restore {
  /** `start`: by reading the input from its first record, outputs below the committed offset suppressed; `committed`: from there. */
  readonly from: 'start' | 'committed';
  /** compacted; its same partition is read first, and given to onStateRecord */
  readonly stateTopic?: TopicDeclaration;
}

/** Where a partition's log stands when somebody takes it over. */
export interface LogStart {
  /** first offset the log still has; 0: nothing was ever deleted, so nothing existed before */
  readonly low: number;
  /** offset from which outputs may not have been published yet */
  readonly committed: number;
}

/** State as bytes, for a cache on the local disk: never the truth, only quicker than the log. */
export interface StateSnapshots<State> {
  /** changes whenever older bytes must not be read any more */
  readonly version: string;
  save(state: State): Uint8Array;
  /** Throws when the bytes are not what `save` gave. */
  load(partition: number, bytes: Uint8Array): State;
}

/**
 * Compiles a decoder of Avro bodies written with `writer`, for processors that read less, or faster, than the generated
 * value: `bytes` is the whole record, its body begins at `from`. The decoder throws on bytes that are no such value.
 */
export type ValueReader<Value> = (writer: Schema) => (bytes: Buffer, from: number) => Value;

/**
 * A stream processor: pure functions from (state, record) to (state, outputs). The state belongs to one partition and
 * may be changed in place. Everything else (reading, restoring, flushing, committing, ticking) is the runtime's.
 */
export interface Processor<Value, State> {
  /** of its consumer group, and the stage in its dead letters */
  readonly name: string;
  readonly input: TypedTopic<Value>;
  /** Flushed one topic after the other, each acknowledged before the next: list first what later ones rely on. */
  readonly outputs: readonly TopicDeclaration[];
  readonly restore: Restore;
  /** instead of the contract's own decoder */
  readonly reader?: ValueReader<Value>;
  /** for processors that restore from the start of the log */
  readonly snapshots?: StateSnapshots<State>;
  createState(partition: number, start: LogStart): State;
  /** The partition is given up, or its state is about to come back from the log. */
  disposeState?(state: State): void;
  /** A record of the state topic, in log order; `value` null is a tombstone. */
  onStateRecord?(state: State, key: string, value: unknown, offset: number): void;
  /**
   * A record of the state topic that somebody else wrote while this instance owned the partition: a former owner that had not
   * noticed yet. In log order, and only when the group has confirmed since that this instance is the owner.
   */
  onForeignRecord?(state: State, key: string, value: unknown, offset: number): void;
  /** Every record of the state topic below this offset was restored or shown, or is this owner's own and acknowledged. */
  onStateKnown?(state: State, through: number): void;
  /** The one await per fetch, for what must be looked up or claimed before its records, of several partitions, are processed. */
  beforeBatch?(records: readonly InputRecord<Value>[]): Promise<void>;
  onRecord(state: State, record: InputRecord<Value>, out: Output): void;
  /**
   * ms that rows of onFlush may be coalesced while the partition is caught up; they wait longer while it is behind, and
   * hold the commit back meanwhile. 0 or none: onFlush is called before every flush.
   */
  readonly coalesceMs?: number;
  /** Before a flush: for rows that are coalesced. */
  onFlush?(state: State, out: Output): void;
  /** True while onFlush has more to do than one flush takes: it is called again soon, though no record comes. */
  hasWork?(state: State): boolean;
  /** The first offset that is not finished with, when that is not simply the one after the last record: held records. */
  committable?(state: State): number | undefined;
  /** True while no further record of this partition may be read: its held records have reached their bound. */
  isPaused?(state: State): boolean;
  /** For processors that are driven by a clock: see Clocked. */
  readonly clocked?: Clocked<Value, State>;
}

/** A processor whose partitions have a clock which the owner keeps going when records do not. */
export interface Clocked<Value, State> {
  mode(state: State): ClockMode;
  /** epoch ms; undefined before the first record: such a partition is never ticked, so that old data can still be imported */
  clock(state: State): number | undefined;
  /** the earliest instant at which something happens by itself */
  nextTimer(state: State): number | undefined;
  /** the record to append to the input */
  tick(instant: number): Value;
}

/** A record a processor produced, with its destination. */
export interface ProducedRecord {
  readonly topic: TopicDeclaration;
  readonly key: string | null;
  readonly value: unknown;
  readonly options: SendOptions;
}

export interface RejectedRecord {
  readonly record: InputRecord<unknown>;
  readonly rejection: Rejection;
}

/** Collects outputs in the order they were sent. */
export class CollectedOutput implements Output {
  produced: ProducedRecord[] = [];
  rejected: RejectedRecord[] = [];

  send<Value>(topic: TypedTopic<Value>, key: string | null, value: Value, options: SendOptions = {}): void {
    this.produced.push({ topic, key, value, options });
  }

  deadLetter(record: InputRecord<unknown>, rejection: Rejection): void {
    this.rejected.push({ record, rejection });
  }

  /** What was collected so far; the collector is empty afterwards. */
  take(): { produced: ProducedRecord[]; rejected: RejectedRecord[] } {
    const { produced, rejected } = this;
    this.produced = [];
    this.rejected = [];
    return { produced, rejected };
  }
}
