import type { BatchProducer, OutgoingMessage, ProducedPosition } from '@groundswell/kafka';
import { partitionOf } from '@groundswell/kafka';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Cluster, NewRecord } from './cluster.ts';
import { BrokerTrouble } from './consumer.ts';
import { contracts } from './contracts.ts';
import type { Machine, SendFate } from './machine.ts';

const never = new Promise<never>(() => undefined);

interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: NewRecord[];
}

/** Encodes messages and groups them by partition, each in order. */
export const partitionBatches = (cluster: Cluster, messages: readonly OutgoingMessage[]): PartitionBatch[] => {
  const batches = new Map<string, PartitionBatch>();
  for (const { topic, key, value, partition, headers } of messages) {
    const count = cluster.topic(topic.name).partitions.length;
    const target = partition ?? partitionOf(key ?? '', count);
    const id = `${topic.name}/${target}`;
    const batch = batches.get(id) ?? { topic: topic.name, partition: target, records: [] };
    batches.set(id, batch);
    batch.records.push({
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : contracts.codec(topic).encode(value),
      ...(headers ? { headers } : {}),
    });
  }
  return [...batches.values()];
};

/**
 * An idempotent producer: one request after the other, each partition's part appended whole or not at all, and once.
 * When a request fails, any part of it may have been written, or may still be under way: it then arrives behind what the
 * sender's successor has sent.
 */
export class ModelSender implements BatchProducer {
  readonly #scheduler: Scheduler;
  readonly #cluster: Cluster;
  readonly #machine: Machine;
  #last: Promise<unknown> = Promise.resolve();

  constructor(scheduler: Scheduler, cluster: Cluster, machine: Machine) {
    this.#scheduler = scheduler;
    this.#cluster = cluster;
    this.#machine = machine;
  }

  async connect(): Promise<void> {
    await this.#scheduler.pause(this.#machine, 1, 10);
  }

  async disconnect(): Promise<void> {
    await this.#scheduler.pause(this.#machine, 1, 10);
  }

  sendAll(messages: readonly OutgoingMessage[]): Promise<ProducedPosition[]> {
    const sent = this.#last.then(() => this.#send(messages));
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  async #send(messages: readonly OutgoingMessage[]): Promise<ProducedPosition[]> {
    const machine = this.#machine;
    machine.passes('send');
    if (!machine.alive) await never;
    const fate = machine.nextSendFate();
    const positions: ProducedPosition[] = [];
    const batches = this.#scheduler.random.shuffled(partitionBatches(this.#cluster, messages));
    await Promise.all(batches.map((batch) => this.#deliver(batch, fate, positions)));
    machine.passes('acknowledged');
    await this.#scheduler.pause(machine, 1, 8);
    if (fate) throw new BrokerTrouble(`not acknowledged (${fate})`);
    return positions;
  }

  /** Leaves the process at some moment, if it still runs; then it arrives whatever becomes of the process. */
  #deliver(batch: PartitionBatch, fate: SendFate | undefined, positions: ProducedPosition[]): Promise<void> {
    const { random } = this.#scheduler;
    const written = fate === 'refused' ? false : fate === 'partly' ? random.chance(0.5) : true;
    const arrive = (): void => {
      const { topic, partition, records } = batch;
      if (!written) return;
      positions.push({
        topic,
        partition,
        baseOffset: this.#cluster.append(topic, partition, records),
        count: records.length,
      });
      this.#machine.passes('append');
    };
    return new Promise((resolve) => {
      this.#scheduler.after(this.#machine, random.int(0, 5), () => {
        const isLate = fate === 'late' && random.chance(0.7);
        this.#scheduler.after(null, isLate ? random.int(50, 2_500) : random.int(1, 10), () => {
          arrive();
          if (!isLate) resolve();
        });
        if (isLate) this.#scheduler.after(null, 20, resolve);
      });
    });
  }
}
