import { clickHouseSettings, readConfig, serviceSettings } from '@groundswell/service';
import { z } from 'zod';

const whole = z.coerce.number().int();

export const settings = z.object({
  ...serviceSettings,
  ...clickHouseSettings,
  GROUNDSWELL_SINK_TARGET_ROWS: whole
    .min(1)
    .max(1_000_000)
    .default(200_000)
    .describe('rows after which the sink writes at once; ClickHouse likes large inserts'),
  GROUNDSWELL_SINK_LINGER_MS: whole
    .min(0)
    .max(60_000)
    .default(250)
    .describe(
      'ms that records may gather at the broker, and again while they are read, before the sink writes what there is',
    ),
});

export type Config = Readonly<z.infer<typeof settings>>;

export const configFromEnvironment = (): Config => readConfig(settings, process.env);
