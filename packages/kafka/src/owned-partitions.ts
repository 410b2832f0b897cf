import type { Processor } from '@groundswell/stream';
import type { PartitionTask, TaskStart } from './partition-task.ts';

/** State of a partition that went to somebody else is kept this long, in case it comes back. */
const DORMANT_MS = 120_000;

interface Dormant<Value, State> {
  readonly task: PartitionTask<Value, State>;
  /** epoch ms */
  readonly since: number;
}

/** The tasks of the partitions that this instance owns, and of those it owned a moment ago. */
export class OwnedPartitions<Value, State> {
  readonly #processor: Processor<Value, State>;
  readonly #tasks = new Map<number, PartitionTask<Value, State>>();
  readonly #dormant = new Map<number, Dormant<Value, State>>();

  constructor(processor: Processor<Value, State>) {
    this.#processor = processor;
  }

  get size(): number {
    return this.#tasks.size;
  }

  get(partition: number): PartitionTask<Value, State> | undefined {
    return this.#tasks.get(partition);
  }

  [Symbol.iterator](): IterableIterator<PartitionTask<Value, State>> {
    return this.#tasks.values();
  }

  add(task: PartitionTask<Value, State>): void {
    this.#tasks.set(task.partition, task);
  }

  drop(task: PartitionTask<Value, State>): void {
    this.#tasks.delete(task.partition);
    this.#processor.disposeState?.(task.state);
  }

  dropAll(): void {
    for (const task of [...this.#tasks.values()]) this.drop(task);
  }

  /** next offset by partition whose state is at hand */
  positions(): Map<number, number> {
    const positions = new Map([...this.#dormant].map(([partition, { task }]) => [partition, task.next]));
    for (const [partition, { next }] of this.#tasks) positions.set(partition, next);
    return positions;
  }

  /** Lets go of all partitions but these. State that can go on later, should its partition come back, is put aside. */
  retain(partitions: readonly number[], now: number): void {
    for (const task of [...this.#tasks.values()]) {
      if (partitions.includes(task.partition)) continue;
      const isWhole = task.restored && task.flushed >= task.next;
      if (this.#processor.restore.from !== 'start' || !isWhole) {
        this.drop(task);
        continue;
      }
      this.#tasks.delete(task.partition);
      this.#dormant.set(task.partition, { task, since: now });
    }
  }

  /**
   * Goes on with state at hand, when it is as good as new: somebody else may have owned the partition in between and
   * published beyond it. false: the partition must be restored.
   */
  resume({ partition, low, committed }: TaskStart): boolean {
    const kept = this.#tasks.get(partition) ?? this.#dormant.get(partition)?.task;
    this.#dormant.delete(partition);
    if (!kept) return false;
    // What was produced and not acknowledged was given up; the state has run ahead of it.
    const isSettled = kept.flushed >= kept.committable;
    const isAhead = committed <= kept.flushed;
    const canFollow = this.#processor.restore.from === 'start' && isSettled;
    // An offset that went back: the topic was created anew, or an operator wants it read again.
    const wentBack = committed < kept.committed;
    if (kept.next < low || wentBack || (!isAhead && !canFollow)) {
      this.drop(kept);
      return false;
    }
    kept.suppressBelow = Math.max(kept.suppressBelow, committed);
    kept.committed = committed;
    this.#tasks.set(partition, kept);
    return true;
  }

  /** Forgets what was put aside too long ago. */
  forgetDormant(now: number): void {
    for (const [partition, { task, since }] of this.#dormant) {
      if (now - since < DORMANT_MS) continue;
      this.#dormant.delete(partition);
      this.#processor.disposeState?.(task.state);
    }
  }
}
