import { readConfig, serviceSettings } from '@groundswell/service';
import { z } from 'zod';

export const settings = z.object({
  ...serviceSettings,
  GROUNDSWELL_STATE_DIR: z
    .string()
    .optional()
    .describe(
      'folder for snapshots of state, for quick restarts; safe to delete; none: state always comes back from the log',
    ),
});

export type Config = Readonly<z.infer<typeof settings>>;

export const configFromEnvironment = (): Config => readConfig(settings, process.env);
