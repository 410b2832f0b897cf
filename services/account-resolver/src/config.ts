import { scoringUnits } from '@groundswell/resolution';
import { openSetting, operatorKeySetting, readConfig, serviceSettings } from '@groundswell/service';
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
  GROUNDSWELL_RESOLVER_SCORING_UNIT: z
    .enum(scoringUnits)
    .default('site')
    .describe(
      'what counts as one account: the site itself, the top of its tree in the directory within its country, or the top of its tree',
    ),
  GROUNDSWELL_RESOLVER_OPEN: openSetting(
    'whether whoever reaches the resolver is its operator, as long as it has no key',
  ),
  GROUNDSWELL_RESOLVER_OPERATOR_KEY_SHA256: operatorKeySetting(
    'why an account or person was decided, lists and corrections; needed where the resolver is not open',
  ),
  GROUNDSWELL_RESOLVER_SWEEP_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(86_400_000)
    .default(21_600_000)
    .describe('ms between records that make the broker close the segments in which erasures left tombstones'),
});

export type Config = Readonly<z.infer<typeof settings>>;

export const configFromEnvironment = (): Config => readConfig(settings, process.env);
