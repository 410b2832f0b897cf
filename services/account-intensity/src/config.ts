import { readConfig, serviceSettings } from '@groundswell/service';
import { z } from 'zod';

export const settings = z.object({ ...serviceSettings });

export type Config = Readonly<z.infer<typeof settings>>;

export const configFromEnvironment = (): Config => readConfig(settings, process.env);
