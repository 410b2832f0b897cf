import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningService } from '@groundswell/infra';
import { type Contracts, namespaced } from '@groundswell/kafka';
import type { TopicDeclaration } from '@groundswell/schemas';
import type { BenchStack } from './bench-stack.ts';
import { peakRssMbOf, startMeter } from './process-usage.ts';

const POLL_MS = 100;
const FIRST_RECORD_POLL_MS = 20;

/** What a service did with a log. */
export interface ServiceRun {
  /** from the last moment at which nothing had been read to the moment at which everything was flushed and committed */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly brokerCpuSeconds: number;
  /** from the start of the process to the first record */
  readonly startSeconds: number;
  readonly peakRssMb: number;
}

/** A service, which is called like its consumer group, and the log that it processes. */
export interface ServiceOverLog {
  readonly name: string;
  readonly main: string;
  readonly namespace: string;
  readonly contracts: Contracts;
  readonly input: TopicDeclaration;
  readonly env?: Readonly<Record<string, string>>;
}

/** Sum of a counter or gauge of a service over its labels; 0 when it shows none. */
export const metricOf = async (url: string, name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
};

export const recordsIn = async ({ admin }: BenchStack, topic: string): Promise<number> => {
  const ends = await admin.fetchTopicOffsets(topic);
  return ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
};

const committedIn = async ({ admin }: BenchStack, groupId: string, topic: string): Promise<number> => {
  const [group] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return (group?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
};

interface Listening {
  readonly pid: number;
  readonly url: string;
}

/** What the service says of itself as soon as it listens, long before it is ready. */
const listening = async (logFile: string): Promise<Listening | undefined> => {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  const line = log.split('\n').findLast((text) => text.includes('"msg":"listening"'));
  if (line === undefined) return undefined;
  const { pid, port }: { pid: number; port: number } = JSON.parse(line);
  return { pid, url: `http://127.0.0.1:${port}` };
};

interface Starting {
  readonly service: Promise<RunningService>;
  readonly logFile: string;
  /** of a run before it in the same file */
  readonly before: Listening | undefined;
  readonly kafkaPid: number;
}

/** The last look at a starting service that found no record read yet: when it was, and meters that count from there. */
const firstRecord = async ({ service, logFile, before, kafkaPid }: Starting) => {
  let failure: { error: unknown } | undefined;
  service.catch((error: unknown) => {
    failure = { error };
  });
  let found: Listening | undefined;
  while (found === undefined || found.pid === before?.pid) {
    if (failure) throw failure.error;
    await sleep(10);
    found = await listening(logFile);
  }
  const look = async () => ({
    began: performance.now(),
    meter: await startMeter({ service: found.pid, broker: kafkaPid }),
  });
  let last = await look();
  for (;;) {
    const next = await look();
    if ((await metricOf(found.url, 'groundswell_records_total')) > 0) return last;
    if (failure) throw failure.error;
    last = next;
    await sleep(FIRST_RECORD_POLL_MS);
  }
};

/**
 * Runs a new service over everything that is in its input, and leaves it running. As with the peers the measured span
 * begins with the first record: the start of the process is not in it, warming up is.
 */
export const processLog = async (
  bench: BenchStack,
  { name, main, namespace, contracts, input, env = {} }: ServiceOverLog,
): Promise<{ service: RunningService; run: ServiceRun }> => {
  const topic = contracts.topicName(input);
  const groupId = namespaced(namespace, name);
  const all = await recordsIn(bench, topic);
  const kafkaPid = await bench.pidOf('kafka');
  const logFile = join(bench.stack.logDir, `${name}.log`);
  const before = await listening(logFile);
  const launched = performance.now();
  const starting = bench.service(name, {
    main,
    env: { GROUNDSWELL_NAMESPACE: namespace, GROUNDSWELL_LOG_LEVEL: 'info', ...env },
  });
  const { began, meter } = await firstRecord({ service: starting, logFile, before, kafkaPid });
  const service = await starting;
  while ((await committedIn(bench, groupId, topic)) < all) await sleep(POLL_MS);
  const seconds = (performance.now() - began) / 1000;
  const used = await meter();
  return {
    service,
    run: {
      seconds,
      cpuSeconds: used.service,
      brokerCpuSeconds: used.broker,
      startSeconds: (began - launched) / 1000,
      peakRssMb: await peakRssMbOf(service.pid),
    },
  };
};
