import type { Processor } from '@groundswell/stream';
import type { OwnedPartitions } from './owned-partitions.ts';
import type { PartitionTask } from './partition-task.ts';
import type { Broker, StateRecord } from './ports.ts';

interface LookBackOptions<Value, State> {
  readonly processor: Processor<Value, State>;
  readonly tasks: OwnedPartitions<Value, State>;
  readonly broker: Broker;
  /** physical name of the state topic */
  readonly topic: string;
  /** own records may be on their way */
  readonly isSending: () => boolean;
}

/** What others wrote to one partition, read and not shown yet. */
interface Found<Value, State> {
  readonly task: PartitionTask<Value, State>;
  readonly records: readonly StateRecord[];
  /** everything below this offset is known once they are shown */
  readonly through: number;
}

/**
 * Finds what others write to the state topic in partitions that are owned here: a former owner that has not noticed yet, or
 * requests of it that were under way. What was found is shown to the processor only when the group has taken a commit of
 * this member since: it is the owner then, and whoever wrote was one before. A stale owner, which reads what its successor
 * wrote, is refused and shows nothing, so no two owners ever answer each other.
 */
export class LookBack<Value, State> {
  readonly #options: LookBackOptions<Value, State>;
  readonly #found = new Map<number, Found<Value, State>>();

  constructor(options: LookBackOptions<Value, State>) {
    this.#options = options;
  }

  /** Reads what others wrote since the last look. */
  async look(): Promise<void> {
    const { broker, topic, tasks, isSending } = this.#options;
    if (tasks.size === 0) return;
    const before = new Map([...tasks].map((task) => [task, task.stateLog.next]));
    const wasSending = isSending();
    const ends = new Map((await broker.ends(topic)).map(({ partition, high }) => [partition, high]));
    const isQuiet = !wasSending && !isSending();
    for (const [task, next] of before) {
      const { stateLog, partition } = task;
      // The end says something only when nothing of our own was written since.
      const end = isQuiet && next === stateLog.next ? (ends.get(partition) ?? 0) : 0;
      const through = Math.max(end, stateLog.gapEnd ?? 0);
      if (through > stateLog.next && this.#isOwned(task)) await this.#read(task, through);
    }
  }

  /** What was found and not shown yet: a commit of its partitions that begins now may confirm it. */
  get unconfirmed(): readonly Found<Value, State>[] {
    return [...this.#found.values()].filter(({ task }) => this.#isOwned(task));
  }

  /** The group has taken a commit that began after these were found. */
  confirmed(found: readonly Found<Value, State>[]): void {
    const { processor } = this.#options;
    for (const one of found) {
      const { task, records, through } = one;
      if (this.#found.get(task.partition) !== one) continue;
      this.#found.delete(task.partition);
      if (!this.#isOwned(task)) continue;
      const { next } = task.stateLog;
      for (const { key, value, offset } of records) {
        // They may have been read while those found before were being confirmed.
        if (offset >= next && !task.stateLog.isOwn(offset)) processor.onForeignRecord?.(task.state, key, value, offset);
      }
      task.knowsStateThrough(through);
    }
  }

  async #read(task: PartitionTask<Value, State>, through: number): Promise<void> {
    const { processor, broker } = this.#options;
    const { stateTopic } = processor.restore;
    if (!stateTopic) return;
    const { partition, stateLog } = task;
    const { next } = stateLog;
    const records: StateRecord[] = [];
    await broker.readPartitions({
      topic: stateTopic,
      partitions: [partition],
      from: new Map([[partition, next]]),
      onRecord: (record) => {
        if (record.offset >= next && record.offset < through) records.push(record);
      },
    });
    this.#found.set(partition, { task, records, through });
  }

  #isOwned(task: PartitionTask<Value, State>): boolean {
    return this.#options.tasks.get(task.partition) === task;
  }
}
