import type { PartitionTask } from './partition-task.ts';

/** How far an instance has come in restoring, for people and probes. */
export interface RestoreProgress {
  /** Restoring begins, or begins anew. */
  restart(now: number, tasks: Iterable<Restoring>): void;
  /** true when every partition is restored; else percent, records/s and time left in a sentence */
  text(tasks: Iterable<Restoring>, now: number): true | string;
}

type Restoring = Pick<PartitionTask<unknown, unknown>, 'restored' | 'toRestore'>;

const seconds = (ms: number): string => (ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`);

export const restoreProgress = (): RestoreProgress => {
  let since = 0;
  let total = 0;
  return {
    restart: (now, tasks) => {
      since = now;
      total = 0;
      for (const task of tasks) total += task.toRestore;
    },
    text: (tasks, now) => {
      let left = 0;
      let waiting = 0;
      let partitions = 0;
      for (const task of tasks) {
        partitions += 1;
        if (!task.restored) waiting += 1;
        left += task.toRestore;
      }
      if (waiting === 0) return true;
      const done = Math.max(0, total - left);
      const elapsed = Math.max(1, now - since);
      const rate = (done * 1_000) / elapsed;
      const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
      const timeLeft = rate > 0 ? `, about ${seconds((left * 1_000) / rate)} left` : '';
      return `restoring ${waiting} of ${partitions} partitions: ${percent} %, ${left} records left, ${Math.round(rate)} records/s${timeLeft}`;
    },
  };
};
