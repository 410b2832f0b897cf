import { randomUUID } from 'node:crypto';
import type { TopicDeclaration } from '@groundswell/schemas';
import type { Logger } from '@groundswell/service';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { namespaced } from './client.ts';
import { type Contracts, WireError } from './contracts.ts';
import { FollowedTable, type GlobalTable, type TableSpec } from './followed-table.ts';
import { retrying } from './retrying.ts';

export interface TablesOptions {
  readonly kafka: Kafka;
  readonly contracts: Contracts;
  readonly namespace: string;
  readonly logger: Logger;
  readonly onCrash: (error: unknown) => void;
}

/**
 * Reads several compacted topics with one consumer of a throw-away group (kafkajs cannot assign partitions by hand).
 * `start` resolves when every table has caught up with what stood there at the start.
 */
export class GlobalTables {
  readonly #options: TablesOptions;
  readonly #tables = new Map<string, FollowedTable<unknown>>();
  readonly #groupId: string;
  #consumer: Consumer | null = null;

  constructor(options: TablesOptions) {
    this.#options = options;
    this.#groupId = namespaced(options.namespace, `table-${randomUUID()}`);
  }

  table<Value>(spec: TableSpec<Value>): GlobalTable<Value> {
    const table = new FollowedTable(spec);
    this.#tables.set(this.#options.contracts.topicName(spec.topic), table as FollowedTable<unknown>);
    return table;
  }

  async start(): Promise<void> {
    const { kafka, onCrash } = this.#options;
    const consumer = kafka.consumer({ groupId: this.#groupId, maxWaitTimeInMs: 500, sessionTimeout: 30_000 });
    this.#consumer = consumer;
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) onCrash(payload.error);
    });
    const caughtUp = await this.#ends();
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.#tables.keys()], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.#read(payload) });
    await caughtUp();
  }

  /** Resolves when the table of a topic has been read as far as the topic goes now. */
  async readToEnd(topic: TopicDeclaration): Promise<void> {
    const name = this.#options.contracts.topicName(topic);
    const caughtUp = await this.#ends(name);
    await caughtUp();
  }

  async stop(): Promise<void> {
    await this.#consumer?.disconnect();
    const admin = this.#options.kafka.admin();
    await admin.connect();
    // Best effort: an empty throw-away group is dropped by the broker in time anyway.
    await admin.deleteGroups([this.#groupId]).catch(() => undefined);
    await admin.disconnect();
  }

  /** Notes where the topics (or `only` one, by its name on the broker) end now; the returned function waits until they were read that far. */
  async #ends(only?: string): Promise<() => Promise<unknown>> {
    const admin = this.#options.kafka.admin();
    await admin.connect();
    const targets: { table: FollowedTable<unknown>; partition: number; last: number }[] = [];
    for (const [name, table] of this.#tables) {
      if (only !== undefined && name !== only) continue;
      for (const { partition, high, low } of await retrying(() => admin.fetchTopicOffsets(name))) {
        if (Number(high) > Number(low)) targets.push({ table, partition, last: Number(high) - 1 });
      }
    }
    await admin.disconnect();
    return () => Promise.all(targets.map(({ table, partition, last }) => table.readThrough(partition, last)));
  }

  async #read({ batch, resolveOffset, heartbeat }: EachBatchPayload): Promise<void> {
    const table = this.#tables.get(batch.topic);
    if (!table) return;
    const codec = this.#options.contracts.codec(table.spec.topic);
    await codec.prepare(batch.messages.map((one) => one.value));
    for (const { key, value, offset } of batch.messages) {
      if (table.has(batch.partition, Number(offset))) continue;
      try {
        table.apply(key?.toString() ?? '', value === null ? null : codec.decode(value));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        this.#options.logger.error(
          { topic: batch.topic, partition: batch.partition, offset, reason: error.reason },
          'table record skipped',
        );
      }
    }
    resolveOffset(batch.lastOffset());
    table.advance(batch.partition, Number(batch.lastOffset()) + 1);
    await heartbeat();
  }
}
