import { createBatchProducer, message } from '@groundswell/kafka';
import { type AccountLevel, topics } from '@groundswell/schemas';
import { type BenchStack, startBenchStack } from './bench-stack.ts';
import { type Benchmark, type BenchmarkRun, type Figure, listOption, wholeOption } from './benchmark.ts';
import { percentilesOf } from './percentiles.ts';
import { startMeter } from './process-usage.ts';

const NAMESPACE = 'bench-delivery';
const PARTITIONS = topics.accountLevels.partitions;
const GROUP = `${NAMESPACE}.delivery`;

/** A level record: what a flush typically sends many of. */
const record = (n: number): AccountLevel => ({
  accountId: `account-${n}.example.com`,
  sequence: n,
  engagedSince: null,
  highIntensitySince: null,
  engagedRenewedAt: null,
  highIntensityRenewedAt: null,
  lastTouchTime: n,
  move: null,
  policy: null,
  policyVersion: 'bench@00000000',
  engineVersion: '1',
  generation: 1,
  clock: n,
  partition: n % PARTITIONS,
  offset: n,
});

/** Sends one flush, over all partitions, with the offsets it may commit. */
type Flush = (from: number, size: number) => Promise<void>;

interface Delivery {
  readonly flush: Flush;
  stop(): Promise<void>;
}

/** As the runtime does: one idempotent producer, offsets committed when all is acknowledged. */
const checkpointed = async (bench: BenchStack): Promise<Delivery> => {
  const producer = createBatchProducer(bench.kafka, await bench.contracts(NAMESPACE));
  await producer.connect();
  return {
    flush: async (from, size) => {
      const messages = Array.from({ length: size }, (_, index) => {
        const value = record(from + index);
        return message(topics.accountLevels, value.accountId, value, { partition: value.partition });
      });
      await producer.sendAll(messages);
    },
    stop: () => producer.disconnect(),
  };
};

/** The alternative: a transaction per input partition and flush, its offset inside. */
const transactional = async (bench: BenchStack): Promise<Delivery> => {
  const contracts = await bench.contracts(NAMESPACE);
  const codec = contracts.codec(topics.accountLevels);
  const topic = contracts.topicName(topics.accountLevels);
  const input = contracts.topicName(topics.touches);
  const producers = Array.from({ length: PARTITIONS }, (_, partition) =>
    bench.kafka.producer({
      transactionalId: `${NAMESPACE}-${partition}`,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: () => () => partition,
    }),
  );
  await Promise.all(producers.map((producer) => producer.connect()));
  // Makes the broker load the group: kafkajs does not try a transaction's offsets again.
  const partitions = producers.map((_, partition) => ({ partition, offset: '0' }));
  await bench.admin.setOffsets({ groupId: GROUP, topic: input, partitions });
  return {
    flush: async (from, size) => {
      const byPartition = producers.map((): { key: string; value: Buffer; partition: number }[] => []);
      for (let n = from; n < from + size; n += 1) {
        const value = record(n);
        const { accountId: key, partition } = value;
        byPartition[partition]?.push({ key, value: codec.encode(value), partition });
      }
      await Promise.all(
        producers.map(async (producer, partition) => {
          const transaction = await producer.transaction();
          await transaction.send({ topic, messages: byPartition[partition] ?? [], acks: -1 });
          const topicsToCommit = [{ topic: input, partitions: [{ partition, offset: String(from + size) }] }];
          await transaction.sendOffsets({ consumerGroupId: GROUP, topics: topicsToCommit });
          await transaction.commit();
        }),
      );
    },
    stop: async () => {
      await Promise.all(producers.map((producer) => producer.disconnect()));
    },
  };
};

const deliveries = { checkpointed, transactional };

async function* run(of: BenchmarkRun): AsyncIterable<Figure> {
  const records = wholeOption(of, 'records');
  const bench = await startBenchStack(of);
  try {
    await bench.without('clickhouse');
    const broker = await bench.pidOf('kafka');
    for (const sizeText of listOption(of, 'flush')) {
      const size = Number(sizeText);
      let reference: number | undefined;
      for (const [name, open] of Object.entries(deliveries)) {
        const { flush, stop } = await open(bench);
        await flush(0, size);
        const took: number[] = [];
        const meter = await startMeter({ own: process.pid, broker });
        const began = performance.now();
        for (let sent = 0; sent < records; sent += size) {
          const start = performance.now();
          await flush(sent, size);
          took.push(performance.now() - start);
        }
        const seconds = (performance.now() - began) / 1000;
        const cpu = await meter();
        await stop();
        const n = took.length * size;
        const rate = n / (cpu.own + cpu.broker);
        reference ??= rate;
        yield {
          case: `${name}, ${size} records a flush over ${PARTITIONS} partitions`,
          n,
          seconds,
          cpuSeconds: cpu.own,
          brokerCpuSeconds: cpu.broker,
          perCpuSecondWithBroker: Math.round(rate),
          ...percentilesOf(took),
          reference: Math.round(reference),
          ratio: rate / reference,
          referenceOf: 'checkpointed, records per CPU second of client and broker',
        };
      }
    }
  } finally {
    await bench.stop();
  }
}

export const benchmark: Benchmark = {
  summary:
    'what effectively once costs: deterministic outputs with offsets after them, beside a transaction per partition',
  options: { records: '200000', flush: '1000,10000' },
  run,
};
