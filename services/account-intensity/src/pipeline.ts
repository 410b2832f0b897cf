import { IntensityProcessor, type PartitionState } from '@groundswell/intensity';
import { createKafka, deterministicId, ensureTopics, openContracts, ProcessorRuntime } from '@groundswell/kafka';
import { type TouchChange, topics } from '@groundswell/schemas';
import type { Service, ServiceContext } from '@groundswell/service';
import type { Config } from './config.ts';

/** touches → windows → score → transitions: one processor, run on the partitions of `touches` that this instance owns. */
export const startPipeline = async (config: Config, { logger, metrics, fatal }: ServiceContext): Promise<Service> => {
  const namespace = config.GROUNDSWELL_NAMESPACE;
  const processor = new IntensityProcessor({ generation: config.GROUNDSWELL_GENERATION, deterministicId });
  const used = [processor.input, ...processor.outputs, topics.deadLetters];
  const kafka = createKafka({ brokers: config.GROUNDSWELL_KAFKA_BROKERS, clientId: processor.name, logger });
  const [contracts] = await Promise.all([
    openContracts({ registryUrl: config.GROUNDSWELL_REGISTRY_URL, namespace }, used),
    ensureTopics(kafka, namespace, used),
  ]);
  const runtime = new ProcessorRuntime<TouchChange, PartitionState>({
    processor,
    kafka,
    contracts,
    namespace,
    logger,
    metrics,
    onCrash: fatal,
    now: Date.now,
  });
  await runtime.start();
  return { ready: () => runtime.ready(), stop: () => runtime.stop() };
};
