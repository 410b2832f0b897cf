import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compileCacheDir,
  type RunningService,
  type RunningStack,
  type StackAddresses,
  serviceEnvironment,
  startService,
  startStack,
} from '@groundswell/infra';

const root = join(import.meta.dirname, '..', '..');

/** The services in the order data moves. */
export const serviceNames = [
  'touch-intake',
  'account-resolver',
  'account-intensity',
  'router',
  'clickhouse-sink',
] as const;
export type PipelineService = (typeof serviceNames)[number];

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** All services on the run's shared stack, in a namespace and a database of their own. */
export interface Pipeline {
  readonly addresses: StackAddresses;
  readonly namespace: string;
  readonly database: string;
  readonly intakeUrl: string;
  readonly folder: string;
  /** what the CLI needs to find this pipeline */
  readonly environment: Readonly<Record<string, string>>;
  readonly services: ReadonlyMap<PipelineService, RunningService>;
  service(name: PipelineService): RunningService;
  /** One more instance of a service, beside the one there is. `env` wins over the pipeline's. */
  startAnother(name: PipelineService, env?: Readonly<Record<string, string>>): Promise<RunningService>;
  /** Runs the CLI against this pipeline. */
  groundswell(...args: string[]): Promise<CommandResult>;
  /** The same with other variables of the environment. */
  groundswellWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<CommandResult>;
  stop(): Promise<void>;
}

export interface PipelineOptions {
  /** lower-case letters, digits and dashes: names the namespace and the database */
  readonly name: string;
  /** environment of all services, beside the addresses */
  readonly env?: Readonly<Record<string, string>>;
}

const run = (args: readonly string[], env: Record<string, string>): Promise<CommandResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'packages/cli/src/main.ts'), ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      output.stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output.stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? -1, ...output }));
  });

const mainOf = (name: PipelineService): string => join(root, 'services', name, 'src', 'main.ts');

const startAll = async (
  stack: RunningStack,
  env: Record<string, string>,
): Promise<Map<PipelineService, RunningService>> => {
  const started = await Promise.all(
    serviceNames.map(async (name) => {
      return [name, await startService(stack, { name, main: mainOf(name), env, readyTimeoutMs: 90_000 })] as const;
    }),
  );
  return new Map(started);
};

/** Starts all services on the shared stack and activates no policy. */
export const startPipeline = async (shared: StackAddresses, options: PipelineOptions): Promise<Pipeline> => {
  const suffix = Math.random().toString(36).slice(2, 8);
  const namespace = `${options.name}-${suffix}`;
  const database = `groundswell_${options.name.replaceAll('-', '_')}_${suffix}`;
  const withDatabase = <A extends { database: string }>(address: A): A => ({ ...address, database });
  const addresses = {
    ...shared,
    clickhouse: { writer: withDatabase(shared.clickhouse.writer), reader: withDatabase(shared.clickhouse.reader) },
  };
  const folder = await mkdtemp(join(tmpdir(), `groundswell-${namespace}-`));
  const env = {
    GROUNDSWELL_LOG_LEVEL: 'info',
    // Every service is started anew by many tests, and by fault runs again and again: half of that would be compiling.
    NODE_COMPILE_CACHE: compileCacheDir(process.env),
    ...serviceEnvironment(addresses),
    GROUNDSWELL_NAMESPACE: namespace,
    ...options.env,
  };
  Object.assign(process.env, serviceEnvironment(addresses), { GROUNDSWELL_STACK: 'environment' });
  const stack = await startStack({ dataDir: join(folder, 'data') });
  const services = await startAll(stack, env).catch(async (error: unknown) => {
    await stack.stop();
    throw error;
  });
  const service = (name: PipelineService): RunningService => {
    const running = services.get(name);
    if (!running) throw new Error(`${name} is not part of the pipeline`);
    return running;
  };
  const intakeUrl = service('touch-intake').httpUrl;
  const environment = {
    ...env,
    GROUNDSWELL_INTAKE_URL: intakeUrl,
    GROUNDSWELL_RESOLVER_URL: service('account-resolver').httpUrl,
  };
  return {
    addresses,
    namespace,
    database,
    intakeUrl,
    folder,
    environment,
    services,
    service,
    startAnother: (name, own = {}) =>
      startService(stack, { name: `${name}-2`, main: mainOf(name), env: { ...env, ...own }, readyTimeoutMs: 90_000 }),
    groundswell: (...args) => run(args, environment),
    groundswellWith: (own, ...args) => run(args, { ...environment, ...own }),
    stop: async () => {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
