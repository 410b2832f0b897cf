import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type RunningService,
  type RunningStack,
  type StackAddresses,
  serviceEnvironment,
  startService,
  startStack,
} from '@groundswell/infra';
import {
  type Contracts,
  createBatchProducer,
  createKafka,
  deterministicId,
  ensureTopics,
  message,
  type OutgoingMessage,
  openContracts,
  readPartitions,
} from '@groundswell/kafka';
import {
  type RawTouch,
  type TopicDeclaration,
  type TouchAsserted,
  type TouchChange,
  topics,
} from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import { expect, vi } from 'vitest';

/** A record as it stands in a topic. */
export interface FoundRecord<Value> {
  readonly partition: number;
  readonly key: string;
  readonly value: Value;
}

export interface FoundTouch {
  readonly partition: number;
  readonly asserted: TouchAsserted;
}

export const rawMessage = (raw: RawTouch): OutgoingMessage =>
  message(topics.touchesRaw, raw.touchId, { record: { kind: 'RawTouch', body: raw } });

export const touchIdOf = (id: string): string => deterministicId('hubspot', id);

/** A resolver of its own on the stack of the run: topics of one namespace, written and read by the test. */
export class ResolverStack {
  readonly kafka;
  readonly namespace = `resolver-${Math.random().toString(36).slice(2, 8)}`;
  readonly #addresses: StackAddresses;
  #folder = '';
  #stack: RunningStack | undefined;
  #contracts: Contracts | undefined;

  constructor(addresses: StackAddresses) {
    this.#addresses = addresses;
    const logger = createLogger({ serviceName: 'resolver-test', logLevel: 'silent' });
    this.kafka = createKafka({ brokers: addresses.kafkaBrokers, clientId: 'resolver-test', logger });
  }

  /** Makes the topics, with `known` in them, and starts what services need. */
  async open(known: readonly OutgoingMessage[]): Promise<void> {
    const used = Object.values(topics);
    this.#folder = await mkdtemp(join(tmpdir(), `groundswell-${this.namespace}-`));
    this.#contracts = await openContracts(
      { registryUrl: this.#addresses.registryUrl, namespace: this.namespace },
      used,
    );
    await ensureTopics(this.kafka, this.namespace, used);
    await this.produce(known);
    for (const [name, value] of Object.entries(serviceEnvironment(this.#addresses))) vi.stubEnv(name, value);
    vi.stubEnv('GROUNDSWELL_STACK', 'environment');
    this.#stack = await startStack({ dataDir: join(this.#folder, 'data') });
  }

  async close(): Promise<void> {
    await this.#stack?.stop();
    await rm(this.#folder, { recursive: true, force: true });
    vi.unstubAllEnvs();
  }

  get contracts(): Contracts {
    if (!this.#contracts) throw new Error('the stack of the resolver is not open');
    return this.#contracts;
  }

  start = (name: string, env: Readonly<Record<string, string>> = {}): Promise<RunningService> => {
    if (!this.#stack) throw new Error('the stack of the resolver is not open');
    return startService(this.#stack, {
      name,
      main: join(import.meta.dirname, '..', 'main.ts'),
      env: { GROUNDSWELL_NAMESPACE: this.namespace, ...env },
    });
  };

  produce = async (messages: readonly OutgoingMessage[]): Promise<void> => {
    const producer = createBatchProducer(this.kafka, this.contracts);
    await producer.connect();
    await producer.sendAll(messages);
    await producer.disconnect();
  };

  readAll = async <Value>(topic: TopicDeclaration): Promise<FoundRecord<Value>[]> => {
    const found: FoundRecord<Value>[] = [];
    await readPartitions({
      ...{ kafka: this.kafka, contracts: this.contracts, namespace: this.namespace, topic },
      partitions: Array.from({ length: topic.partitions }, (_, partition) => partition),
      onRecord: ({ partition, key, value }) => found.push({ partition, key, value: value as Value }),
    });
    return found;
  };

  /** Once `count` touches are there; a crash may have published some twice, then exactly alike. */
  touchesOnce = (prefix: string, count: number): Promise<FoundTouch[]> =>
    vi.waitFor(
      async () => {
        const once = new Map<string, FoundTouch>();
        for (const { partition, value } of await this.readAll<TouchChange>(topics.touches)) {
          if (value.change.kind !== 'TouchAsserted' || !value.change.body.content.startsWith(prefix)) continue;
          const found = { partition, asserted: value.change.body };
          const earlier = once.get(found.asserted.touchId);
          if (earlier) expect(found).toEqual(earlier);
          else once.set(found.asserted.touchId, found);
        }
        expect(once.size).toBe(count);
        return [...once.values()];
      },
      { timeout: 60_000, interval: 250 },
    );
}
