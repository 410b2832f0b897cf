import { type DeadLetter, type IntensityTransition, readSchema, type TypedTopic, topics } from '@groundswell/schemas';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openContracts } from './contracts.ts';
import { GlobalTables } from './global-tables.ts';
import { createBatchProducer, message } from './producer.ts';
import { ACCOUNTS, CountingBench, decision, type Instance, logger, oneTo } from './testing/counting-bench.ts';
import { ensureTopics, TopicMismatch } from './topics.ts';

const patience = { timeout: 30_000 };

describe('the runtime on a real broker', () => {
  let bench: CountingBench;

  beforeEach(async () => {
    bench = new CountingBench(inject('stack'));
    await bench.open();
  });

  afterEach(() => bench.close());

  const run = async (): Promise<Instance> => {
    const instance = await bench.run();
    await expect.poll(() => instance.runtime.ready(), patience).toBe(true);
    return instance;
  };

  it('restores from the log after a stop, publishing what is new and nothing twice', async () => {
    await bench.produce(0, 700);
    const first = await run();
    await expect.poll(() => bench.published(), patience).toBe(700);
    await first.runtime.stop();
    await bench.produce(700, 1_400);
    await run();
    await expect.poll(() => bench.published(), patience).toBe(1_400);
    const all = await bench.counts();
    for (let account = 0; account < ACCOUNTS; account++) expect(all[`account-${account}`]).toEqual(oneTo(200));
  });

  it('shares the partitions with a second instance, and every count is still exact', async () => {
    const total = 2_100;
    await bench.produce(0, 700);
    await run();
    await bench.produce(700, 1_400);
    const second = run();
    await bench.produce(1_400, total);
    await second;
    const last = async () => Object.values(await bench.counts()).map((sequences) => Math.max(...sequences));
    await expect.poll(last, { timeout: 60_000, interval: 500 }).toEqual(Array.from({ length: 7 }, () => total / 7));
    // A rebalance may repeat records: the same ones, in order.
    for (const sequences of Object.values(await bench.counts())) {
      expect([...new Set(sequences)]).toEqual(oneTo(total / 7));
    }
  });

  it('sends what it cannot decode to the dead letters, and goes on', async () => {
    const producer = bench.kafka.producer();
    await producer.connect();
    bench.onClose(() => producer.disconnect());
    const topic = bench.contracts.topicName(topics.routeDecisions);
    const wrongId = Buffer.from([0, 0x7f, 0xff, 0xff, 0xf0, 1, 2, 3]);
    const partition = 3;
    await producer.send({
      topic,
      messages: [Buffer.from('no header'), wrongId].map((value) => ({ value, partition, key: 'k' })),
    });
    await bench.produce(0, 70);
    await run();
    const reasons = async () =>
      (await bench.readAll<DeadLetter>(topics.deadLetters))
        .map(({ reason, originOffset }) => `${originOffset} ${reason}`)
        .sort();
    await expect.poll(reasons, patience).toEqual(['0 bad_header', '1 unknown_schema']);
    await expect.poll(async () => (await bench.counts())['account-0']?.length, patience).toBe(10);
  });

  it('refuses a contract that cannot read what the registry holds, naming field and topic', async () => {
    const subject = `${bench.contracts.topicName(topics.intensityTransitions)}-value`;
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
    const opening = openContracts({ registryUrl: inject('stack').registryUrl, namespace: bench.namespace }, [
      topics.intensityTransitions,
    ]);
    await expect(opening).rejects.toThrow(/topic intensity\.transitions: field sequence .*subject runtime-/);
  });

  it('refuses a topic with another number of partitions', async () => {
    const declared: TypedTopic<IntensityTransition> = { ...topics.intensityTransitions, partitions: 3 };
    await ensureTopics(bench.kafka, bench.namespace, [declared]);
    await expect(ensureTopics(bench.kafka, bench.namespace, [topics.intensityTransitions])).rejects.toThrow(
      TopicMismatch,
    );
  });

  it('keeps a table of a compacted topic and waits for what was just written', async () => {
    await bench.produce(0, 7);
    const tables = new GlobalTables({
      kafka: bench.kafka,
      contracts: bench.contracts,
      namespace: bench.namespace,
      logger,
      onCrash: (error) => expect.unreachable(String(error)),
    });
    const table = tables.table({ topic: topics.routeDecisions });
    await tables.start();
    bench.onClose(() => tables.stop());
    expect(table.size).toBe(7);
    const producer = createBatchProducer(bench.kafka, bench.contracts);
    await producer.connect();
    bench.onClose(() => producer.disconnect());
    const [position] = await producer.sendAll([message(topics.routeDecisions, 'account-0', decision('account-0', 99))]);
    await table.readThrough(position?.partition ?? -1, position?.baseOffset ?? -1);
    expect(table.get('account-0')?.transitionSequence).toBe(99);
  });
});
