import { readConfig, serviceSettings } from '@groundswell/service';
import { z } from 'zod';

export const settings = z.object({
  ...serviceSettings,
  GROUNDSWELL_SOURCES_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('folder of the source declarations (*.yaml); a source that is not declared never routes'),
});

export type Config = Readonly<z.infer<typeof settings>>;

export const configFromEnvironment = (): Config => readConfig(settings, process.env);
