import { createKafka, ensureTopics, openContracts, ProcessorRuntime } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import { runService, type Service, type ServiceContext } from '@groundswell/service';
import { loadSources } from '@groundswell/sources/load';
import { type RouterConfig, readRouterConfig } from './config.ts';
import { createRouter } from './pipeline.ts';

const used = [topics.intensityTransitions, topics.routeDecisions, topics.deadLetters];

const start = async (config: RouterConfig, { logger, metrics, fatal }: ServiceContext): Promise<Service> => {
  const namespace = config.GROUNDSWELL_NAMESPACE;
  const kafka = createKafka({ brokers: config.GROUNDSWELL_KAFKA_BROKERS, clientId: 'router', logger });
  const [sources, contracts] = await Promise.all([
    loadSources(config.GROUNDSWELL_SOURCES_DIR),
    openContracts({ registryUrl: config.GROUNDSWELL_REGISTRY_URL, namespace }, used),
    ensureTopics(kafka, namespace, used),
  ]);
  logger.info({ sources: sources.sources.map(({ id, goLive }) => ({ id, goLive })) }, 'sources declared');
  const decisions = metrics.counter('route_decisions_total', 'Decisions published, by state and reason', [
    'state',
    'reason',
  ]);
  const processor = createRouter({ sources, onDecision: ({ state, reason }) => decisions.inc({ state, reason }) });
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
  return { ready: () => runtime.ready(), stop: () => runtime.stop() };
};

runService({ name: 'router', readConfig: readRouterConfig, start });
