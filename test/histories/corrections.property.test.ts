import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntensityProcessor, type PartitionState, type TouchInput } from '@groundswell/intensity';
import { deterministicId, partitionOf } from '@groundswell/kafka';
import { canonicalJson, parsePolicy } from '@groundswell/policy';
import { bothWays, correctedHistories } from '@groundswell/resolution/testing/histories';
import { type IntensityScore, type TouchChange, topics } from '@groundswell/schemas';
import { TopologyDriver } from '@groundswell/stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Histories run in the test suite; GROUNDSWELL_PROPERTY_RUNS=10000 for all that the product promises. */
const RUNS = Number(process.env['GROUNDSWELL_PROPERTY_RUNS'] ?? 500);
const DAY = 86_400_000;
/** Histories count in units: so long a one that touches expire within them. */
const UNIT = 3 * DAY;
const PARTITIONS = 3;

const plainText = readFileSync(join(import.meta.dirname, '../../packages/policy/policies/plain.yaml'), 'utf8');
// Histories are short: two touches make an account engaged.
const parsed = parsePolicy(
  plainText.replace(/\btouches: \d+/, 'touches: 2').replace(/leave_touches: \d+/, 'leave_touches: 2'),
);
if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
const { policy } = parsed;

type Driver = TopologyDriver<TouchInput, PartitionState>;

/** A touch, a retraction or a move with its instants in units; what controls the clock of an import is left out. */
const scaled = ({ change }: TouchChange): TouchChange | null => {
  switch (change.kind) {
    case 'TouchAsserted': {
      const { time, effectiveTime, received } = change.body;
      const times = { time: time * UNIT, effectiveTime: effectiveTime * UNIT, received: received * UNIT };
      return { change: { ...change, body: { ...change.body, ...times } } };
    }
    case 'TouchRetracted':
    case 'TouchMoved': {
      const { effectiveTime, received } = change.body;
      const times = { effectiveTime: effectiveTime * UNIT, received: received * UNIT };
      return { change: { ...change, body: { ...change.body, ...times } } as TouchChange['change'] };
    }
    default:
      return null;
  }
};

interface Published {
  readonly key: string | null;
  readonly value: TouchChange;
}

const drive = (published: readonly Published[], until: number): Driver => {
  const driver: Driver = new TopologyDriver(new IntensityProcessor({ generation: 1, deterministicId }));
  const { name, version } = policy;
  const content = canonicalJson(policy);
  const activation = { received: 0, name, version, content, activatedBy: 'test' };
  for (let partition = 0; partition < PARTITIONS; partition += 1)
    driver.pipe({ partition, value: { change: { kind: 'PolicyActivated', body: activation } } });
  for (const { key, value } of published) {
    const touch = scaled(value);
    if (touch && key !== null) driver.pipe({ partition: partitionOf(key, PARTITIONS), key, value: touch });
  }
  for (let partition = 0; partition < PARTITIONS; partition += 1) driver.tick(until, partition);
  driver.flush();
  return driver;
};

interface Standing extends Pick<IntensityScore, 'windows' | 'score' | 'contributions' | 'lastTouchTime'> {
  /** engaged, high-intensity */
  readonly level: readonly [boolean, boolean];
}

/** Windows, score, level and last touch of every account that has anything, as its last row says. */
const standings = (driver: Driver): Map<string, Standing> => {
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

const lastReceived = (published: readonly Published[]): number =>
  published.reduce((last, { value: { change } }) => {
    return change.kind === 'TouchAsserted' ? Math.max(last, change.body.received) : last;
  }, 0);

describe('corrections of all kinds, in any order and with crashes in between', () => {
  it('end in the windows, scores, levels and last touches of a run in which the truth was known from the start', async () => {
    let corrections = 0;
    let atALevel = 0;
    await fc.assert(
      fc.asyncProperty(correctedHistories, async (history) => {
        const { corrected, truthFirst } = await bothWays(history);
        const until = (lastReceived(truthFirst.touches) + 1) * UNIT;
        const expected = standings(drive(truthFirst.touches, until));
        expect(standings(drive(corrected.touches, until))).toEqual(expected);
        corrections += corrected.counts.corrections.length;
        if ([...expected.values()].some(({ level: [isEngaged] }) => isEngaged)) atALevel += 1;
      }),
      { numRuns: RUNS },
    );
    // Else it would have shown nothing.
    expect(corrections).toBeGreaterThan(RUNS);
    expect(atALevel).toBeGreaterThan(RUNS / 4);
  }, 1_200_000);
});
