import { readConfig, serviceSettings } from '@groundswell/service';
import { z } from 'zod';

export const settings = z.object({
  ...serviceSettings,
  GROUNDSWELL_RESOLVER_HELD_LIMIT: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(5_000)
    .describe('records of one partition that may wait for the others in a replay before reading it pauses'),
});

export type Config = Readonly<z.infer<typeof settings>>;

export const configFromEnvironment = (): Config => readConfig(settings, process.env);
