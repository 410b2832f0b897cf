import { crc32 } from 'node:zlib';
import type { CollectedOutput, InputRecord, LogStart, Output, Processor } from '@groundswell/stream';
import type { FetchedRecord } from './ports.ts';
import { StateCursor } from './state-cursor.ts';

/** A record as a snapshot remembers it, to know its log again. */
export interface RecordMark {
  readonly offset: number;
  /** epoch ms */
  readonly timestamp: number;
  /** CRC-32 of the value's bytes */
  readonly crc: number;
}

export const markOf = ({ offset, timestamp, value }: FetchedRecord): RecordMark => ({
  offset,
  timestamp,
  crc: value === null ? 0 : crc32(value),
});

export const isSameRecord = (a: RecordMark, b: RecordMark): boolean =>
  a.offset === b.offset && a.timestamp === b.timestamp && a.crc === b.crc;

export interface TaskStart extends LogStart {
  readonly partition: number;
  /** the log's end when the partition was taken over */
  readonly high: number;
}

/** State that comes from somewhere else than the log's start. */
export interface RestoredState<State> {
  readonly state: State;
  /** the last record it covers */
  readonly mark: RecordMark;
}

/** Outputs of records whose outputs were published before. */
const nowhere: Output = { send: () => undefined, deadLetter: () => undefined };

/** One partition of a processor's input that this instance owns: its state and how far it has come. */
export class PartitionTask<Value, State> {
  readonly partition: number;
  readonly state: State;
  /** how far the state topic is known */
  readonly stateLog = new StateCursor();
  readonly #processor: Processor<Value, State>;
  readonly #goal: number;
  /** the next offset to process */
  next: number;
  /** outputs of records below this offset were published by whoever committed it */
  suppressBelow: number;
  /** the log's end as last seen */
  high: number;
  committed: number;
  /** everything below was acknowledged: what may be committed */
  flushed: number;
  paused = false;
  /** epoch ms of the tick appended last: not appended again while it is under way */
  lastTick = 0;
  /** the last record processed; null: none yet */
  mark: RecordMark | null;
  /** the record that must be found first, or the state is of another log */
  expected: RecordMark | null;
  /** offset of the snapshot on disk; -1: none */
  savedAt = -1;

  constructor(processor: Processor<Value, State>, start: TaskStart, restored?: RestoredState<State>) {
    this.#processor = processor;
    this.partition = start.partition;
    this.state = restored?.state ?? processor.createState(start.partition, start);
    this.mark = restored?.mark ?? null;
    this.expected = this.mark;
    const fromLog = processor.restore.from === 'start' ? start.low : Math.max(start.low, start.committed);
    this.next = restored ? restored.mark.offset + 1 : fromLog;
    this.suppressBelow = start.committed;
    this.committed = start.committed;
    this.flushed = start.committed;
    this.high = start.high;
    this.#goal = Math.min(start.committed, start.high);
  }

  /** where the consumer must read: the record that a snapshot names is read once more, to compare it */
  get position(): number {
    return this.expected ? this.expected.offset : this.next;
  }

  /** records still to be read until the state stands where its outputs were committed */
  get toRestore(): number {
    return Math.max(0, this.#goal - this.next) + (this.expected ? 1 : 0);
  }

  get restored(): boolean {
    return this.next >= this.#goal && this.expected === null;
  }

  get caughtUp(): boolean {
    return this.restored && this.next >= this.high;
  }

  get lag(): number {
    return Math.max(0, this.high - this.next);
  }

  /** outputs go out: nothing that was published before is being repeated */
  get isLive(): boolean {
    return this.next >= this.suppressBelow;
  }

  /** Processes one record; what it produces is dropped when it was published before. */
  process(record: InputRecord<Value>, out: CollectedOutput): void {
    // Control records may lie between: whether this one is live is asked at its own offset.
    this.skipTo(record.offset);
    this.#processor.onRecord(this.state, record, this.isLive ? out : nowhere);
    this.#advance(record.offset + 1);
  }

  /** Own records of the state topic were acknowledged. */
  wroteState(baseOffset: number, count: number): void {
    const { onForeignRecord, onStateKnown } = this.#processor;
    // Nobody asks how far it is known, and nothing would ever close a gap.
    if (!onForeignRecord && !onStateKnown) return;
    this.stateLog.wrote(baseOffset, count);
    this.#processor.onStateKnown?.(this.state, this.stateLog.next);
  }

  /** The state topic was read, and shown, up to an offset. */
  knowsStateThrough(offset: number): void {
    this.stateLog.knowsThrough(offset);
    this.#processor.onStateKnown?.(this.state, this.stateLog.next);
  }

  /** Records that hold nothing, or nothing that can be decoded, take part only in the count of offsets. */
  skipTo(next: number): void {
    if (next > this.next) this.#advance(next);
  }

  #advance(next: number): void {
    const wasLive = this.isLive;
    this.next = next;
    // Published before: what is coalesced as well, once the repeated part ends.
    if (!wasLive && this.isLive) this.#processor.onFlush?.(this.state, nowhere);
  }

  /** the offset that may be committed once everything produced so far is acknowledged */
  get committable(): number {
    const held = this.#processor.committable?.(this.state);
    return held === undefined ? this.next : Math.min(this.next, held);
  }
}
