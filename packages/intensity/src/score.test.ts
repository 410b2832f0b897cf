import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, ScoreSheet, type ScoreSource, type ScoreTables } from './score.ts';

const tables: ScoreTables = {
  weights: new Map([
    ['form_fill', 1000],
    ['page_view', 100],
  ]),
  decay: Array.from({ length: 92 }, (_, days) => Math.round(65_536 * 2 ** (-days / 14))),
  fades: true,
  breadth: { halfSaturation: 6000, people: 800, products: 400, roles: 300, channels: 200 },
};

type Touches = readonly (readonly [day: number, type: string, count: number])[];

interface Given {
  readonly touches: Touches;
  readonly people: number;
}

const input = (touches: Touches, people = 1): Given => ({ touches, people });

/** What a window store would say of these touches. */
const sourceOf = ({ touches, people }: Given): ScoreSource => {
  const types = [...new Set(touches.map(([, of]) => of))].sort();
  return {
    types,
    measure: (_, { today, decay }, { windows, counts, decayed }) => {
      windows.set([touches.length, people, 1, 1, 1]);
      counts.fill(0);
      decayed.fill(0);
      for (const [day, type, count] of touches) {
        const at = types.indexOf(type);
        counts[at] = (counts[at] ?? 0) + count;
        decayed[at] = (decayed[at] ?? 0) + count * (decay[today - day] ?? 0);
      }
    },
  };
};

/** What the score is made of, in canonical order; points sum to it. */
const contributionsOf = ({ components, parts, counts, points }: ScoreSheet) =>
  components.flatMap((component, at) =>
    parts[at] === 1 ? [{ component, count: counts[at] ?? 0, points: points[at] ?? 0 }] : [],
  );

const scoreOf = (rule: ScoreTables, given: Given, instant: number) => {
  const sheet = new ScoreSheet();
  sheet.compute(rule, sourceOf(given), { account: 0, instant, windows: 1, levelWindow: 0 });
  return { score: sheet.score, contributions: contributionsOf(sheet) };
};

describe('score', () => {
  it('is 0 without contributions when nothing counts', () => {
    expect(scoreOf(tables, input([]), 0)).toEqual({ score: 0, contributions: [] });
  });

  it('is half of 100 at the half saturation', () => {
    expect(scoreOf(tables, input([[0, 'form_fill', 6]]), 0).score).toBe(5000);
  });

  it('counts a touch half after one half-life, by whole UTC days', () => {
    const now = scoreOf(tables, input([[0, 'form_fill', 12]]), 14 * DAY_MS).score;
    expect(now).toBe(5000);
    expect(scoreOf(tables, input([[0, 'form_fill', 12]]), 15 * DAY_MS - 1).score).toBe(now);
    expect(scoreOf(tables, input([[0, 'form_fill', 12]]), 15 * DAY_MS).score).toBeLessThan(now);
  });

  it('gives nothing for the first person and points for each further one', () => {
    const alone = scoreOf(tables, input([[0, 'page_view', 5]], 1), 0);
    const three = scoreOf(tables, input([[0, 'page_view', 5]], 3), 0);
    expect(alone.contributions.map(({ component }) => component)).toEqual(['type:page_view']);
    expect(three.contributions.find(({ component }) => component === 'people')).toMatchObject({ count: 3 });
    expect(three.score).toBeGreaterThan(alone.score);
  });

  it('equals the sum of its contributions, whatever the order the touches come in', () => {
    const touch = fc.tuple(
      fc.integer({ min: 0, max: 90 }),
      fc.constantFrom('form_fill', 'page_view', 'unknown'),
      fc.integer({ min: 1, max: 1_000 }),
    );
    fc.assert(
      fc.property(fc.array(touch), fc.integer({ min: 0, max: 40 }), (touches, people) => {
        const scored = scoreOf(tables, input(touches, people), 90 * DAY_MS);
        expect(scored.contributions.reduce((sum, { points }) => sum + points, 0)).toBe(scored.score);
        expect(scored.score).toBeGreaterThanOrEqual(0);
        expect(scored.score).toBeLessThan(10_000);
        expect(scoreOf(tables, input([...touches].reverse(), people), 90 * DAY_MS)).toEqual(scored);
      }),
    );
  });
});
