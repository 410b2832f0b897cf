import { randomUUID } from 'node:crypto';
import { type AccountLevel, type RouteDecision, type TypedTopic, topics } from '@groundswell/schemas';
import { createLogger, createMetrics } from '@groundswell/service';
import type { Processor } from '@groundswell/stream';
import { createKafka, type Kafka } from '../client.ts';
import { type Contracts, openContracts } from '../contracts.ts';
import { deterministicId } from '../dead-letter.ts';
import { createKafkajsBroker } from '../kafkajs-broker.ts';
import type { SnapshotStore } from '../ports.ts';
import { ProcessorRuntime } from '../processor-runtime.ts';
import { createBatchProducer, message } from '../producer.ts';
import { readPartitions } from '../read-partitions.ts';
import { ensureTopics } from '../topics.ts';
import { systemWall } from '../wall.ts';

export const logger = createLogger({ serviceName: 'runtime-test', logLevel: 'silent' });

/** Accounts that take turns in what {@link CountingBench.produce} writes. */
export const ACCOUNTS = 7;

export const decision = (accountId: string, n: number): RouteDecision => ({
  decisionId: deterministicId(accountId, n),
  accountId,
  transitionId: '',
  transitionSequence: n,
  route: 'cadence',
  state: 'routed',
  reason: 'test',
  until: null,
  people: [],
  score: 0,
  cause: 'touch',
  causeTouchId: null,
  causeSource: null,
  touchAt: null,
  transitionAt: n,
  decidedAt: n,
  policyVersion: 'test',
  generation: 1,
});

type Counts = Map<string, number>;

export const level = (
  accountId: string,
  place: { sequence: number; partition: number; offset: number },
): AccountLevel => ({
  accountId,
  engagedSince: null,
  highIntensitySince: null,
  engagedRenewedAt: null,
  highIntensityRenewedAt: null,
  lastTouchTime: null,
  move: null,
  policy: null,
  policyVersion: 'test',
  engineVersion: '1',
  generation: 1,
  clock: 0,
  ...place,
});

/** Counts decisions per account and publishes each count: what it says depends on all records before. */
const countingProcessor = (onRecord: () => void): Processor<RouteDecision, Counts> => ({
  name: 'counter',
  input: topics.routeDecisions,
  outputs: [topics.accountLevels],
  restore: { from: 'start' },
  snapshots: {
    version: '1',
    save: (state) => Buffer.from(JSON.stringify([...state])),
    load: (_partition, bytes) => new Map(JSON.parse(Buffer.from(bytes).toString())),
  },
  createState: () => new Map(),
  onRecord: (state, { value, partition, offset }, out) => {
    onRecord();
    const sequence = (state.get(value.accountId) ?? 0) + 1;
    state.set(value.accountId, sequence);
    out.send(topics.accountLevels, value.accountId, level(value.accountId, { sequence, partition, offset }));
  },
});

export interface StackAddresses {
  readonly kafkaBrokers: readonly string[];
  readonly registryUrl: string;
}

export interface Instance {
  readonly runtime: ProcessorRuntime<RouteDecision, Counts>;
  /** records processed, restored ones included */
  processed(): number;
  /** what it reported as beyond recovery */
  readonly crashes: unknown[];
}

/** The counting processor on a real broker, in a namespace of its own. */
export class CountingBench {
  readonly namespace = `runtime-${randomUUID().slice(0, 8)}`;
  readonly kafka: Kafka;
  readonly #registryUrl: string;
  readonly #stops: (() => Promise<void>)[] = [];
  #contracts: Contracts | null = null;

  constructor({ kafkaBrokers, registryUrl }: StackAddresses) {
    this.kafka = createKafka({ brokers: kafkaBrokers, clientId: 'test', logger });
    this.#registryUrl = registryUrl;
  }

  get contracts(): Contracts {
    if (!this.#contracts) throw new TypeError('the bench was not opened');
    return this.#contracts;
  }

  async open(): Promise<void> {
    const used = [topics.routeDecisions, topics.accountLevels, topics.deadLetters];
    this.#contracts = await openContracts({ registryUrl: this.#registryUrl, namespace: this.namespace }, used);
    await ensureTopics(this.kafka, this.namespace, used);
  }

  onClose(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
  }

  /** Writes decisions number `from` to `to` - 1; number n is of account n % ACCOUNTS. */
  async produce(from: number, to: number): Promise<void> {
    const producer = createBatchProducer(this.kafka, this.contracts);
    await producer.connect();
    const messages = [];
    for (let n = from; n < to; n++) {
      const accountId = `account-${n % ACCOUNTS}`;
      messages.push(message(topics.routeDecisions, accountId, decision(accountId, n)));
    }
    await producer.sendAll(messages);
    await producer.disconnect();
  }

  /** Starts an instance, of a processor with some `changes`; `start` throws what it throws. */
  async run(snapshots?: SnapshotStore, changes: Partial<Processor<RouteDecision, Counts>> = {}): Promise<Instance> {
    let processed = 0;
    const crashes: unknown[] = [];
    const counting = countingProcessor(() => {
      processed += 1;
    });
    const processor = { ...counting, ...changes };
    const runtime = new ProcessorRuntime({
      processor,
      broker: createKafkajsBroker({ kafka: this.kafka, contracts: this.contracts, namespace: this.namespace }),
      contracts: this.contracts,
      namespace: this.namespace,
      logger,
      metrics: createMetrics('test'),
      onCrash: (error) => crashes.push(error),
      wall: systemWall,
      ...(snapshots ? { snapshots } : {}),
    });
    await runtime.start();
    this.onClose(() => runtime.stop());
    return { runtime, crashes, processed: () => processed };
  }

  async readAll<Value>(topic: TypedTopic<Value>): Promise<Value[]> {
    const values: Value[] = [];
    await readPartitions({
      kafka: this.kafka,
      contracts: this.contracts,
      namespace: this.namespace,
      topic,
      partitions: Array.from({ length: topic.partitions }, (_, partition) => partition),
      onRecord: ({ value }) => values.push(value as Value),
    });
    return values;
  }

  /** The counts published per account, in order. */
  async counts(): Promise<Record<string, number[]>> {
    const byAccount: Record<string, number[]> = {};
    for (const { accountId, sequence } of await this.readAll(topics.accountLevels)) {
      byAccount[accountId] ??= [];
      byAccount[accountId].push(sequence);
    }
    return byAccount;
  }

  /** How many counts were published. */
  async published(): Promise<number> {
    return Object.values(await this.counts()).flat().length;
  }
}

export const oneTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);
