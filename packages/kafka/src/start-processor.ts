import { topics } from '@groundswell/schemas';
import type { Logger, Metrics } from '@groundswell/service';
import type { Processor } from '@groundswell/stream';
import { createKafka } from './client.ts';
import { openContracts } from './contracts.ts';
import { createKafkajsBroker } from './kafkajs-broker.ts';
import { ProcessorRuntime } from './processor-runtime.ts';
import { folderSnapshots } from './snapshots.ts';
import { ensureTopics } from './topics.ts';
import { systemWall } from './wall.ts';

export interface KafkaAddresses {
  readonly GROUNDSWELL_KAFKA_BROKERS: readonly string[];
  readonly GROUNDSWELL_REGISTRY_URL: string;
  readonly GROUNDSWELL_NAMESPACE: string;
}

export interface ProcessorHost {
  readonly config: KafkaAddresses;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly onCrash: (error: unknown) => void;
  /** where state is kept for quick restarts; none: it always comes back from the log */
  readonly stateFolder?: string | undefined;
}

/**
 * Connects a processor to the broker and starts it: creates its topics, checks its contracts, runs it.
 * Throws ContractError or TopicMismatch when it must not start.
 */
export const startProcessor = async <Value, State>(
  processor: Processor<Value, State>,
  host: ProcessorHost,
): Promise<ProcessorRuntime<Value, State>> => {
  const { config, logger, metrics, onCrash, stateFolder } = host;
  const namespace = config.GROUNDSWELL_NAMESPACE;
  const stateTopics = processor.restore.stateTopic ? [processor.restore.stateTopic] : [];
  const used = [...new Set([processor.input, ...stateTopics, ...processor.outputs, topics.deadLetters])];
  const kafka = createKafka({ brokers: config.GROUNDSWELL_KAFKA_BROKERS, clientId: processor.name, logger });
  const [contracts] = await Promise.all([
    openContracts({ registryUrl: config.GROUNDSWELL_REGISTRY_URL, namespace }, used),
    ensureTopics(kafka, namespace, used),
  ]);
  const runtime = new ProcessorRuntime({
    processor,
    broker: createKafkajsBroker({ kafka, contracts, namespace }),
    contracts,
    namespace,
    logger,
    metrics,
    onCrash,
    wall: systemWall,
    ...(stateFolder ? { snapshots: folderSnapshots(stateFolder) } : {}),
  });
  await runtime.start();
  return runtime;
};
