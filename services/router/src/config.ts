import { readConfig, serviceSettings } from '@groundswell/service';
import { z } from 'zod';

export const routerSettings = z.object({
  ...serviceSettings,
  GROUNDSWELL_SOURCES_DIR: z
    .string()
    .min(1)
    .describe('folder of the source declarations (*.yaml): what they leave out never routes'),
});

export type RouterConfig = Readonly<z.infer<typeof routerSettings>>;

/** The router's settings out of the environment. Throws ConfigError naming everything wrong. */
export const readRouterConfig = (): RouterConfig => readConfig(routerSettings, process.env);
