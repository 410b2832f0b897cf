import { canonicalJson, type Policy, parsePolicy } from '@groundswell/policy';
import { type IntensityScore, scoresOfChunk, type TouchChange, topics } from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import { TopologyDriver } from '@groundswell/stream';
import type { PartitionState } from '../partition-state.ts';
import { IntensityProcessor } from '../processor.ts';
import type { TouchInput } from '../touch-input.ts';

export const DAY = 86_400_000;
export const START = Date.UTC(2026, 0, 1);

export const policyText = (levels: string, more = ''): string => `
name: test
windows: [30, 90]
levels: ${levels}
renew_after: ${more || 'off'}
weights: { page_view: 1, form_fill: 10 }
half_life: 14d
score: { half_saturation: 60, people: 8, products: 4, roles: 3, channels: 2 }
routing: { cool_down: off, max_people: 5 }
`;
export const plainLevels =
  '{ engaged: { touches: 3, leave_touches: 3 }, high_intensity: { people: 2, leave_people: 2, products: 0 } }';

export const policy = (text: string): Policy => {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.policy;
};

export const uuid = (n: number): string => `00000000-0000-8000-8000-${n.toString(16).padStart(12, '0')}`;

export interface TestTouch {
  readonly id: number;
  readonly account?: string | null;
  readonly person?: number;
  readonly personKind?: 'email' | 'source_id';
  readonly time: number;
  readonly received?: number;
  readonly type?: string;
  readonly disposition?: string;
  readonly revision?: number;
  readonly sendId?: string;
  readonly campaign?: string;
  readonly cause?: string | null;
}

export const asserted = ({
  id,
  account = 'acme.example',
  person = 1,
  personKind = 'email',
  time,
  received = time,
  type = 'page_view',
  disposition = 'candidate',
  revision = 1,
  sendId = '',
  campaign = '',
  cause = null,
}: TestTouch): TouchChange => {
  const body = touchAsserted({
    touchId: uuid(id),
    revision,
    accountId: account,
    personId: uuid(1_000_000 + person),
    personKind,
    time,
    received,
    type,
    product: 'database',
    disposition,
    sendId,
    campaign,
    cause,
    rawOffset: id,
  });
  return { change: { kind: 'TouchAsserted', body } };
};

export const activated = (active: Policy, received = 0): TouchChange => ({
  change: {
    kind: 'PolicyActivated',
    body: { received, name: active.name, version: active.version, content: canonicalJson(active), activatedBy: 'test' },
  },
});

export const driverWith = (
  active: Policy | null = policy(policyText(plainLevels)),
): TopologyDriver<TouchInput, PartitionState> => {
  const driver = new TopologyDriver(
    new IntensityProcessor({ generation: 1, deterministicId: (...parts) => parts.join('/') }),
  );
  if (active) driver.pipe({ value: activated(active) });
  return driver;
};

export const transitions = (driver: TopologyDriver<TouchInput, PartitionState>) =>
  driver
    .read(topics.intensityTransitions)
    .map(({ accountId, level, kind, at, cause }) => ({ accountId, level, kind, at, cause }));

/** Rows of `intensity.scores`, and those of the chunks of `intensity.history` in the same form. */
export const rows = (driver: TopologyDriver<TouchInput, PartitionState>, point: string): IntensityScore[] => [
  ...driver.read(topics.intensityScores).filter((row) => row.point === point),
  ...driver
    .read(topics.intensityHistory)
    .filter((chunk) => chunk.point === point)
    .flatMap(scoresOfChunk),
];
