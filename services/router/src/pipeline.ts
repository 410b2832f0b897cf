import { createKafka, deterministicId, ensureTopics, openContracts, ProcessorRuntime } from '@groundswell/kafka';
import { createRouter } from '@groundswell/routing';
import { topics } from '@groundswell/schemas';
import type { Service, ServiceContext } from '@groundswell/service';
import { loadSources } from '@groundswell/sources/load';
import type { Config } from './config.ts';

/** transitions → decisions, in the light of the declared sources and of what each account was routed before. */
export const startPipeline = async (config: Config, { logger, metrics, fatal }: ServiceContext): Promise<Service> => {
  const namespace = config.GROUNDSWELL_NAMESPACE;
  const sources = await loadSources(config.GROUNDSWELL_SOURCES_DIR);
  const decisions = metrics.counter('route_decisions_total', 'Decisions published', ['state', 'reason']);
  const processor = createRouter({
    sources,
    deterministicId,
    onDecision: ({ state, reason }) => decisions.inc({ state, reason }),
  });
  const used = [processor.input, ...processor.outputs, topics.deadLetters];
  const kafka = createKafka({ brokers: config.GROUNDSWELL_KAFKA_BROKERS, clientId: processor.name, logger });
  const [contracts] = await Promise.all([
    openContracts({ registryUrl: config.GROUNDSWELL_REGISTRY_URL, namespace }, used),
    ensureTopics(kafka, namespace, used),
  ]);
  const runtime = new ProcessorRuntime({
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
  logger.info({ sources: sources.sources.map(({ id, goLive }) => ({ id, goLive })) }, 'sources declared');
  return { ready: () => runtime.ready(), stop: () => runtime.stop() };
};
