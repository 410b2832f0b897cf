import { randomUUID } from 'node:crypto';
import {
  type AccountLevel,
  type DeadLetter,
  type IntensityTransition,
  type RouteDecision,
  readSchema,
  type TypedTopic,
  topics,
} from '@groundswell/schemas';
import { createLogger, createMetrics } from '@groundswell/service';
import type { Processor } from '@groundswell/stream';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createKafka, type Kafka } from './client.ts';
import { type Contracts, openContracts } from './contracts.ts';
import { deterministicId } from './dead-letter.ts';
import { GlobalTables } from './global-table.ts';
import { createKafkajsBroker } from './kafkajs-broker.ts';
import { ProcessorRuntime } from './processor-runtime.ts';
import { createBatchProducer, message } from './producer.ts';
import { readPartitions } from './read-partitions.ts';
import { ensureTopics, TopicMismatch } from './topics.ts';
import { systemWall } from './wall.ts';

const logger = createLogger({ serviceName: 'runtime-test', logLevel: 'silent' });

const decision = (accountId: string, n: number): RouteDecision => ({
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

/** Counts decisions per account and publishes each count: what it says depends on all records before. */
const counter: Processor<RouteDecision, Counts> = {
  name: 'router',
  input: topics.routeDecisions,
  outputs: [topics.accountLevels],
  restore: { from: 'start' },
  createState: () => new Map(),
  onRecord: (state, { value, partition, offset }, out) => {
    const sequence = (state.get(value.accountId) ?? 0) + 1;
    state.set(value.accountId, sequence);
    const level: AccountLevel = {
      accountId: value.accountId,
      sequence,
      engagedSince: null,
      highIntensitySince: null,
      engagedRenewedAt: null,
      highIntensityRenewedAt: null,
      lastTouchTime: null,
      policyVersion: 'test',
      engineVersion: '1',
      generation: 1,
      clock: 0,
      partition,
      offset,
    };
    out.send(topics.accountLevels, value.accountId, level);
  },
};

describe('the runtime on a real broker', () => {
  let namespace: string;
  let kafka: Kafka;
  let contracts: Contracts;
  const used = [topics.routeDecisions, topics.accountLevels, topics.deadLetters];
  let stops: (() => Promise<void>)[];

  beforeEach(async () => {
    stops = [];
    namespace = `runtime-${randomUUID().slice(0, 8)}`;
    kafka = createKafka({ brokers: inject('stack').kafkaBrokers, clientId: 'test', logger });
    contracts = await openContracts({ registryUrl: inject('stack').registryUrl, namespace }, used);
    await ensureTopics(kafka, namespace, used);
  });

  afterEach(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  const produce = async (from: number, to: number): Promise<void> => {
    const producer = createBatchProducer(kafka, contracts);
    await producer.connect();
    const messages = [];
    for (let n = from; n < to; n++) {
      const accountId = `account-${n % 7}`;
      messages.push(message(topics.routeDecisions, accountId, decision(accountId, n)));
    }
    await producer.sendAll(messages);
    await producer.disconnect();
  };

  const run = async (): Promise<ProcessorRuntime<RouteDecision, Counts>> => {
    const metrics = createMetrics('test');
    const onCrash = (error: unknown): void => expect.unreachable(String(error));
    const runtime = new ProcessorRuntime({
      processor: counter,
      broker: createKafkajsBroker({ kafka, contracts, namespace }),
      contracts,
      namespace,
      logger,
      metrics,
      onCrash,
      wall: systemWall,
    });
    await runtime.start();
    stops.push(() => runtime.stop());
    await expect.poll(() => runtime.ready(), { timeout: 30_000 }).toBe(true);
    return runtime;
  };

  const readAll = async <Value>(topic: TypedTopic<Value>): Promise<Value[]> => {
    const values: Value[] = [];
    const partitions = Array.from({ length: topic.partitions }, (_, partition) => partition);
    await readPartitions({
      kafka,
      contracts,
      namespace,
      topic,
      partitions,
      onRecord: ({ value }) => values.push(value as Value),
    });
    return values;
  };

  const counts = async (): Promise<Record<string, number[]>> => {
    const byAccount: Record<string, number[]> = {};
    for (const { accountId, sequence } of await readAll(topics.accountLevels)) {
      byAccount[accountId] ??= [];
      byAccount[accountId].push(sequence);
    }
    return byAccount;
  };

  const oneToN = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

  it('restores from the log after a stop, publishing what is new and nothing twice', async () => {
    await produce(0, 700);
    const first = await run();
    await expect.poll(async () => (await counts())['account-0']?.length, { timeout: 30_000 }).toBe(100);
    await first.stop();
    stops.pop();
    await produce(700, 1_400);
    await run();
    const published = async (): Promise<number> => Object.values(await counts()).flat().length;
    await expect.poll(published, { timeout: 30_000 }).toBe(1_400);
    const all = await counts();
    for (let account = 0; account < 7; account++) expect(all[`account-${account}`]).toEqual(oneToN(200));
  });

  it('shares the partitions with a second instance, and every count is still exact', async () => {
    const total = 2_100;
    await produce(0, 700);
    await run();
    await produce(700, 1_400);
    const second = run();
    await produce(1_400, total);
    await second;
    const last = async () => Object.values(await counts()).map((sequences) => Math.max(...sequences));
    await expect.poll(last, { timeout: 60_000, interval: 500 }).toEqual(Array.from({ length: 7 }, () => total / 7));
    // A rebalance may repeat records: the same ones, in order.
    for (const sequences of Object.values(await counts())) {
      expect([...new Set(sequences)]).toEqual(oneToN(total / 7));
    }
  });

  it('sends what it cannot decode to the dead letters, and goes on', async () => {
    const producer = kafka.producer();
    await producer.connect();
    stops.push(() => producer.disconnect());
    const topic = contracts.topicName(topics.routeDecisions);
    const wrongId = Buffer.from([0, 0x7f, 0xff, 0xff, 0xf0, 1, 2, 3]);
    const [partition] = [3];
    await producer.send({
      topic,
      messages: [Buffer.from('no header'), wrongId].map((value) => ({ value, partition, key: 'k' })),
    });
    await produce(0, 70);
    await run();
    const reasons = async () =>
      (await readAll<DeadLetter>(topics.deadLetters))
        .map(({ reason, originOffset }) => `${originOffset} ${reason}`)
        .sort();
    await expect.poll(reasons, { timeout: 30_000 }).toEqual(['0 bad_header', '1 unknown_schema']);
    await expect.poll(async () => (await counts())['account-0']?.length, { timeout: 30_000 }).toBe(10);
  });

  it('refuses a contract that cannot read what the registry holds, naming field and topic', async () => {
    const subject = `${contracts.topicName(topics.intensityTransitions)}-value`;
    const schema = {
      ...(readSchema('route-decision') as object),
      name: 'IntensityTransition',
      namespace: 'io.groundswell.intensity',
    };
    const response = await fetch(`${inject('stack').registryUrl}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schemaType: 'AVRO', schema: JSON.stringify(schema) }),
    });
    expect(response.status).toBe(200);
    const opening = openContracts({ registryUrl: inject('stack').registryUrl, namespace }, [
      topics.intensityTransitions,
    ]);
    await expect(opening).rejects.toThrow(/topic intensity\.transitions: field sequence .*subject runtime-/);
  });

  it('refuses a topic with another number of partitions', async () => {
    const declared: TypedTopic<IntensityTransition> = { ...topics.intensityTransitions, partitions: 3 };
    await ensureTopics(kafka, namespace, [declared]);
    await expect(ensureTopics(kafka, namespace, [topics.intensityTransitions])).rejects.toThrow(TopicMismatch);
  });

  it('keeps a table of a compacted topic and waits for what was just written', async () => {
    await produce(0, 7);
    const tables = new GlobalTables({
      kafka,
      contracts,
      namespace,
      logger,
      onCrash: (error) => expect.unreachable(String(error)),
    });
    const table = tables.table({ topic: topics.routeDecisions });
    await tables.start();
    stops.push(() => tables.stop());
    expect(table.size).toBe(7);
    const producer = createBatchProducer(kafka, contracts);
    await producer.connect();
    stops.push(() => producer.disconnect());
    const [position] = await producer.sendAll([message(topics.routeDecisions, 'account-0', decision('account-0', 99))]);
    await table.readThrough(position?.partition ?? -1, position?.baseOffset ?? -1);
    expect(table.get('account-0')?.transitionSequence).toBe(99);
  });
});
