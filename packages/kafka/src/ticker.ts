import type { Clocked } from '@groundswell/stream';
import type { PartitionTask } from './partition-task.ts';

const HOUR_MS = 3_600_000;

/**
 * The partitions whose clock must be kept going at `now` (epoch ms, the wall clock): caught up and live, with a timer that
 * is due, else after an hour of silence. Never before the first record, so that old data can still be imported.
 */
export const dueForTick = <Value, State>(
  clocked: Clocked<Value, State>,
  tasks: Iterable<PartitionTask<Value, State>>,
  now: number,
): PartitionTask<Value, State>[] => {
  const due: PartitionTask<Value, State>[] = [];
  for (const task of tasks) {
    const clock = clocked.clock(task.state);
    if (clock === undefined || !task.caughtUp || clocked.mode(task.state) !== 'live') continue;
    const timer = clocked.nextTimer(task.state);
    const isTimerDue = timer !== undefined && timer <= now && task.lastTick < timer;
    if (isTimerDue || Math.max(clock, task.lastTick) + HOUR_MS <= now) due.push(task);
  }
  return due;
};
