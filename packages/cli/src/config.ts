import { readConfig, serviceSettings } from '@groundswell/service';
import { z } from 'zod';

/** The environment variables that the command line reads. Each one missing is taken from the running stack's state file. */
const cliSettings = {
  GROUNDSWELL_INTAKE_URL: z.url().optional().describe('base URL of touch-intake'),
  GROUNDSWELL_INTAKE_KEY: z
    .string()
    .min(1)
    .optional()
    .describe('key that is shown to touch-intake (as a Bearer token), where it asks for one'),
  GROUNDSWELL_RESOLVER_URL: z
    .string()
    .transform((text) => text.split(',').map((url) => url.trim()))
    .pipe(z.array(z.url()))
    .optional()
    .describe('base URL of account-resolver; of several instances all, comma separated'),
  GROUNDSWELL_RESOLVER_KEY: z
    .string()
    .min(1)
    .optional()
    .describe("the operator's key of account-resolver (as a Bearer token), where it asks for one"),
  GROUNDSWELL_CLICKHOUSE_URL: z.url().optional().describe('ClickHouse HTTP URL, without credentials'),
  GROUNDSWELL_CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .optional()
    .describe('ClickHouse database'),
  GROUNDSWELL_CLICKHOUSE_READER_USER: z.string().min(1).optional().describe('ClickHouse user that may only read'),
  GROUNDSWELL_CLICKHOUSE_READER_PASSWORD: z.string().optional().describe('password of that user'),
  GROUNDSWELL_KAFKA_BROKERS: serviceSettings.GROUNDSWELL_KAFKA_BROKERS.optional(),
  GROUNDSWELL_REGISTRY_URL: z.url().optional().describe('base URL of the Confluent-compatible schema registry'),
  GROUNDSWELL_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9-]*$/)
    .optional()
    .describe('prefix of topic and group names, for several deployments on one broker'),
  GROUNDSWELL_SOURCES_DIR: z
    .string()
    .min(1)
    .optional()
    .describe(
      'folder of the source declarations (*.yaml): their rules, and the time zone of times without offset; else UTC',
    ),
  GROUNDSWELL_SECRETS_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('folder of the secrets of sources whose senders sign, one file a source; `source rotate-key` writes it'),
  NO_COLOR: z.string().optional().describe('any value: no colour'),
  INIT_CWD: z.string().optional().describe('set by pnpm: the folder the command was typed in'),
};

const schema = z.object(cliSettings);

export type CliSettings = Readonly<z.infer<typeof schema>>;

/** Reads the settings out of the environment; throws ConfigError naming every variable at fault. */
export const readCliSettings = (env: NodeJS.ProcessEnv = process.env): CliSettings => readConfig(schema, env);
