import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningService, type RunningStack, readStackFile, startService, startStack } from '@groundswell/infra';
import { type Admin, type Contracts, createKafka, ensureTopics, type Kafka, openContracts } from '@groundswell/kafka';
import { allTopics } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import type { BenchmarkRun } from './benchmark.ts';

type PartName = 'kafka' | 'registry' | 'clickhouse';

/** A stack of its own for one benchmark, on a broker that is compiled for load. */
export interface BenchStack {
  readonly stack: RunningStack;
  /** brokers, comma separated */
  readonly brokers: string;
  readonly kafka: Kafka;
  readonly admin: Admin;
  /** for files that belong to the run; removed at its end */
  readonly folder: string;
  pidOf(part: PartName): Promise<number>;
  /** Takes away what a benchmark does not use and would share its cores with. */
  without(part: PartName): Promise<void>;
  /** All topics and codecs of a namespace. */
  contracts(namespace: string): Promise<Contracts>;
  /** A service by its main.ts; `name` must be unique among those that run. */
  service(name: string, spec: { main: string; env: Record<string, string> }): Promise<RunningService>;
  stop(): Promise<void>;
}

/** Ctrl-C takes the stack down and removes its data before the process ends. */
const onSignals = (stop: () => Promise<void>): (() => void) => {
  const onSignal = (): void => {
    void stop().finally(() => process.exit(130));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
};

export const startBenchStack = async ({ say }: Pick<BenchmarkRun, 'say'>): Promise<BenchStack> => {
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-bench-'));
  const dataDir = join(folder, 'data');
  const stack = await startStack({ dataDir, onProgress: say, underLoad: true }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const { kafkaBrokers, registryUrl } = stack.addresses;
  const logger = createLogger({ serviceName: 'bench', logLevel: 'silent' });
  const kafka = createKafka({ brokers: kafkaBrokers, clientId: 'bench', logger });
  const admin = kafka.admin();
  await admin.connect();
  const stop = async (): Promise<void> => {
    stopListening();
    await admin.disconnect().catch(() => undefined);
    await stack.stop({ removeData: true });
    await rm(folder, { recursive: true, force: true });
  };
  const stopListening = onSignals(stop);
  return {
    stack,
    brokers: kafkaBrokers.join(','),
    kafka,
    admin,
    folder,
    pidOf: async (part) => {
      const file = await readStackFile(dataDir);
      const found = file?.processes.find(({ name }) => name === part);
      if (!found) throw new Error(`${part} does not run`);
      return found.pid;
    },
    without: async (part) => stack.parts?.[part].stop(),
    contracts: async (namespace) => {
      await ensureTopics(kafka, namespace, allTopics);
      return openContracts({ registryUrl, namespace }, allTopics);
    },
    service: (name, spec) => startService(stack, { name, ...spec, readyTimeoutMs: 120_000 }),
    stop,
  };
};
