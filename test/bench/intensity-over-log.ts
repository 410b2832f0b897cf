import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningService } from '@groundswell/infra';
import { type Contracts, namespaced } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import type { BenchStack } from './bench-stack.ts';
import { peakRssMbOf, startMeter } from './process-usage.ts';

const POLL_MS = 100;
const FIRST_RECORD_POLL_MS = 20;

/** What account-intensity did with a log. */
export interface LogRun {
  /** from the last moment at which nothing had been read to the moment at which everything was flushed and committed */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly brokerCpuSeconds: number;
  /** from the start of the process to the first record */
  readonly startSeconds: number;
  readonly peakRssMb: number;
  readonly transitions: number;
  readonly scoreRecords: number;
}

/** Sum of a counter or gauge of a service over its labels; 0 when it shows none. */
export const metricOf = async (url: string, name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
};

export interface LogPlace {
  readonly namespace: string;
  readonly contracts: Contracts;
  /** instead of the product's own main.ts */
  readonly main?: string;
}

const ownMain = join(import.meta.dirname, '..', '..', 'services', 'account-intensity', 'src', 'main.ts');

const outputTopics = [
  topics.intensityTransitions,
  topics.intensityScores,
  topics.intensityHistory,
  topics.accountLevels,
] as const;

const recordsIn = async ({ admin }: BenchStack, topic: string): Promise<number> => {
  const ends = await admin.fetchTopicOffsets(topic);
  return ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
};

const committedIn = async ({ admin }: BenchStack, groupId: string, topic: string): Promise<number> => {
  const [group] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return (group?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
};

/** Makes the log new to account-intensity: no group and no outputs. */
export const forgetOutputs = async (bench: BenchStack, { namespace, contracts }: LogPlace): Promise<void> => {
  const { admin } = bench;
  const groupId = namespaced(namespace, 'account-intensity');
  await admin.deleteGroups([groupId]).catch(() => undefined);
  const names = outputTopics.map((topic) => contracts.topicName(topic));
  await admin.deleteTopics({ topics: names });
  while ((await admin.listTopics()).some((name) => names.includes(name))) await sleep(POLL_MS);
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

/** The last look at a starting service that found no record read yet: when it was, and meters that count from there. */
const firstRecord = async (bench: BenchStack, starting: Promise<RunningService>, kafkaPid: number) => {
  const logFile = join(bench.stack.logDir, 'account-intensity.log');
  const linesBefore = await listening(logFile);
  let failure: { error: unknown } | undefined;
  starting.catch((error: unknown) => {
    failure = { error };
  });
  let found: Listening | undefined;
  while (found === undefined || found.pid === linesBefore?.pid) {
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
 * Runs a new account-intensity over everything that is in `touches` and stops it. As with the peers the measured span begins
 * with the first record: the start of the process is not in it, warming up is.
 */
export const runIntensity = async (
  bench: BenchStack,
  place: LogPlace,
  env: Record<string, string> = {},
): Promise<LogRun> => {
  const { service, run } = await processLog(bench, place, env);
  await service.stop();
  return run;
};

/** As runIntensity, and leaves the service running. */
export const processLog = async (
  bench: BenchStack,
  { namespace, contracts, main = ownMain }: LogPlace,
  env: Record<string, string> = {},
): Promise<{ service: RunningService; run: LogRun }> => {
  const input = contracts.topicName(topics.touches);
  const groupId = namespaced(namespace, 'account-intensity');
  const all = await recordsIn(bench, input);
  const kafkaPid = await bench.pidOf('kafka');
  const launched = performance.now();
  const starting = bench.service('account-intensity', {
    main,
    env: { GROUNDSWELL_NAMESPACE: namespace, GROUNDSWELL_LOG_LEVEL: 'info', ...env },
  });
  const { began, meter } = await firstRecord(bench, starting, kafkaPid);
  const service = await starting;
  while ((await committedIn(bench, groupId, input)) < all) await sleep(POLL_MS);
  const seconds = (performance.now() - began) / 1000;
  const used = await meter();
  const [transitions, scoreRecords] = await Promise.all([
    recordsIn(bench, contracts.topicName(topics.intensityTransitions)),
    recordsIn(bench, contracts.topicName(topics.intensityScores)),
  ]);
  return {
    service,
    run: {
      seconds,
      cpuSeconds: used.service,
      brokerCpuSeconds: used.broker,
      startSeconds: (began - launched) / 1000,
      peakRssMb: await peakRssMbOf(service.pid),
      transitions,
      scoreRecords,
    },
  };
};
