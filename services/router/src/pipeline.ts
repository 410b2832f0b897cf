import { deterministicId, startProcessor } from '@groundswell/kafka';
import { createRouter } from '@groundswell/routing';
import type { Service, ServiceContext } from '@groundswell/service';
import { emptySourceCatalog, type SourceCatalog } from '@groundswell/sources';
import { loadSources } from '@groundswell/sources/load';
import type { Config } from './config.ts';

const declaredSources = (folder: string | undefined): Promise<SourceCatalog> | SourceCatalog =>
  folder === undefined ? emptySourceCatalog : loadSources(folder);

/** transitions → decisions, in the light of the declared sources and of what each account was routed before. */
export const startPipeline = async (config: Config, { logger, metrics, fatal }: ServiceContext): Promise<Service> => {
  const sources = await declaredSources(config.GROUNDSWELL_SOURCES_DIR);
  logger.info({ sources: sources.sources.map(({ id, goLive }) => ({ id, goLive })) }, 'sources declared');
  if (sources.sources.length === 0) logger.warn('no source is declared: nothing will be routed');
  const decisions = metrics.counter('route_decisions_total', 'Decisions published', ['state', 'reason']);
  const processor = createRouter({
    sources,
    deterministicId,
    onDecision: ({ state, reason }) => decisions.inc({ state, reason }),
  });
  const runtime = await startProcessor(processor, { config, logger, metrics, onCrash: fatal });
  return { ready: () => runtime.ready(), stop: () => runtime.stop() };
};
