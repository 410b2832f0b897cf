import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntensityProcessor, type PartitionState, type TouchInput } from '@groundswell/intensity';
import { deterministicId, partitionOf } from '@groundswell/kafka';
import { canonicalJson, type Policy, parsePolicy } from '@groundswell/policy';
import { type IntensityScore, type TouchChange, topics } from '@groundswell/schemas';
import { TopologyDriver } from '@groundswell/stream';

const PARTITIONS = topics.touches.partitions;

const plainText = readFileSync(join(import.meta.dirname, '../../packages/policy/policies/plain.yaml'), 'utf8');

/** Policy `plain` for short histories: two touches make an account engaged. */
export const shortPolicyText = plainText
  .replace(/\btouches: \d+/, 'touches: 2')
  .replace(/leave_touches: \d+/, 'leave_touches: 2');

const parsed = parsePolicy(shortPolicyText);
if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
const shortPolicy: Policy = parsed.policy;

export type Driver = TopologyDriver<TouchInput, PartitionState>;

/** A record of `touches`, as the resolver sends it. */
export interface Published {
  /** null: a control record, of one partition */
  readonly key: string | null;
  readonly partition: number | undefined;
  readonly value: TouchChange;
}

/** account-intensity in memory, after it has read what was published and its clocks have come to `until` (epoch ms). */
export const drive = (published: readonly Published[], until: number): Driver => {
  const driver: Driver = new TopologyDriver(new IntensityProcessor({ generation: 1, deterministicId }));
  const { name, version } = shortPolicy;
  const content = canonicalJson(shortPolicy);
  const activation = { received: 0, name, version, content, activatedBy: 'test' };
  for (let partition = 0; partition < PARTITIONS; partition += 1)
    driver.pipe({ partition, value: { change: { kind: 'PolicyActivated', body: activation } } });
  for (const { key, partition: own, value } of published) {
    const partition = key === null ? own : partitionOf(key, PARTITIONS);
    if (partition !== undefined) driver.pipe({ partition, key, value });
  }
  for (let partition = 0; partition < PARTITIONS; partition += 1) driver.tick(until, partition);
  driver.flush();
  return driver;
};

export interface Standing extends Pick<IntensityScore, 'windows' | 'score' | 'contributions' | 'lastTouchTime'> {
  /** engaged, high-intensity */
  readonly level: readonly [boolean, boolean];
}

/** Windows, score, level and last touch of every account that has anything, as its last row says. */
export const standings = (driver: Driver): Map<string, Standing> => {
  const rows = new Map<string, Standing>();
  for (const row of driver.read(topics.intensityScores)) {
    const { accountId, windows, score, contributions, lastTouchTime, engagedSince, highIntensitySince } = row;
    const level = [engagedSince !== null, highIntensitySince !== null] as const;
    const standing = { windows, score, contributions, level, lastTouchTime };
    if (windows.some(({ touches }) => touches > 0)) rows.set(accountId, standing);
    else rows.delete(accountId);
  }
  return new Map([...rows].sort(([one], [other]) => (one < other ? -1 : 1)));
};
