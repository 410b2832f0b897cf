import type { BatchControl, FetchedBatch, GroupConsumer, GroupHandlers } from '@groundswell/kafka';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Cluster } from './cluster.ts';
import type { Group, Joined } from './group.ts';
import type { Machine } from './machine.ts';

export interface ConsumerOptions {
  readonly scheduler: Scheduler;
  readonly cluster: Cluster;
  readonly group: Group;
  readonly machine: Machine;
  readonly topic: string;
  /** records in a batch, at most */
  readonly maxBatch: number;
}

/** ms between heartbeats: each member picks one, so that some notice a rebalance right behind a batch */
const HEARTBEATS_MS = [0, 0, 50, 200] as const;
const never = new Promise<never>(() => undefined);

/** What the broker refused or lost, and may grant when asked again. */
export class BrokerTrouble extends Error {
  override name = 'BrokerTrouble';
  readonly retriable = true;
}

class Rebalancing extends BrokerTrouble {
  readonly lost: boolean;
  constructor(lost: boolean) {
    super(lost ? 'the coordinator does not know this member' : 'the group is rebalancing');
    this.lost = lost;
  }
}

/** A group member as an adapter of a Kafka client behaves: one batch at a time, joins again whenever it must. */
export class ModelConsumer implements GroupConsumer {
  readonly #options: ConsumerOptions;
  readonly #positions = new Map<number, number>();
  readonly #paused = new Set<number>();
  readonly #sought = new Set<number>();
  readonly #beatEvery: number;
  #membership: Joined | null = null;
  /** from a join on until its assignment is taken over: what was processed before it must not be committed after it */
  #assigning = false;
  #lastBeat = 0;
  #stopping = false;
  #inHand: Promise<void> = Promise.resolve();

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#beatEvery = options.scheduler.random.pick(HEARTBEATS_MS);
  }

  async start(handlers: GroupHandlers): Promise<void> {
    await this.#pause(1, 10);
    void this.#live(handlers);
  }

  seek(partition: number, offset: number): void {
    this.#positions.set(partition, offset);
    this.#sought.add(partition);
  }

  pause(partitions: readonly number[]): void {
    for (const partition of partitions) this.#paused.add(partition);
  }

  resume(partitions: readonly number[]): void {
    for (const partition of partitions) this.#paused.delete(partition);
  }

  async commit(offsets: ReadonlyMap<number, number>): Promise<void> {
    const { machine, group } = this.#options;
    await this.#reach('commit');
    if (this.#assigning) throw new BrokerTrouble('the partitions are about to be assigned anew');
    // The request says who sent it; what the member becomes while it travels does not matter.
    const { memberId, generation } = this.#membership ?? { memberId: null, generation: -1 };
    await this.#pause(1, 15);
    if (machine.isDeaf) {
      await this.#pause(200, 400);
      throw new BrokerTrouble('the coordinator does not answer');
    }
    const accepted = group.commit(memberId, generation, offsets);
    await this.#reach('committed');
    await this.#pause(1, 10);
    if (!accepted) throw new BrokerTrouble('commit refused: not a member of this generation');
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#inHand.catch(() => undefined);
    await this.#pause(1, 10);
    this.#options.group.leave(this.#membership?.memberId ?? null);
    this.#membership = null;
  }

  async #live(handlers: GroupHandlers): Promise<void> {
    const { random } = this.#options.scheduler;
    while (!this.#stopping) {
      try {
        await this.#join(handlers);
        await this.#readOn(handlers);
      } catch (error) {
        if (this.#stopping) return;
        if (error instanceof Rebalancing && (!error.lost || random.chance(0.7))) {
          if (error.lost) this.#membership = null;
          handlers.onRebalance();
          continue;
        }
        const restarts = error instanceof BrokerTrouble;
        this.#membership = null;
        handlers.onCrash(error instanceof Error ? error : new Error(String(error)), restarts);
        if (!restarts) return;
        await this.#pause(50, 300);
      }
    }
  }

  async #join(handlers: GroupHandlers): Promise<void> {
    const { group, scheduler } = this.#options;
    await this.#reach('join');
    await this.#pause(1, 20);
    const joined = await group.join(this.#membership?.memberId ?? null, new Map(handlers.owned()));
    await this.#pause(1, 30);
    if (this.#stopping) return;
    this.#membership = joined;
    this.#lastBeat = scheduler.now;
    this.#positions.clear();
    this.#assigning = true;
    await handlers.onAssigned(joined.partitions);
    this.#assigning = false;
    await this.#reach('assigned');
  }

  async #readOn(handlers: GroupHandlers): Promise<void> {
    const { scheduler } = this.#options;
    while (!this.#stopping) {
      await this.#heartbeat();
      const readable = this.#readable();
      if (readable.length === 0) {
        await this.#pause(20, 80);
        continue;
      }
      const fetched = scheduler.random.shuffled(readable).slice(0, scheduler.random.int(1, readable.length));
      await this.#pause(1, 6);
      if (this.#stopping) continue;
      this.#inHand = this.#readRound(
        handlers,
        fetched.filter((partition) => !this.#paused.has(partition)),
      );
      await this.#inHand;
    }
  }

  /** What one fetch brings: a batch of each of some partitions. */
  async #readRound(handlers: GroupHandlers, partitions: readonly number[]): Promise<void> {
    const { topic, scheduler, machine, group } = this.#options;
    const batches: FetchedBatch[] = [];
    for (const partition of partitions) {
      const batch = this.#fetch(handlers, partition);
      if (batch) batches.push(batch);
    }
    if (batches.length === 0) return;
    await this.#reach('batch');
    const places = batches.map(({ partition, next }) => `${partition}@${this.#position(partition)}..${next}`).join(' ');
    scheduler.trace(`${machine.name} reads ${topic} ${places}`);
    const control: BatchControl = {
      heartbeat: async () => {
        await this.#reach('heartbeat');
        await this.#heartbeat();
      },
    };
    await handlers.onBatches(batches, control);
    for (const { partition, next } of batches) if (!this.#sought.has(partition)) this.#positions.set(partition, next);
    // The moment that matters: a rebalance is noticed while outputs of the batch have not left yet.
    if (group.isRebalancing) this.#lastBeat = Number.NEGATIVE_INFINITY;
  }

  #fetch(handlers: GroupHandlers, partition: number): FetchedBatch | null {
    const { cluster, topic, scheduler, maxBatch } = this.#options;
    const log = cluster.topic(topic).partition(partition);
    const { records, next } = log.read(this.#position(partition), scheduler.random.int(1, maxBatch));
    this.#sought.delete(partition);
    if (records.length > 0) return { partition, records, next, high: log.high };
    this.#positions.set(partition, next);
    handlers.onSkipped(partition, next);
    return null;
  }

  #readable(): number[] {
    const { cluster, topic } = this.#options;
    return (this.#membership?.partitions ?? []).filter(
      (partition) =>
        !this.#paused.has(partition) && this.#position(partition) < cluster.topic(topic).partition(partition).high,
    );
  }

  /** Where it reads; below the log's beginning there is nothing, so reading starts there. */
  #position(partition: number): number {
    const { cluster, topic, group } = this.#options;
    const { low } = cluster.topic(topic).partition(partition);
    return Math.max(low, this.#positions.get(partition) ?? group.committed.get(partition) ?? low);
  }

  async #heartbeat(): Promise<void> {
    const { scheduler, machine, group } = this.#options;
    if (scheduler.now - this.#lastBeat < this.#beatEvery) return;
    await this.#pause(0, 3);
    this.#lastBeat = scheduler.now;
    if (machine.isDeaf) return;
    const answer = group.heartbeat(this.#membership?.memberId ?? null, this.#membership?.generation ?? -1);
    if (answer !== 'alive') throw new Rebalancing(answer === 'unknown');
  }

  #pause(least: number, most: number): Promise<void> {
    return this.#options.scheduler.pause(this.#options.machine, least, most);
  }

  async #reach(point: Parameters<Machine['passes']>[0]): Promise<void> {
    const { machine } = this.#options;
    machine.passes(point);
    if (!machine.alive) await never;
    if (machine.frozenUntil > this.#options.scheduler.now) await this.#pause(0, 0);
  }
}
