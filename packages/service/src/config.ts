import { z } from 'zod';

/** A configuration that cannot be used: every problem at once, secrets masked. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const secretName = /PASSWORD|SECRET|TOKEN|KEY/;

const port = z.coerce.number().int().min(0).max(65_535);

/** What every service is told, one schema per environment variable. */
export const serviceSettings = {
  GROUNDSWELL_KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .describe('Kafka bootstrap addresses, host:port, comma separated'),
  GROUNDSWELL_REGISTRY_URL: z.url().describe('base URL of the Confluent-compatible schema registry'),
  GROUNDSWELL_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9-]*$/)
    .default('')
    .describe('prefix of topic and group names, for several deployments on one broker'),
  GROUNDSWELL_GENERATION: z.coerce
    .number()
    .int()
    .min(1)
    .max(255)
    .default(1)
    .describe('generation of topics and tables'),
  GROUNDSWELL_HTTP_HOST: z.string().min(1).default('127.0.0.1').describe('address the service listens on'),
  GROUNDSWELL_HTTP_PORT: port.default(0).describe('port the service listens on; 0 takes a free one'),
  GROUNDSWELL_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('least severe level that is logged'),
};

/** What a service that talks to ClickHouse is told. */
export const clickHouseSettings = {
  GROUNDSWELL_CLICKHOUSE_URL: z.url().describe('ClickHouse HTTP URL, without credentials'),
  GROUNDSWELL_CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .default('groundswell')
    .describe('ClickHouse database'),
  GROUNDSWELL_CLICKHOUSE_USER: z.string().min(1).describe('ClickHouse user'),
  GROUNDSWELL_CLICKHOUSE_PASSWORD: z.string().default('').describe('password of that user'),
};

const shown = (name: string, value: string | undefined): string => {
  if (value === undefined) return 'is not set';
  return secretName.test(name) ? 'is set (masked)' : `is ${JSON.stringify(value)}`;
};

const explain = (issue: z.core.$ZodIssue, env: NodeJS.ProcessEnv): string => {
  const name = String(issue.path[0] ?? '');
  return `${name} ${shown(name, env[name])}: ${issue.message}`;
};

/**
 * Reads a service's settings out of an environment. The result is frozen.
 * An empty variable counts as not set. Throws ConfigError naming every variable at fault, its value (secrets masked) and what is allowed.
 */
export const readConfig = <Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: NodeJS.ProcessEnv,
): Readonly<z.infer<z.ZodObject<Shape>>> => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) throw new ConfigError(result.error.issues.map((issue) => explain(issue, given)));
  return Object.freeze(result.data);
};
