import type { CollectedOutput, InputRecord, Processor } from '@groundswell/stream';

export interface TaskStart {
  readonly partition: number;
  /** first offset the log still has */
  readonly low: number;
  /** the log's end when the partition was taken over */
  readonly high: number;
  /** the group's committed offset, or `low` when there is none */
  readonly committed: number;
}

/** One partition of a processor's input that this instance owns: its state and how far it has come. */
export class PartitionTask<Value, State> {
  readonly partition: number;
  readonly state: State;
  readonly #processor: Processor<Value, State>;
  readonly #takenOverAt: number;
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

  constructor(processor: Processor<Value, State>, start: TaskStart) {
    this.#processor = processor;
    this.partition = start.partition;
    this.state = processor.createState(start.partition, start);
    this.next = processor.restore.from === 'start' ? start.low : Math.max(start.low, start.committed);
    this.suppressBelow = start.committed;
    this.committed = start.committed;
    this.flushed = start.committed;
    this.high = start.high;
    this.#takenOverAt = start.high;
  }

  /** State stands where the log stood at take-over. */
  get restored(): boolean {
    return this.next >= Math.min(this.suppressBelow, this.#takenOverAt);
  }

  get caughtUp(): boolean {
    return this.restored && this.next >= this.high;
  }

  get lag(): number {
    return Math.max(0, this.high - this.next);
  }

  /** Processes one record unless it was processed before; what it produces is dropped when it was published before. */
  process(record: InputRecord<Value>, out: CollectedOutput): void {
    if (record.offset < this.next) return;
    this.#processor.onRecord(this.state, record, out);
    this.#advance(record.offset + 1, out);
  }

  /** Records that cannot be decoded take part in nothing but the count of offsets. */
  skipThrough(offset: number, out: CollectedOutput): void {
    if (offset >= this.next) this.#advance(offset + 1, out);
  }

  #advance(next: number, out: CollectedOutput): void {
    const restoring = this.next < this.suppressBelow;
    this.next = next;
    if (!restoring) return;
    // Published before: what is coalesced as well, once the repeated part ends.
    if (next >= this.suppressBelow) this.#processor.onFlush?.(this.state, out);
    out.take();
  }

  /** Notes that all that came of what was processed is acknowledged. */
  markFlushed(): void {
    this.flushed = Math.max(this.flushed, Math.min(this.next, this.#processor.committable?.(this.state) ?? this.next));
  }
}
