import { readFile } from 'node:fs/promises';
import {
  type Contracts,
  createBatchProducer,
  message,
  type OutgoingMessage,
  toEveryPartition,
} from '@groundswell/kafka';
import { canonicalJson, parsePolicy, policiesDir } from '@groundswell/policy';
import { topics } from '@groundswell/schemas';
import type { BenchStack } from './bench-stack.ts';
import type { BenchmarkRun } from './benchmark.ts';
import { touchChanges } from './peer-stream.ts';

const BATCH = 20_000;

/**
 * A policy that ships with the product, or `no-decay`: plain, with scores that do not fade. That is the peers' job: with a
 * half-life every account's score changes every day, and is published at its close.
 */
const policyText = async (name: string): Promise<string> => {
  const isWithoutDecay = name === 'no-decay';
  const text = await readFile(new URL(isWithoutDecay ? 'plain.yaml' : `${name}.yaml`, policiesDir), 'utf8');
  return isWithoutDecay ? text.replace(/^half_life: .*$/m, 'half_life: off') : text;
};

/** The log runs in replay, so that nobody ticks 2025 up to today, and is judged by the policy from its beginning. */
const controlRecords = async (policyName: string): Promise<OutgoingMessage[]> => {
  const result = parsePolicy(await policyText(policyName));
  if (!result.ok) throw new Error(`policy ${policyName}: ${result.problems.map(({ message }) => message).join('; ')}`);
  const { name, version } = result.policy;
  const content = canonicalJson(result.policy);
  return [
    ...toEveryPartition(topics.touches, {
      change: { kind: 'ClockModeSet', body: { received: 0, mode: 'replay', reason: 'benchmark' } },
    }),
    ...toEveryPartition(topics.touches, {
      change: { kind: 'PolicyActivated', body: { received: 0, name, version, content, activatedBy: 'bench' } },
    }),
  ];
};

export interface Prefill {
  readonly contracts: Contracts;
  readonly touches: number;
  /** see policyText */
  readonly policy: string;
}

/** Writes the peers' stream to `touches`, as the resolver would have. */
export const prefillTouches = async (
  { kafka }: BenchStack,
  { contracts, touches, policy }: Prefill,
  { say }: Pick<BenchmarkRun, 'say'>,
): Promise<void> => {
  const producer = createBatchProducer(kafka, contracts);
  await producer.connect();
  const began = performance.now();
  try {
    await producer.sendAll(await controlRecords(policy));
    let batch: OutgoingMessage[] = [];
    for (const { account, ...value } of touchChanges(touches)) {
      batch.push(message(topics.touches, account, value));
      if (batch.length < BATCH) continue;
      await producer.sendAll(batch);
      batch = [];
    }
    await producer.sendAll(batch);
  } finally {
    await producer.disconnect();
  }
  say(`${touches} touches written to ${contracts.topicName(topics.touches)} in ${secondsSince(began).toFixed(1)} s`);
};

const secondsSince = (began: number): number => (performance.now() - began) / 1000;
