import type { IntensityProcessor, PartitionState, TouchInput } from '@groundswell/intensity';
import type { Broker, SnapshotStore, Wall } from '@groundswell/kafka';
import type { AccountResolver } from '@groundswell/resolution';
import type { Processor } from '@groundswell/stream';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Cluster } from './cluster.ts';
import type { Machine } from './machine.ts';

/** What a process is started on. */
export interface Host {
  readonly scheduler: Scheduler;
  readonly cluster: Cluster;
  readonly machine: Machine;
  readonly broker: Broker;
  readonly wall: Wall;
  readonly snapshots: SnapshotStore;
  readonly isTight: boolean;
  readonly onCrash: (error: unknown) => void;
  readonly tampering: Tampering;
}

/** Bugs that are planted to see them found: ports or a processor that do not do what they should. */
export interface Tampering {
  readonly resolver?: (resolver: AccountResolver) => AccountResolver;
  readonly broker?: (broker: Broker, host: { readonly machine: Machine; readonly scheduler: Scheduler }) => Broker;
  readonly intensity?: (processor: IntensityProcessor) => Processor<TouchInput, PartitionState>;
}

export interface Running {
  start(): Promise<void>;
  ready(): true | string;
  stop(): Promise<void>;
}
