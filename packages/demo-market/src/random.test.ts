import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

const draws = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

describe('the source of chance', () => {
  it('repeats itself for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => {
        expect(draws(new Random(seed), 20)).toEqual(draws(new Random(seed), 20));
      }),
    );
  });

  it('has a stream per label that draws of others do not move', () => {
    const parent = new Random(5);
    const before = draws(parent.fork('stories'), 5);
    draws(parent, 100);
    expect(draws(parent.fork('stories'), 5)).toEqual(before);
    expect(draws(parent.fork('delivery'), 5)).not.toEqual(before);
  });

  it('is uniform: tenths of the range are drawn equally often', () => {
    const tenths = new Array<number>(10).fill(0);
    for (const draw of draws(new Random(9), 20_000))
      tenths[Math.floor(draw * 10)] = (tenths[Math.floor(draw * 10)] ?? 0) + 1;
    for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });

  it('stays inside the bounds asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.integer({ min: -50, max: 50 }),
        fc.nat(50),
        (seed, low, span) => {
          const drawn = new Random(seed).int(low, low + span);
          expect(drawn).toBeGreaterThanOrEqual(low);
          expect(drawn).toBeLessThanOrEqual(low + span);
        },
      ),
    );
  });

  it('shuffles without losing or inventing anything', () => {
    const items = Array.from({ length: 50 }, (_, index) => index);
    const shuffled = new Random(3).shuffled(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });

  it('picks by weight, and never what weighs nothing', () => {
    const random = new Random(4);
    const picks = Array.from({ length: 4_000 }, () =>
      random.weighted([
        ['often', 3],
        ['seldom', 1],
        ['never', 0],
      ]),
    );
    const often = picks.filter((pick) => pick === 'often').length;
    expect(Math.abs(often - 3_000)).toBeLessThan(150);
    expect(picks).not.toContain('never');
  });
});
