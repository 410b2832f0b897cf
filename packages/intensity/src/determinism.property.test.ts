import { createCodec, readSchema, scoresOfChunk, type TouchChange, topics } from '@groundswell/schemas';
import type { TopologyDriver } from '@groundswell/stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PartitionState } from './partition-state.ts';
import {
  activated,
  asserted,
  DAY,
  driverWith,
  plainLevels,
  policy,
  policyText,
  START,
  type TestTouch,
  uuid,
} from './testing/log-records.ts';
import type { TouchInput } from './touch-input.ts';

type Driver = TopologyDriver<TouchInput, PartitionState>;

const RUNS = Number(process.env['GROUNDSWELL_PROPERTY_RUNS'] ?? 150);

const transitionCodec = createCodec(readSchema(topics.intensityTransitions.schema));
const scoreCodec = createCodec(readSchema(topics.intensityScores.schema));

const echoes = `
echo:
  - { types: [page_view], needs: send_id }
  - { types: [form_fill], needs: either }
`;

const policies = [
  policy(policyText(plainLevels)),
  policy(policyText(plainLevels, '10d')),
  policy(policyText(plainLevels) + echoes),
  policy(
    policyText(
      '{ engaged: { touches: 2, leave_touches: 1 }, high_intensity: { people: 2, leave_people: 2, products: 0 } }',
    ).replace('[30, 90]', '[7, 30, 90]'),
  ),
];

const accountOf = (number: number): string => ['acme.example', 'globex.example', 'initech.example'][number] ?? '';

/** One record of a log: what it says, and how long after the one before it was received. */
type Entry = { readonly after: number } & (
  | { readonly kind: 'touch'; readonly touch: Omit<TestTouch, 'time' | 'received'>; readonly late: number }
  | { readonly kind: 'retract'; readonly id: number; readonly account: number; readonly revision: number }
  | { readonly kind: 'tick' }
  | { readonly kind: 'policy'; readonly number: number }
  | { readonly kind: 'move'; readonly phase: 'begins' | 'ends'; readonly rawPartition: number }
);

const after = fc.oneof(
  fc.constant(0),
  fc.nat({ max: DAY }),
  fc.integer({ min: 0, max: 12 }).map((days) => days * DAY),
  fc.constant(35 * DAY),
);

const entry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('touch' as const),
      after,
      late: fc.oneof(
        fc.constant(0),
        fc.nat({ max: 3 }).map((days) => days * DAY),
        fc.nat({ max: 100 * DAY }),
      ),
      touch: fc.record({
        id: fc.nat({ max: 30 }),
        account: fc.nat({ max: 2 }).map(accountOf),
        person: fc.nat({ max: 3 }),
        type: fc.constantFrom('page_view', 'form_fill', 'survey'),
        disposition: fc.constantFrom('candidate', 'candidate', 'candidate', 'bot'),
        revision: fc.constantFrom(1, 1, 1, 2),
        sendId: fc.constantFrom('', '', 'blast'),
        campaign: fc.constantFrom('', '', 'spring'),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('retract' as const),
      after,
      id: fc.nat({ max: 30 }),
      account: fc.nat({ max: 2 }),
      revision: fc.integer({ min: 2, max: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tick' as const), after }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      after: fc.constant(0),
      phase: fc.constantFrom('begins' as const, 'begins' as const, 'ends' as const),
      rawPartition: fc.nat({ max: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('policy' as const), after, number: fc.nat({ max: policies.length - 1 }) }),
  },
);

const changeOf = (one: Entry, received: number): TouchChange => {
  switch (one.kind) {
    case 'touch':
      return asserted({ ...one.touch, time: received - one.late, received });
    case 'retract':
      return {
        change: {
          kind: 'TouchRetracted',
          body: {
            touchId: uuid(one.id),
            revision: one.revision,
            accountId: accountOf(one.account),
            effectiveTime: START,
            source: 'test',
            received,
            reason: 'test',
          },
        },
      };
    case 'tick':
      return { change: { kind: 'Tick', body: { received, origin: 'account-intensity' } } };
    case 'move': {
      const { phase, rawPartition } = one;
      return { change: { kind: 'MoveMark', body: { received: 0, rawPartition, phase, cause: 'merge-1' } } };
    }
    case 'policy':
      return activated(policies[one.number] ?? policies[0] ?? expect.unreachable(), received);
  }
};

const logOf = (entries: readonly Entry[]): TouchChange[] => {
  let clock = START;
  return [...entries, { kind: 'tick' as const, after: 200 * DAY }].map((one) => {
    clock += one.after;
    return changeOf(one, clock);
  });
};

/** Bytes of all transitions and history rows by what identifies them, and, of each account, its last current row. */
const published = (driver: Driver) => {
  const found = new Map<string, string>();
  const keep = (key: string, bytes: Buffer): void => {
    const text = bytes.toString('base64');
    expect(found.get(key) ?? text, key).toBe(text);
    found.set(key, text);
  };
  for (const row of driver.read(topics.intensityTransitions)) {
    keep(`transition ${row.accountId} ${row.sequence}`, transitionCodec.encode(row));
  }
  const chunks = driver.read(topics.intensityHistory);
  for (const row of [...driver.read(topics.intensityScores), ...chunks.flatMap(scoresOfChunk)]) {
    if (row.point === 'current') continue;
    keep(`row ${row.accountId} ${row.validAt} ${row.offset} ${row.step}`, scoreCodec.encode(row));
  }
  return [...found].sort();
};

/** An account without a row, and one whose row says nothing, are the same to a reader. */
const current = (driver: Driver) => {
  const rows = new Map(
    driver
      .read(topics.intensityScores)
      .filter(({ point }) => point === 'current')
      .map((row) => [row.accountId, row]),
  );
  return [...rows.values()]
    .filter(({ windows, sequence }) => sequence > 0 || windows.some(({ touches }) => touches > 0))
    .map(({ accountId, score, windows, sequence, contributions, engagedSince }) => {
      return { accountId, score, windows, sequence, contributions, engagedSince };
    })
    .sort((left, right) => (left.accountId < right.accountId ? -1 : 1));
};

/** What happens to the state between two records. */
type Disturbance = 'flush' | 'reload' | 'restart' | 'restart behind';

const disturb = (driver: Driver, disturbance: Disturbance, position: { offset: number; flushed: number }): number => {
  const next = position.offset + 1;
  switch (disturbance) {
    case 'flush':
      driver.flush();
      return next;
    case 'reload':
      driver.reload();
      return position.flushed;
    case 'restart':
      driver.flush();
      driver.restart(0, { committed: next });
      return next;
    case 'restart behind':
      // the last flush is committed; what came since, or was flushed and not committed, is processed again
      driver.restart(0, { committed: position.flushed });
      return position.flushed;
  }
};

describe('the same log', () => {
  it('gives byte-identical transitions and history rows, and the same current rows, under any flushes, restarts and snapshots', () => {
    const disturbances = fc.array(
      fc.option(fc.constantFrom<Disturbance>('flush', 'reload', 'restart', 'restart behind'), { freq: 3 }),
      { minLength: 60, maxLength: 60 },
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 50, size: 'max' }), disturbances, (entries, between) => {
        const log = logOf(entries);
        const calm = driverWith(policies[0]);
        for (const value of log) calm.pipe({ value });
        calm.flush();

        const disturbed = driverWith(policies[0]);
        let flushed = 0;
        log.forEach((value, index) => {
          const offset = disturbed.pipe({ value });
          const disturbance = between[index];
          if (disturbance) flushed = disturb(disturbed, disturbance, { offset, flushed });
        });
        disturbed.flush();
        expect(published(disturbed)).toEqual(published(calm));
        expect(current(disturbed)).toEqual(current(calm));
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: 60_000 + 200 * RUNS, markInterruptAsFailure: true },
    );
  }, 1_800_000);
});
