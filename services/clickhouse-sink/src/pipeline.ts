import {
  type ClickHouse,
  ClickHouseFailure,
  migrate,
  migrationsDirectory,
  openClickHouse,
} from '@groundswell/clickhouse';
import { type BatchProducer, createBatchProducer, createKafka, ensureTopics, openContracts } from '@groundswell/kafka';
import type { DeadLetter } from '@groundswell/schemas';
import type { Service, ServiceContext } from '@groundswell/service';
import { BatchWriter, type FlushLimits, type PartitionBatch } from './batch-writer.ts';
import type { Config } from './config.ts';
import { keepClearing } from './erased-letters.ts';
import { refuseOtherGenerations } from './generation-guard.ts';
import { LogConsumer } from './log-consumer.ts';
import { Outages } from './outages.ts';
import { persist } from './persist.ts';
import { createSinkMetrics, type SinkMetrics } from './sink-metrics.ts';
import { TableWriter } from './table-writer.ts';
import { STAGE } from './topic-reader.ts';
import { createTopicReaders, lanes, storedTopics } from './topic-readers.ts';

/** Bytes of records after which a flush starts at once: dead letters are few and large. */
const TARGET_BYTES = 48 * 1024 * 1024;

/** Dead letters that an erasure names are emptied so soon after the one or the other has come. */
const CLEARING_INTERVAL_MS = 5_000;

/** Migrates the database, waiting for a ClickHouse that is not up yet. */
const openDatabase = async (config: Config, { logger }: ServiceContext): Promise<ClickHouse> => {
  const database = config.GROUNDSWELL_CLICKHOUSE_DATABASE;
  const clickhouse = openClickHouse({
    url: config.GROUNDSWELL_CLICKHOUSE_URL,
    database,
    username: config.GROUNDSWELL_CLICKHOUSE_USER,
    password: config.GROUNDSWELL_CLICKHOUSE_PASSWORD,
  });
  const applied = await persist(() => migrate({ client: clickhouse, directory: migrationsDirectory, database }), {
    worthwhile: (error) => error instanceof ClickHouseFailure && error.retryable,
    onFailure: (error, attempt) => logger.warn({ err: error, attempt }, 'ClickHouse cannot be reached yet'),
    signal: new AbortController().signal,
  });
  logger.info({ database, applied }, 'migrations applied');
  await refuseOtherGenerations(clickhouse, config.GROUNDSWELL_GENERATION);
  return clickhouse;
};

const countFlush = (metrics: SinkMetrics, batches: readonly PartitionBatch[], seconds: number): void => {
  const now = Date.now();
  metrics.flushSeconds.observe(seconds);
  for (const { declaredTopic: topic, appendedAt } of batches) {
    // A batch is of one topic: the labels are looked up once.
    const fresh = metrics.freshSeconds.labels({ topic });
    for (const at of appendedAt) fresh.observe((now - at) / 1000);
  }
};

const countDeadLetters = (metrics: SinkMetrics, letters: readonly DeadLetter[]): void => {
  for (const { reason } of letters) metrics.deadLetters.inc({ reason });
};

interface Outlet {
  readonly clickhouse: ClickHouse;
  readonly producer: BatchProducer;
  readonly metrics: SinkMetrics;
  readonly outages: Outages;
  readonly signal: AbortSignal;
}

/** rows → ClickHouse, in large inserts; what cannot be mapped → dead letters; then the offsets. */
const createWriter = (
  { targetRows, lingerMs }: Omit<FlushLimits, 'targetBytes'>,
  outlet: Outlet,
  onFatal: (error: unknown) => void,
): BatchWriter => {
  const { clickhouse, producer, metrics, outages, signal } = outlet;
  const tables = new TableWriter({
    clickhouse,
    signal,
    onInsert: (table, rows) => {
      outages.over('clickhouse');
      metrics.inserts.inc({ table });
      metrics.rows.inc({ table }, rows);
    },
    onOutage: (table, error, attempt) => outages.failed('clickhouse', { table, error, attempt }),
  });
  return new BatchWriter({
    tables,
    deadLetters: producer,
    limits: { targetRows, targetBytes: TARGET_BYTES, lingerMs },
    signal,
    onFlush: (batches, seconds) => countFlush(metrics, batches, seconds),
    onDeadLetters: (letters) => {
      outages.over('kafka');
      countDeadLetters(metrics, letters);
    },
    onOutage: (error, attempt) => outages.failed('kafka', { table: 'dead-letters', error, attempt }),
    onFatal,
  });
};

/** every stored topic → rows → ClickHouse */
export const startPipeline = async (config: Config, context: ServiceContext): Promise<Service> => {
  const { logger, fatal } = context;
  const namespace = config.GROUNDSWELL_NAMESPACE;
  const metrics = createSinkMetrics(context.metrics);
  const kafka = createKafka({ brokers: config.GROUNDSWELL_KAFKA_BROKERS, clientId: STAGE, logger });
  const [clickhouse, contracts] = await Promise.all([
    openDatabase(config, context),
    openContracts({ registryUrl: config.GROUNDSWELL_REGISTRY_URL, namespace }, storedTopics),
    ensureTopics(kafka, namespace, storedTopics),
  ]);
  const producer = createBatchProducer(kafka, contracts);
  await producer.connect();

  const stopping = new AbortController();
  const outages = new Outages({ logger, onRetry: (target) => metrics.retries.inc({ target }) });
  const outlet = { clickhouse, producer, metrics, outages, signal: stopping.signal };
  const consumers = lanes.map(({ group, topics, lingers, maxBytes }) => {
    const lingerMs = lingers * config.GROUNDSWELL_SINK_LINGER_MS;
    return new LogConsumer({
      kafka,
      namespace,
      group,
      generation: config.GROUNDSWELL_GENERATION,
      lingerMs,
      maxBytes,
      readers: createTopicReaders(contracts, topics),
      writer: createWriter({ targetRows: config.GROUNDSWELL_SINK_TARGET_ROWS, lingerMs }, outlet, fatal),
      now: Date.now,
      onLag: (topic, partition, records) => metrics.lag.set({ topic, partition }, records),
      onCrash: fatal,
    });
  });
  await Promise.all(consumers.map((consumer) => consumer.start()));
  const stopClearing = keepClearing({
    clickhouse,
    everyMs: CLEARING_INTERVAL_MS,
    onCleared: (rows) => logger.info({ rows }, 'rows of people who were erased are cleared'),
    onError: (error) => logger.warn({ err: error }, 'rows of erased people were not cleared: it will be tried again'),
  });
  return {
    ready: () => outages.now() ?? (consumers.every(({ joined }) => joined) || 'joining the consumer groups'),
    stop: async () => {
      stopping.abort();
      await Promise.all([stopClearing(), ...consumers.map((consumer) => consumer.stop())]);
      await Promise.all([producer.disconnect(), clickhouse.close()]);
    },
  };
};
