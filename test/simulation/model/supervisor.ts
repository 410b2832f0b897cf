import type { Scheduler } from '../engine/scheduler.ts';
import type { ServiceKind } from '../scenario/scenario.ts';
import { createModelBroker, createWall, Disk } from './broker.ts';
import type { Cluster } from './cluster.ts';
import { BrokerTrouble } from './consumer.ts';
import { Group } from './group.ts';
import type { Running, Tampering } from './host.ts';
import { Machine } from './machine.ts';
import { startIntensity, startResolver, startRouter } from './services.ts';

export interface SupervisorOptions {
  readonly scheduler: Scheduler;
  readonly cluster: Cluster;
  readonly partitions: number;
  readonly skews: readonly number[];
  readonly maxBatch: number;
  readonly isTight: boolean;
  readonly tampering: Tampering;
}

/** Restoring a run's few records takes less. */
const CALM_MS = 1_000;

const starters = { intensity: startIntensity, resolver: startResolver, router: startRouter } as const;

interface Slot {
  readonly kind: ServiceKind;
  readonly index: number;
  readonly disk: Disk;
  starts: number;
  machine: Machine | null;
  running: Running | null;
}

/** Runs the processes of the services: each has a disk, dies, is started anew, and joins its group. */
export class Supervisor {
  readonly groups = new Map<string, Group>();
  /** what processes gave up over, and must not have */
  readonly defects: string[] = [];
  readonly #options: SupervisorOptions;
  readonly #slots: Slot[] = [];

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  add(kind: ServiceKind, count: number): void {
    for (let index = 0; index < count; index += 1) {
      const slot: Slot = { kind, index, disk: new Disk(), starts: 0, machine: null, running: null };
      this.#slots.push(slot);
      this.#start(slot);
    }
  }

  machine(kind: ServiceKind, index: number): Machine | null {
    return this.#slot(kind, index)?.machine ?? null;
  }

  damageDisk(index: number): void {
    this.#slot('intensity', index)?.disk.damage(this.#options.scheduler);
  }

  /** Nothing more happens to anybody. */
  recover(): void {
    for (const { machine } of this.#slots) machine?.recover();
  }

  /** All run, none is frozen or cut off, and all say that they are ready. */
  get isWell(): boolean {
    const { now } = this.#options.scheduler;
    return this.#slots.every(
      ({ machine, running }) =>
        machine?.alive === true && machine.frozenUntil <= now && !machine.isDeaf && running?.ready() === true,
    );
  }

  /** No group has shared out its partitions a moment ago: whoever got one may still restore it. */
  get isCalm(): boolean {
    return [...this.groups.values()].every(({ calmMs }) => calmMs > CALM_MS);
  }

  /** Every group has committed what its topic holds. */
  get hasCommittedAll(): boolean {
    return [...this.groups.values()].every(({ committed, settings }) =>
      this.#options.cluster
        .topic(settings.topic)
        .partitions.every(({ high }, partition) => (committed.get(partition) ?? 0) >= high),
    );
  }

  /** A graceful stop; the process is started again some ms later. */
  stop(kind: ServiceKind, index: number, ms: number): void {
    const slot = this.#slot(kind, index);
    if (!slot?.machine?.alive || !slot.running) return;
    const { machine, running } = slot;
    this.#options.scheduler.trace(`${machine.name} is asked to stop`);
    const gone = (): void => {
      machine.onDeath = () => this.#startLater(slot, ms);
      machine.die('stopped');
    };
    running.stop().then(gone, gone);
  }

  #slot(kind: ServiceKind, index: number): Slot | undefined {
    const crew = this.#slots.filter((slot) => slot.kind === kind);
    return crew[index % Math.max(1, crew.length)];
  }

  #startLater(slot: Slot, ms: number): void {
    this.#options.scheduler.after(null, ms, () => this.#start(slot));
  }

  #start(slot: Slot): void {
    const { scheduler, cluster, skews, maxBatch, isTight, tampering } = this.#options;
    slot.starts += 1;
    const name = `${slot.kind}-${slot.index}.${slot.starts}`;
    const machine = new Machine(scheduler, { name, skew: skews[slot.index % Math.max(1, skews.length)] ?? 0 });
    machine.onDeath = () => this.#startLater(slot, scheduler.random.int(30, 400));
    const group = (groupId: string, topic: string): Group => {
      const joined = this.#group(groupId, topic);
      machine.onRebalance = () => joined.rebalance();
      return joined;
    };
    const plain = createModelBroker({ scheduler, cluster, machine, maxBatch, group });
    const onCrash = (error: unknown): void => this.#gaveUp(machine, error);
    const host = {
      scheduler,
      cluster,
      machine,
      broker: tampering.broker?.(plain, { machine, scheduler }) ?? plain,
      wall: createWall(scheduler, cluster, machine),
      snapshots: slot.disk.store(scheduler, machine),
      isTight,
      onCrash,
      tampering,
    };
    scheduler.trace(`${name} starts`);
    slot.machine = machine;
    slot.running = starters[slot.kind](host);
    slot.running.start().catch(onCrash);
  }

  #gaveUp(machine: Machine, error: unknown): void {
    if (!machine.alive) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!(error instanceof BrokerTrouble)) this.defects.push(`${machine.name} gave up: ${text}`);
    machine.die(`gave up: ${error instanceof Error ? error.message : text}`);
  }

  #group(name: string, topic: string): Group {
    const known = this.groups.get(name);
    if (known) return known;
    const { scheduler, partitions } = this.#options;
    const group = new Group(scheduler, { name, topic, partitions, sessionMs: 1_500, rebalanceMs: 4_000 });
    this.groups.set(name, group);
    return group;
  }
}
