import { bothWays, correctedHistories } from '@groundswell/resolution/testing/histories';
import { type TouchChange, topics } from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drive, type Published, standings } from './standings.ts';

/** Histories run in the test suite; GROUNDSWELL_PROPERTY_RUNS=10000 for all that the product promises. */
const RUNS = Number(process.env['GROUNDSWELL_PROPERTY_RUNS'] ?? 500);
const DAY = 86_400_000;
/** Histories count in units: so long a one that touches expire within them. */
const UNIT = 3 * DAY;

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
    case 'MoveMark':
      return { change };
    default:
      return null;
  }
};

/** What was published, in the units of the windows; what controls an import is of no account. */
const inDays = (published: readonly Published[]): Published[] =>
  published.flatMap(({ value, ...place }) => {
    const change = scaled(value);
    return change ? [{ ...place, value: change }] : [];
  });

const lastReceived = (published: readonly Published[]): number =>
  published.reduce((last, { value: { change } }) => {
    return change.kind === 'TouchAsserted' ? Math.max(last, change.body.received) : last;
  }, 0);

describe('corrections of all kinds, in any order and with crashes in between', () => {
  it('end in the windows, scores, levels and last touches of a run in which the truth was known from the start', async () => {
    let corrections = 0;
    let atALevel = 0;
    let halfMoved = 0;
    await fc.assert(
      fc.asyncProperty(correctedHistories, async (history) => {
        const { corrected, truthFirst } = await bothWays(history);
        const until = (lastReceived(truthFirst.touches) + 1) * UNIT;
        const expected = standings(drive(inDays(truthFirst.touches), until));
        const driver = drive(inDays(corrected.touches), until);
        expect(standings(driver)).toEqual(expected);
        halfMoved += driver.read(topics.intensityTransitions).filter(({ duringMove }) => duringMove !== null).length;
        corrections += corrected.counts.corrections.length;
        if ([...expected.values()].some(({ level: [isEngaged] }) => isEngaged)) atALevel += 1;
      }),
      { numRuns: RUNS },
    );
    // Else it would have shown nothing.
    expect(corrections).toBeGreaterThan(RUNS);
    expect(atALevel).toBeGreaterThan(RUNS / 4);
    expect(halfMoved).toBeGreaterThan(RUNS / 20);
  }, 1_200_000);
});
