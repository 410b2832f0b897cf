import type { TypedTopic } from '@groundswell/schemas';
import {
  CollectedOutput,
  type InputRecord,
  type LogStart,
  type Processor,
  type ProducedRecord,
  type RejectedRecord,
} from './processor.ts';

/** What is piped in: a value, and where it stands. */
export interface PipedRecord<Value> {
  readonly value: Value;
  readonly partition?: number;
  readonly key?: string | null;
  readonly appendedAt?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Runs a processor synchronously and in memory: pipe records in, read records out. No broker, no clock.
 * Offsets count from 0 per partition. `restart` rebuilds a partition from its log the way the runtime does.
 */
export class TopologyDriver<Value, State> {
  readonly processor: Processor<Value, State>;
  readonly #states = new Map<number, State>();
  readonly #log = new Map<number, InputRecord<Value>[]>();
  readonly #out = new CollectedOutput();
  readonly #produced: ProducedRecord[] = [];
  readonly #rejected: RejectedRecord[] = [];

  constructor(processor: Processor<Value, State>) {
    this.processor = processor;
  }

  state(partition = 0): State {
    let state = this.#states.get(partition);
    if (state === undefined) {
      state = this.processor.createState(partition, { low: 0, committed: 0 });
      this.#states.set(partition, state);
    }
    return state;
  }

  /** Appends the record to its partition and processes it. Returns its offset. */
  pipe(piped: PipedRecord<Value>): number {
    const partition = piped.partition ?? 0;
    const log = this.#log.get(partition) ?? [];
    this.#log.set(partition, log);
    const record: InputRecord<Value> = {
      topic: this.processor.input.name,
      partition,
      offset: log.length,
      appendedAt: piped.appendedAt ?? 0,
      key: piped.key ?? null,
      value: piped.value,
      headers: piped.headers ?? {},
    };
    log.push(record);
    this.processor.onRecord(this.state(partition), record, this.#out);
    this.#keep();
    return record.offset;
  }

  /** The value piped in at an offset. Throws when there is none. */
  valueAt(offset: number, partition = 0): Value {
    const record = this.#log.get(partition)?.[offset];
    if (!record) throw new RangeError(`partition ${partition} has no record at ${offset}`);
    return record.value;
  }

  /** Publishes what is coalesced, in every partition. */
  flush(): void {
    for (const state of this.#states.values()) this.processor.onFlush?.(state, this.#out);
    this.#keep();
  }

  /** Appends a tick at `instant` to a partition of a clocked processor. */
  tick(instant: number, partition = 0): number {
    if (!this.processor.clocked) throw new TypeError(`${this.processor.name} has no clock`);
    return this.pipe({ value: this.processor.clocked.tick(instant), partition });
  }

  /**
   * Loses the partition's state and rebuilds it as the runtime does: from the state topic, as far as it was flushed, and
   * the log. Outputs below `committed` are suppressed; what lies below `low` is not in the log any more.
   */
  restart(partition = 0, { committed = this.#log.get(partition)?.length ?? 0, low = 0 }: Partial<LogStart> = {}): void {
    const processor = this.processor;
    const state = processor.createState(partition, { low, committed });
    this.#states.set(partition, state);
    const { stateTopic } = processor.restore;
    for (const [offset, { topic, key, value }] of this.#produced.entries()) {
      if (topic.name === stateTopic?.name && key !== null) processor.onStateRecord?.(state, key, value, offset);
    }
    for (const record of this.#log.get(partition) ?? []) {
      if (record.offset < low) continue;
      processor.onRecord(state, record, this.#out);
      if (record.offset < committed) {
        processor.onFlush?.(state, this.#out);
        this.#out.take();
      } else {
        this.#keep();
      }
    }
  }

  /** Puts the partition's state away as a snapshot and goes on with what is read back from it. */
  reload(partition = 0): void {
    const { name, snapshots } = this.processor;
    if (!snapshots) throw new TypeError(`${name} has no snapshots`);
    this.#states.set(partition, snapshots.load(partition, snapshots.save(this.state(partition))));
  }

  /** Everything produced to a topic so far, in order. */
  read<Output>(topic: TypedTopic<Output>): Output[] {
    return this.#produced.filter((record) => record.topic.name === topic.name).map((record) => record.value as Output);
  }

  /** Everything produced so far, with keys and options, in order. */
  get produced(): readonly ProducedRecord[] {
    return this.#produced;
  }

  get rejected(): readonly RejectedRecord[] {
    return this.#rejected;
  }

  #keep(): void {
    const { produced, rejected } = this.#out.take();
    for (const record of produced) this.#produced.push(record);
    for (const record of rejected) this.#rejected.push(record);
  }
}
