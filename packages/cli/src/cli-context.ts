import type { Readable } from 'node:stream';
import type { ExitCode } from './command-error.ts';
import type { CliSettings } from './config.ts';
import { type Broker, openBroker } from './stack/broker.ts';
import { openReader, type Reader } from './stack/clickhouse.ts';
import { openRegistry, type Registry } from './stack/registry.ts';
import { findStack, required, type StackAddress } from './stack/stack-address.ts';
import type { Terminal } from './terminal.ts';

/** Everything that a command gets from outside. */
export interface CliContext {
  readonly settings: CliSettings;
  readonly terminal: Terminal;
  readonly stdin: Readable;
  /** aborted by Ctrl-C */
  readonly signal: AbortSignal;
  /** epoch ms, wall clock */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** in [0, 1) */
  readonly random: () => number;
  /** the project's folder: .groundswell lies in it */
  readonly projectDir: string;
  /** the folder that relative paths start from */
  readonly workingDir: string;
  /** what the process ends with; a command sets it */
  exitCode: ExitCode;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: true | undefined;
  readonly dataDir?: string | undefined;
}

export const openStack = (context: CliContext, options: CommonOptions): Promise<StackAddress> =>
  findStack(context.settings, {
    projectDir: context.projectDir,
    workingDir: context.workingDir,
    dataDir: options.dataDir,
  });

/** Runs work with a ClickHouse reader and closes it afterwards. */
export const withReader = async <Result>(
  stack: StackAddress,
  work: (reader: Reader) => Promise<Result>,
): Promise<Result> => {
  const login = required(stack.clickhouse, {
    what: 'ClickHouse',
    variables: ['GROUNDSWELL_CLICKHOUSE_URL', 'GROUNDSWELL_CLICKHOUSE_READER_USER'],
    sought: stack.sought,
  });
  const reader = openReader(login);
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
};

/** Runs work with a broker connection and closes it afterwards. */
export const withBroker = async <Result>(
  stack: StackAddress,
  work: (broker: Broker) => Promise<Result>,
): Promise<Result> => {
  const brokers = required(stack.kafkaBrokers, {
    what: 'Kafka',
    variables: ['GROUNDSWELL_KAFKA_BROKERS'],
    sought: stack.sought,
  });
  const broker = await openBroker(brokers);
  try {
    return await work(broker);
  } finally {
    await broker.close();
  }
};

export const registryOf = (stack: StackAddress): Registry =>
  openRegistry(
    required(stack.registryUrl, {
      what: 'the schema registry',
      variables: ['GROUNDSWELL_REGISTRY_URL'],
      sought: stack.sought,
    }),
  );
