import { z } from 'zod';
import { CLICKHOUSE_DATABASE } from '../settings.ts';

export type StackMode = 'environment' | 'compose' | 'local';

/** A ClickHouse login. `url` is http(s)://HOST:PORT without credentials and without a path. */
export interface ClickHouseAddress {
  url: string;
  database: string;
  username: string;
  password: string;
}

/** Where the parts of a running stack are. `registryUrl` includes the path of the Confluent-compatible API. */
export interface StackAddresses {
  mode: StackMode;
  /** A sentence for people: why this mode. */
  reason: string;
  kafkaBrokers: string[];
  registryUrl: string;
  clickhouse: { writer: ClickHouseAddress; reader: ClickHouseAddress };
}

const clickHouseAddress = z.strictObject({
  url: z.string(),
  database: z.string(),
  username: z.string(),
  password: z.string(),
});

/** The shape of StackAddresses in the state file. */
export const stackAddressesSchema = z.strictObject({
  mode: z.enum(['environment', 'compose', 'local']),
  reason: z.string(),
  kafkaBrokers: z.array(z.string()),
  registryUrl: z.string(),
  clickhouse: z.strictObject({ writer: clickHouseAddress, reader: clickHouseAddress }),
});

/** Variables that together name a stack that runs somewhere else; all of them or none. */
export const ADDRESS_VARIABLES = [
  'GROUNDSWELL_KAFKA_BROKERS',
  'GROUNDSWELL_REGISTRY_URL',
  'GROUNDSWELL_CLICKHOUSE_URL',
  'GROUNDSWELL_CLICKHOUSE_USER',
  'GROUNDSWELL_CLICKHOUSE_PASSWORD',
  'GROUNDSWELL_CLICKHOUSE_READER_USER',
  'GROUNDSWELL_CLICKHOUSE_READER_PASSWORD',
] as const;

type AddressVariable = (typeof ADDRESS_VARIABLES)[number];

/** Passwords may be empty (a server without them); the other variables count as missing when empty. */
const MAY_BE_EMPTY: ReadonlySet<AddressVariable> = new Set<AddressVariable>([
  'GROUNDSWELL_CLICKHOUSE_PASSWORD',
  'GROUNDSWELL_CLICKHOUSE_READER_PASSWORD',
]);

export type EnvironmentAddresses =
  | { kind: 'absent' }
  | { kind: 'partial'; given: string[]; missing: string[] }
  | { kind: 'complete'; addresses: StackAddresses };

/** The addresses that the environment gives, if it does. */
export function addressesFromEnvironment(env: NodeJS.ProcessEnv): EnvironmentAddresses {
  const given = new Map<AddressVariable, string>();
  for (const name of ADDRESS_VARIABLES) {
    const value = env[name];
    if (value !== undefined && (value !== '' || MAY_BE_EMPTY.has(name))) given.set(name, value);
  }
  if (given.size === 0) return { kind: 'absent' };
  const missing = ADDRESS_VARIABLES.filter((name) => !given.has(name));
  if (missing.length > 0) return { kind: 'partial', given: [...given.keys()], missing };

  const value = (name: AddressVariable): string => given.get(name) ?? '';
  const url = value('GROUNDSWELL_CLICKHOUSE_URL').replace(/\/+$/, '');
  const database = env['GROUNDSWELL_CLICKHOUSE_DATABASE'] || CLICKHOUSE_DATABASE;
  const login = (username: string, password: string): ClickHouseAddress => ({ url, database, username, password });
  return {
    kind: 'complete',
    addresses: {
      mode: 'environment',
      reason: 'The environment gives the addresses of Kafka, the schema registry and ClickHouse.',
      kafkaBrokers: value('GROUNDSWELL_KAFKA_BROKERS')
        .split(',')
        .map((broker) => broker.trim())
        .filter((broker) => broker !== ''),
      registryUrl: value('GROUNDSWELL_REGISTRY_URL').replace(/\/+$/, ''),
      clickhouse: {
        writer: login(value('GROUNDSWELL_CLICKHOUSE_USER'), value('GROUNDSWELL_CLICKHOUSE_PASSWORD')),
        reader: login(value('GROUNDSWELL_CLICKHOUSE_READER_USER'), value('GROUNDSWELL_CLICKHOUSE_READER_PASSWORD')),
      },
    },
  };
}

/** The variables under which services find the stack; the inverse of addressesFromEnvironment. */
export function serviceEnvironment(addresses: StackAddresses): Record<string, string> {
  const { writer, reader } = addresses.clickhouse;
  return {
    GROUNDSWELL_KAFKA_BROKERS: addresses.kafkaBrokers.join(','),
    GROUNDSWELL_REGISTRY_URL: addresses.registryUrl,
    GROUNDSWELL_CLICKHOUSE_URL: writer.url,
    GROUNDSWELL_CLICKHOUSE_DATABASE: writer.database,
    GROUNDSWELL_CLICKHOUSE_USER: writer.username,
    GROUNDSWELL_CLICKHOUSE_PASSWORD: writer.password,
    GROUNDSWELL_CLICKHOUSE_READER_USER: reader.username,
    GROUNDSWELL_CLICKHOUSE_READER_PASSWORD: reader.password,
  };
}
