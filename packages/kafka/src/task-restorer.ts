import type { Logger } from '@groundswell/service';
import type { Processor } from '@groundswell/stream';
import { PartitionTask, type TaskStart } from './partition-task.ts';
import type { Broker, SnapshotStore, Wall } from './ports.ts';
import { decodeSnapshot, encodeSnapshot, type SnapshotIdentity, snapshotName } from './snapshots.ts';
import { pause } from './wall.ts';

/** The input is not the log whose offsets the group committed: going on would skip records, or count them twice. */
export class LogRecreatedError extends Error {
  override name = 'LogRecreatedError';
}

const recreated = (topic: string, groupId: string, found: string): LogRecreatedError =>
  new LogRecreatedError(
    `topic ${topic} is not the log that group ${groupId} was reading: ${found}. ` +
      'It was deleted and created anew, or lost acknowledged records. Start a new generation (other topics, tables and groups), ' +
      'or, when nothing was read that matters, delete the group and start again.',
  );

export interface RestorerOptions<Value, State> {
  readonly processor: Processor<Value, State>;
  readonly broker: Broker;
  /** physical name of the input */
  readonly topic: string;
  readonly groupId: string;
  readonly snapshots: SnapshotStore | undefined;
  readonly logger: Logger;
  readonly wall: Wall;
}

/** After a broker was killed its end of log may be behind for a moment; longer than this it is gone. */
const END_PATIENCE_MS = 20_000;
const END_PAUSE_MS = 500;

/** Makes the tasks of partitions that were taken over: from a snapshot where one fits, else from the log. */
export class TaskRestorer<Value, State> {
  readonly #options: RestorerOptions<Value, State>;

  constructor(options: RestorerOptions<Value, State>) {
    this.#options = options;
  }

  /** Where the group and the log stand. Throws LogRecreatedError when they cannot belong together. */
  async starts(partitions: readonly number[]): Promise<Map<number, TaskStart>> {
    const { broker, topic, groupId, wall } = this.#options;
    const deadline = wall.now() + END_PATIENCE_MS;
    for (;;) {
      const [ends, committed] = await Promise.all([broker.ends(topic), broker.committed(groupId, topic)]);
      const starts = new Map<number, TaskStart>();
      let ahead: { partition: number; committed: number; high: number } | undefined;
      for (const partition of partitions) {
        const { low, high } = ends.find((one) => one.partition === partition) ?? { low: 0, high: 0 };
        const offset = committed.get(partition) ?? -1;
        if (offset > high) ahead = { partition, committed: offset, high };
        starts.set(partition, { partition, low, high, committed: Math.max(low, offset) });
      }
      if (!ahead) return starts;
      if (wall.now() > deadline) {
        const found = `partition ${ahead.partition} ends at offset ${ahead.high}, and ${ahead.committed} is committed`;
        throw recreated(topic, groupId, found);
      }
      await pause(wall, END_PAUSE_MS);
    }
  }

  /** The log ends before what was read of it. */
  endsBefore(next: number, high: number): LogRecreatedError {
    const { topic, groupId } = this.#options;
    return recreated(topic, groupId, `it ends at offset ${high}, and records up to ${next} were read`);
  }

  /** Fresh tasks, with what the state topic holds of them. */
  async restore(starts: readonly TaskStart[]): Promise<PartitionTask<Value, State>[]> {
    const tasks: PartitionTask<Value, State>[] = [];
    for (const start of starts) tasks.push(await this.#fromSnapshot(start));
    await this.#readStateTopic(tasks);
    return tasks;
  }

  /** The same partition from the log alone: its snapshot turned out to be of another log. */
  async fromLog(start: TaskStart): Promise<PartitionTask<Value, State>> {
    const { snapshots, processor } = this.#options;
    await snapshots?.delete(snapshotName(this.#identity(start.partition, '')));
    const task = new PartitionTask(processor, start);
    await this.#readStateTopic([task]);
    return task;
  }

  /** Saves the state of a task whose outputs are all acknowledged and committed. Failing costs time at the next start, nothing else. */
  async save(task: PartitionTask<Value, State>): Promise<void> {
    const { processor, snapshots, logger } = this.#options;
    const { mark } = task;
    const isSettled = task.next === task.flushed && task.next === task.committed && task.expected === null;
    if (!snapshots || !processor.snapshots || !mark || !isSettled || task.savedAt === task.next) return;
    const identity = this.#identity(task.partition, processor.snapshots.version);
    const offset = task.next;
    try {
      const bytes = encodeSnapshot(identity, { mark, state: processor.snapshots.save(task.state) });
      await snapshots.write(snapshotName(identity), bytes);
      task.savedAt = offset;
    } catch (error) {
      logger.warn({ err: error, partition: task.partition }, 'state was not saved: the next start will take longer');
    }
  }

  #identity(partition: number, version: string): SnapshotIdentity {
    return { topic: this.#options.topic, groupId: this.#options.groupId, partition, version };
  }

  async #fromSnapshot(start: TaskStart): Promise<PartitionTask<Value, State>> {
    const { processor, snapshots, logger } = this.#options;
    const format = processor.snapshots;
    if (!snapshots || !format || processor.restore.from !== 'start') return new PartitionTask(processor, start);
    const identity = this.#identity(start.partition, format.version);
    const { partition } = start;
    try {
      const bytes = await snapshots.read(snapshotName(identity));
      if (!bytes) return new PartitionTask(processor, start);
      const found = decodeSnapshot(identity, bytes);
      if (typeof found === 'string') {
        logger.info({ partition }, `snapshot not used: it is ${found}`);
        return new PartitionTask(processor, start);
      }
      const { mark, state } = found;
      // Beyond the commit, outputs that it no longer remembers may not have been published.
      if (mark.offset < start.low || mark.offset >= start.committed) {
        logger.info({ partition, offset: mark.offset, committed: start.committed }, 'snapshot not used: out of range');
        return new PartitionTask(processor, start);
      }
      return new PartitionTask(processor, start, { state: format.load(partition, state), mark });
    } catch (error) {
      logger.warn({ err: error, partition }, 'snapshot not used: it cannot be read');
      return new PartitionTask(processor, start);
    }
  }

  async #readStateTopic(tasks: readonly PartitionTask<Value, State>[]): Promise<void> {
    const { processor, broker } = this.#options;
    const { stateTopic } = processor.restore;
    if (!stateTopic || tasks.length === 0) return;
    const byPartition = new Map(tasks.map((task) => [task.partition, task]));
    await broker.readPartitions({
      topic: stateTopic,
      partitions: [...byPartition.keys()],
      onRecord: ({ partition, key, value, offset }) => {
        const task = byPartition.get(partition);
        if (!task) return;
        processor.onStateRecord?.(task.state, key, value, offset);
        task.stateLog.knowsThrough(offset + 1);
      },
    });
    for (const task of tasks) task.knowsStateThrough(task.stateLog.next);
  }
}
