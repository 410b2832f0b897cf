import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningService } from '@groundswell/infra';
import { type Contracts, namespaced } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import type { BenchStack } from './bench-stack.ts';
import { processLog, recordsIn, type ServiceRun } from './service-over-log.ts';

const POLL_MS = 100;

/** What account-intensity did with a log. */
export interface LogRun extends ServiceRun {
  readonly transitions: number;
  readonly scoreRecords: number;
}

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

/** Makes the log new to account-intensity: no group and no outputs. */
export const forgetOutputs = async (bench: BenchStack, { namespace, contracts }: LogPlace): Promise<void> => {
  const { admin } = bench;
  const groupId = namespaced(namespace, 'account-intensity');
  await admin.deleteGroups([groupId]).catch(() => undefined);
  const names = outputTopics.map((topic) => contracts.topicName(topic));
  await admin.deleteTopics({ topics: names });
  while ((await admin.listTopics()).some((name) => names.includes(name))) await sleep(POLL_MS);
};

/** Runs a new account-intensity over everything that is in `touches` and stops it. */
export const runIntensity = async (
  bench: BenchStack,
  place: LogPlace,
  env: Record<string, string> = {},
): Promise<LogRun> => {
  const { service, run } = await processTouches(bench, place, env);
  await service.stop();
  return run;
};

/** As runIntensity, and leaves the service running. */
export const processTouches = async (
  bench: BenchStack,
  { namespace, contracts, main = ownMain }: LogPlace,
  env: Record<string, string> = {},
): Promise<{ service: RunningService; run: LogRun }> => {
  const place = { name: 'account-intensity', main, namespace, contracts, input: topics.touches, env };
  const { service, run } = await processLog(bench, place);
  const [transitions, scoreRecords] = await Promise.all([
    recordsIn(bench, contracts.topicName(topics.intensityTransitions)),
    recordsIn(bench, contracts.topicName(topics.intensityScores)),
  ]);
  return { service, run: { ...run, transitions, scoreRecords } };
};
