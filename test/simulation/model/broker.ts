import type { Broker, ReadPartitions, SnapshotStore, Wall } from '@groundswell/kafka';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Cluster } from './cluster.ts';
import { ModelConsumer } from './consumer.ts';
import { contracts } from './contracts.ts';
import type { Group } from './group.ts';
import type { Machine } from './machine.ts';
import { ModelSender } from './sender.ts';

export interface BrokerOptions {
  readonly scheduler: Scheduler;
  readonly cluster: Cluster;
  readonly machine: Machine;
  readonly maxBatch: number;
  readonly group: (groupId: string, topic: string) => Group;
}

const never = new Promise<never>(() => undefined);

/** Everything a state topic holds from its start, or an offset, to where it ends now, in pieces: it may be compacted meanwhile. */
const readPartitions = async (options: BrokerOptions, request: ReadPartitions): Promise<void> => {
  const { scheduler, cluster, machine } = options;
  const codec = contracts.codec(request.topic);
  const topic = cluster.topic(request.topic.name);
  const ends = new Map(request.partitions.map((partition) => [partition, topic.partition(partition).high]));
  for (const partition of scheduler.random.shuffled(request.partitions)) {
    const end = ends.get(partition) ?? 0;
    for (let next = request.from?.get(partition) ?? 0; next < end; ) {
      await scheduler.pause(machine, 1, 8);
      machine.passes('restore');
      if (!machine.alive) await never;
      const read = topic.partition(partition).read(next, scheduler.random.int(1, 20));
      next = read.next;
      for (const { offset, key, value } of read.records) {
        if (offset >= end) continue;
        const state = value === null ? null : codec.decode(value);
        request.onRecord({ partition, offset, key: key?.toString() ?? '', value: state });
      }
    }
  }
};

/** The broker as one process reaches it. Nothing answers once the process is dead. */
export const createModelBroker = (options: BrokerOptions): Broker => {
  const { scheduler, cluster, machine } = options;
  const answer = async <Result>(result: () => Result): Promise<Result> => {
    await scheduler.pause(machine, 1, 12);
    const value = result();
    await scheduler.pause(machine, 1, 12);
    return value;
  };
  return {
    consumer: ({ groupId, topic }) => new ModelConsumer({ ...options, topic, group: options.group(groupId, topic) }),
    producer: () => new ModelSender(scheduler, cluster, machine),
    ends: (topic) =>
      answer(() => cluster.topic(topic).partitions.map(({ low, high }, partition) => ({ partition, low, high }))),
    committed: (groupId, topic) => answer(() => new Map(options.group(groupId, topic).committed)),
    readPartitions: (request) => readPartitions(options, request),
    disconnect: () => answer(() => undefined),
  };
};

/** Longer timers (snapshots, patience with a slow broker) come after this: a run is short. */
const LONGEST_TIMER_MS = 2_500;

/** The machine's clock, which may be off, and its timers. */
export const createWall = (scheduler: Scheduler, cluster: Cluster, machine: Machine): Wall => ({
  now: () => cluster.date() + machine.skew,
  after: (ms, work) => scheduler.after(machine, Math.min(ms, LONGEST_TIMER_MS), work),
});

/** A disk that outlives the process. */
export class Disk {
  readonly files = new Map<string, Uint8Array>();

  store(scheduler: Scheduler, machine: Machine): SnapshotStore {
    return {
      read: async (name) => {
        await scheduler.pause(machine, 1, 10);
        const bytes = this.files.get(name);
        // As Node reads files: a view into some larger memory, at any offset.
        return bytes ? Buffer.concat([Buffer.alloc(3), bytes]).subarray(3) : null;
      },
      write: async (name, bytes) => {
        const copy = Uint8Array.from(bytes);
        await scheduler.pause(machine, 1, 20);
        this.files.set(name, copy);
      },
      delete: async (name) => {
        await scheduler.pause(machine, 1, 10);
        this.files.delete(name);
      },
    };
  }

  /** Half of the files lose a byte. */
  damage(scheduler: Scheduler): void {
    for (const [name, bytes] of this.files) {
      if (bytes.length === 0 || scheduler.random.chance(0.5)) continue;
      const copy = Uint8Array.from(bytes);
      const place = scheduler.random.int(0, copy.length - 1);
      copy[place] = (copy[place] ?? 0) ^ 0xff;
      this.files.set(name, copy);
    }
  }
}
