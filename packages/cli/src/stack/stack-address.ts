import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dataDirsOf, readStackFile, stackFilePath } from '@groundswell/infra';
import { CommandError, reasonOf } from '../command-error.ts';
import type { CliSettings } from '../config.ts';

export interface ClickHouseLogin {
  readonly url: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
}

export interface ServiceAddress {
  readonly name: string;
  readonly url: string;
}

/** Where the parts of a stack are, as far as it is known. Each missing part is an error only for a command that needs it. */
export interface StackAddress {
  readonly intakeUrl: string | undefined;
  /** of every instance that is known */
  readonly resolverUrls: readonly string[] | undefined;
  readonly clickhouse: ClickHouseLogin | undefined;
  readonly kafkaBrokers: readonly string[] | undefined;
  readonly registryUrl: string | undefined;
  readonly namespace: string;
  /** processes whose health can be asked for */
  readonly services: readonly ServiceAddress[];
  /** folder of the logs of a stack that runs on this machine */
  readonly logDir: string | undefined;
  /** where the addresses were looked for, for people */
  readonly sought: string;
}

/** What the state file of a running stack says; the part of it that the command line uses. */
export interface StackRecord {
  readonly addresses: {
    readonly kafkaBrokers: readonly string[];
    readonly registryUrl: string;
    readonly clickhouse: { readonly reader: ClickHouseLogin };
  };
  readonly services: readonly ServiceAddress[];
  readonly logDir: string;
}

const DEFAULT_DATABASE = 'groundswell';
const urlOf = (stack: StackRecord | undefined, name: string): string | undefined =>
  stack?.services.find((service) => service.name === name)?.url;

const resolversOf = (stack: StackRecord | undefined): readonly string[] | undefined => {
  const url = urlOf(stack, 'account-resolver');
  return url === undefined ? undefined : [url];
};

const clickHouseOf = (settings: CliSettings, stack: StackRecord | undefined): ClickHouseLogin | undefined => {
  const reader = stack?.addresses.clickhouse.reader;
  const url = settings.GROUNDSWELL_CLICKHOUSE_URL ?? reader?.url;
  const username = settings.GROUNDSWELL_CLICKHOUSE_READER_USER ?? reader?.username;
  if (url === undefined || username === undefined) return undefined;
  return {
    url,
    username,
    password: settings.GROUNDSWELL_CLICKHOUSE_READER_PASSWORD ?? reader?.password ?? '',
    database: settings.GROUNDSWELL_CLICKHOUSE_DATABASE ?? reader?.database ?? DEFAULT_DATABASE,
  };
};

/** Puts the addresses together: a variable of the environment wins over the state file of a running stack. */
export const combineAddresses = (
  settings: CliSettings,
  stack: StackRecord | undefined,
  stackFile: string,
): StackAddress => ({
  intakeUrl: settings.GROUNDSWELL_INTAKE_URL ?? urlOf(stack, 'touch-intake'),
  resolverUrls: settings.GROUNDSWELL_RESOLVER_URL ?? resolversOf(stack),
  clickhouse: clickHouseOf(settings, stack),
  kafkaBrokers: settings.GROUNDSWELL_KAFKA_BROKERS ?? stack?.addresses.kafkaBrokers,
  registryUrl: settings.GROUNDSWELL_REGISTRY_URL ?? stack?.addresses.registryUrl,
  namespace: settings.GROUNDSWELL_NAMESPACE ?? '',
  services: stack?.services ?? [],
  logDir: stack?.logDir,
  sought: stack === undefined ? `the environment; there is no ${stackFile}` : `the environment and ${stackFile}`,
});

export interface Whereabouts {
  readonly projectDir: string;
  /** what a relative data directory is relative to */
  readonly workingDir: string;
  /** undefined: the one that `start` and `demo` use */
  readonly dataDir: string | undefined;
}

/** The directory that was named, else the project's first with a state file: a stack that runs has one. */
const dataDirOf = async ({ projectDir, workingDir, dataDir }: Whereabouts): Promise<string> => {
  if (dataDir !== undefined) return resolve(workingDir, dataDir);
  for (const candidate of await dataDirsOf(projectDir)) {
    if (existsSync(stackFilePath(candidate))) return candidate;
  }
  return join(projectDir, '.groundswell', 'data');
};

/** Finds the stack; throws CommandError only when a state file is there and cannot be understood. */
export const findStack = async (settings: CliSettings, where: Whereabouts): Promise<StackAddress> => {
  const dataDir = await dataDirOf(where);
  const stackFile = stackFilePath(dataDir);
  try {
    return combineAddresses(settings, await readStackFile(dataDir), stackFile);
  } catch (error) {
    throw new CommandError({
      what: 'the state file of the stack cannot be read',
      where: reasonOf(error),
      remedy: 'stop what is left of that stack with `npx -y pnpm@12 stop`, then start it again',
      cause: error,
    });
  }
};

/** An address that a command cannot do without; throws CommandError naming the variables that would give it. */
export const required = <Value>(
  value: Value | undefined,
  { what, variables, sought }: { what: string; variables: readonly string[]; sought: string },
): Value => {
  if (value !== undefined) return value;
  throw new CommandError({
    what: `it is not known where ${what} is`,
    where: `looked in ${sought}`,
    remedy: `start a stack with \`npx -y pnpm@12 start\`, or set ${variables.join(' and ')}`,
  });
};
