import { IntensityProcessor } from '@groundswell/intensity';
import { deterministicId, startProcessor } from '@groundswell/kafka';
import type { Service, ServiceContext } from '@groundswell/service';
import type { Config } from './config.ts';

/** touches → windows → score → transitions: one processor, run on the partitions of `touches` that this instance owns. */
export const startPipeline = async (config: Config, { logger, metrics, fatal }: ServiceContext): Promise<Service> => {
  const processor = new IntensityProcessor({ generation: config.GROUNDSWELL_GENERATION, deterministicId });
  const runtime = await startProcessor(processor, {
    config,
    logger,
    metrics,
    onCrash: fatal,
    stateFolder: config.GROUNDSWELL_STATE_DIR,
  });
  return { ready: () => runtime.ready(), stop: () => runtime.stop() };
};
