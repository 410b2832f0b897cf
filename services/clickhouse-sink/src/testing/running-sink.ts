import {
  type Admin,
  type BatchProducer,
  createBatchProducer,
  createKafka,
  ensureTopics,
  type Kafka,
  openContracts,
} from '@groundswell/kafka';
import type { TopicDeclaration } from '@groundswell/schemas';
import { createLogger, createMetrics, readConfig, type Service } from '@groundswell/service';
import { type Config, settings } from '../config.ts';
import { startPipeline } from '../pipeline.ts';
import { STAGE } from '../topic-reader.ts';
import { type Lane, lanes, storedTopics } from '../topic-readers.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

interface Addresses {
  readonly kafkaBrokers: readonly string[];
  readonly registryUrl: string;
  readonly clickhouse: { readonly writer: TestDatabase['config'] };
}

/** The sink in this process, on a namespace and a database of its own, with ClickHouse behind a wire that can be cut. */
export class SinkBench {
  readonly namespace: string;
  readonly database: TestDatabase;
  readonly wire: TcpProxy;
  readonly producer: BatchProducer;
  readonly fatal: unknown[] = [];
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #config: Config;
  #service: Service | null = null;

  private constructor(
    parts: Pick<SinkBench, 'namespace' | 'database' | 'wire' | 'producer'> & {
      kafka: Kafka;
      admin: Admin;
      config: Config;
    },
  ) {
    this.namespace = parts.namespace;
    this.database = parts.database;
    this.wire = parts.wire;
    this.producer = parts.producer;
    this.#kafka = parts.kafka;
    this.#admin = parts.admin;
    this.#config = parts.config;
  }

  static async open({ kafkaBrokers, registryUrl, clickhouse }: Addresses): Promise<SinkBench> {
    const namespace = `sink-${Math.random().toString(36).slice(2, 8)}`;
    const logger = createLogger({ serviceName: 'test', logLevel: 'silent' });
    const kafka = createKafka({ brokers: kafkaBrokers, clientId: 'test', logger });
    await ensureTopics(kafka, namespace, storedTopics);
    const producer = createBatchProducer(kafka, await openContracts({ registryUrl, namespace }, storedTopics));
    const admin = kafka.admin();
    const database = await createTestDatabase(clickhouse.writer);
    const wire = await startTcpProxy(new URL(clickhouse.writer.url));
    await Promise.all([producer.connect(), admin.connect()]);
    const config = readConfig(settings, {
      GROUNDSWELL_KAFKA_BROKERS: kafkaBrokers.join(','),
      GROUNDSWELL_REGISTRY_URL: registryUrl,
      GROUNDSWELL_NAMESPACE: namespace,
      GROUNDSWELL_CLICKHOUSE_URL: `http://127.0.0.1:${wire.port}`,
      GROUNDSWELL_CLICKHOUSE_DATABASE: database.config.database,
      GROUNDSWELL_CLICKHOUSE_USER: database.config.username,
      GROUNDSWELL_CLICKHOUSE_PASSWORD: database.config.password,
    });
    return new SinkBench({ namespace, database, wire, producer, kafka, admin, config });
  }

  async start(changes: Partial<Config> = {}): Promise<void> {
    const logger = createLogger({ serviceName: STAGE, logLevel: 'silent' });
    const metrics = createMetrics(STAGE);
    this.#service = await startPipeline(
      { ...this.#config, ...changes },
      { logger, metrics, fatal: (error) => this.fatal.push(error) },
    );
  }

  ready(): true | string {
    return this.#service?.ready() ?? 'not started';
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
    this.#service = null;
  }

  /** Bytes as they are, past all contracts. */
  async sendBytes(topic: TopicDeclaration, value: Buffer): Promise<void> {
    const producer = this.#kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({
      topic: `${this.namespace}.${topic.name}`,
      messages: [{ key: 'poison', value, partition: 0 }],
    });
    await producer.disconnect();
  }

  /** Records of the stored topics after the committed offsets. */
  async lag(): Promise<number> {
    const lags = await Promise.all(lanes.map((lane) => this.#lagOf(lane)));
    return lags.reduce((sum, lag) => sum + lag, 0);
  }

  async #lagOf({ group, topics }: Lane): Promise<number> {
    const names = topics.map((topic) => this.#named(topic.name));
    const commits = await this.#admin.fetchOffsets({ groupId: this.#named(group), topics: names });
    let lag = 0;
    for (const { topic, partitions } of commits) {
      for (const { partition, high } of await this.#admin.fetchTopicOffsets(topic)) {
        const committed = partitions.find((one) => one.partition === partition)?.offset ?? '0';
        lag += Number(high) - Math.max(0, Number(committed));
      }
    }
    return lag;
  }

  /** Forgets what was committed: everything is delivered again at the next start. */
  async rewind(): Promise<void> {
    await this.#admin.deleteGroups(lanes.map(({ group }) => this.#named(group)));
  }

  async close(): Promise<void> {
    await this.stop();
    await Promise.all([this.producer.disconnect(), this.#admin.disconnect()]);
    await this.wire.cut();
    await this.database.drop();
  }

  #named(name: string): string {
    return `${this.namespace}.${name}`;
  }
}
