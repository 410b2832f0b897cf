/** The pass-through as a service of its own: the runtime, the topics and the contracts are those of the resolver. */
import { startProcessor } from '@groundswell/kafka';
import { readConfig, runService, serviceSettings } from '@groundswell/service';
import { z } from 'zod';
import { passThrough } from './pass-through.ts';

runService({
  name: 'pass-through',
  readConfig: () => readConfig(z.object(serviceSettings), process.env),
  start: async (config, { logger, metrics, fatal }) => {
    const runtime = await startProcessor(passThrough(), { config, logger, metrics, onCrash: fatal });
    return { ready: () => runtime.ready(), stop: () => runtime.stop() };
  },
});
