import type { Logger } from '@groundswell/service';
import type { Processor } from '@groundswell/stream';
import type { OwnedPartitions } from './owned-partitions.ts';
import { isSameRecord, markOf, type PartitionTask, type TaskStart } from './partition-task.ts';
import type { FetchedBatch, GroupConsumer, Wall } from './ports.ts';
import type { RuntimeMetrics } from './runtime-metrics.ts';
import type { TaskRestorer } from './task-restorer.ts';

interface TakeoverOptions<Value, State> {
  readonly processor: Processor<Value, State>;
  readonly tasks: OwnedPartitions<Value, State>;
  readonly restorer: TaskRestorer<Value, State>;
  readonly consumer: GroupConsumer;
  readonly metrics: RuntimeMetrics;
  readonly logger: Logger;
  readonly wall: Wall;
  readonly onCrash: (error: unknown) => void;
}

/** Takes partitions over, and sees to it that what is read of one goes on where its state ends, in the same log. */
export class PartitionTakeover<Value, State> {
  readonly #options: TakeoverOptions<Value, State>;

  constructor(options: TakeoverOptions<Value, State>) {
    this.#options = options;
  }

  /**
   * Those that stay go on as they are, the others come back from memory, a snapshot or the log, and all others are let go
   * of. Returns which were not in memory.
   */
  async take(partitions: readonly number[]): Promise<number[]> {
    const { tasks, restorer, consumer, logger, wall } = this.#options;
    tasks.retain(partitions, wall.now());
    const starts = await restorer.starts(partitions);
    const fresh = [];
    for (const start of starts.values()) {
      if (start.committed === start.low && start.low > 0) {
        logger.info({ partition: start.partition, low: start.low }, 'the beginning of the log was deleted');
      }
      if (!tasks.resume(start)) fresh.push(start);
    }
    for (const task of await restorer.restore(fresh)) tasks.add(task);
    // kafkajs keeps partitions paused over a rebalance; whoever owns one now decides anew.
    consumer.resume(partitions);
    for (const task of tasks) {
      task.paused = false;
      consumer.seek(task.partition, task.position);
    }
    return fresh.map(({ partition }) => partition);
  }

  /** The task of a batch; undefined when it is not to be processed: not owned, or restored anew because of what was found. */
  async accept(batch: FetchedBatch): Promise<PartitionTask<Value, State> | undefined> {
    const { tasks, restorer, onCrash } = this.#options;
    const task = tasks.get(batch.partition);
    if (!task) return undefined;
    if (batch.high < task.next) {
      onCrash(restorer.endsBefore(task.next, batch.high));
      return undefined;
    }
    if (task.expected && !(await this.#isSameLog(task, batch))) return undefined;
    if (await this.#lostItsBeginning(task, batch)) return undefined;
    task.high = Math.max(task.high, batch.high);
    return task;
  }

  /** A snapshot is of this log only when the record it names is still the one it read. */
  async #isSameLog(task: PartitionTask<Value, State>, { records }: FetchedBatch): Promise<boolean> {
    const found = records.find(({ offset }) => offset === task.expected?.offset);
    if (found && task.expected && isSameRecord(markOf(found), task.expected)) {
      task.expected = null;
      return true;
    }
    const { logger } = this.#options;
    logger.warn({ partition: task.partition }, 'snapshot not used: it is of another log; restoring anew');
    await this.#restoreAnew(task, await this.#startOf(task));
    return false;
  }

  /**
   * Retention may delete what was still to be read, and the client goes on where the log begins then. The partition must be
   * restored as one without that beginning: what a restart would find is the truth from now on.
   */
  async #lostItsBeginning(task: PartitionTask<Value, State>, { records }: FetchedBatch): Promise<boolean> {
    const { processor, metrics, logger } = this.#options;
    const first = records[0]?.offset ?? task.next;
    if (first <= task.next) return false;
    const start = await this.#startOf(task);
    // Control records leave gaps too.
    if (!start || start.low <= task.next) return false;
    const facts = { partition: task.partition, from: task.next, low: start.low };
    if (task.restored) {
      metrics.lost.inc(start.low - task.next);
      logger.error(facts, 'records were deleted by retention before they were read');
    } else {
      logger.warn(facts, 'the beginning of the log was deleted while it was being restored');
    }
    // State that comes from a state topic has nothing to restore from the log.
    if (processor.restore.from === 'committed') return false;
    await this.#restoreAnew(task, start);
    return true;
  }

  async #startOf({ partition }: PartitionTask<Value, State>): Promise<TaskStart | undefined> {
    return (await this.#options.restorer.starts([partition])).get(partition);
  }

  async #restoreAnew(task: PartitionTask<Value, State>, start: TaskStart | undefined): Promise<void> {
    const { tasks, restorer, consumer } = this.#options;
    tasks.drop(task);
    if (!start) return;
    const fresh = await restorer.fromLog(start);
    tasks.add(fresh);
    consumer.seek(fresh.partition, fresh.position);
  }
}
