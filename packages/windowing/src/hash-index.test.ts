import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashIndex } from './hash-index.ts';
import { NONE } from './words.ts';

const RUNS = Number(process.env['GROUNDSWELL_PROPERTY_RUNS'] ?? 250);

/** Things numbered by themselves, whose hash is chosen by the test. */
const thingsHashed = (hashOf: (index: number) => number) => {
  const things = { sought: 0, hashOf, isSought: (index: number) => index === things.sought };
  const index = new HashIndex(things);
  const find = (thing: number): number => {
    things.sought = thing;
    return index.find(hashOf(thing));
  };
  return { index, find };
};

describe('the hash index', () => {
  it.each([
    ['spread', (index: number) => Math.imul(index + 1, 0x9e3779b1) >>> 0],
    ['all equal', () => 0xffffffff],
    ['few and high', (index: number) => (0xfffffff0 + (index % 4)) >>> 0],
  ])('finds what is in and nothing else, through growth, shrinking and renumbering: hashes %s', (_, hashOf) => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 120 }), { maxLength: 400, size: 'max' }), (toggles) => {
        const { index, find } = thingsHashed(hashOf);
        const held = new Set<number>();
        for (const thing of toggles) {
          if (held.delete(thing)) {
            index.remove(hashOf(thing), thing);
          } else {
            held.add(thing);
            // in under another number first, which must not matter
            index.add(hashOf(thing), thing + 1000);
            index.renumber(hashOf(thing), thing + 1000, thing);
          }
        }
        for (let thing = 0; thing <= 120; thing += 1) expect(find(thing)).toBe(held.has(thing) ? thing : NONE);
        for (const thing of held) index.remove(hashOf(thing), thing);
        expect([find(0), index.bytes]).toEqual([NONE, 64]);
      }),
      { numRuns: Math.ceil(RUNS / 5), seed: 4 },
    );
  });

  it('looks no further than the chunk of a hash once nothing of it lies beyond any more', () => {
    const inFirst = 5;
    const inSecond = 0xffffff00 + 5;
    let asked = 0;
    const index = new HashIndex({
      hashOf: (thing) => (thing < 100 ? inFirst : inSecond),
      isSought: () => {
        asked += 1;
        return false;
      },
    });
    for (let thing = 0; thing < 20; thing += 1) index.add(inFirst, thing);
    for (let thing = 100; thing < 105; thing += 1) index.add(inSecond, thing);
    asked = 0;
    index.find(inFirst);
    expect(asked).toBe(25);
    for (let thing = 15; thing < 20; thing += 1) index.remove(inFirst, thing);
    asked = 0;
    index.find(inFirst);
    expect(asked).toBe(15);
  });

  it('takes at most 7 bytes an entry once it has grown', () => {
    const hashOf = (index: number): number => Math.imul(index + 1, 0x9e3779b1) >>> 0;
    const { index } = thingsHashed(hashOf);
    for (let thing = 0; thing < 20_000; thing += 1) {
      index.add(hashOf(thing), thing);
      if (thing > 200) expect(index.bytes / (thing + 1)).toBeLessThanOrEqual(7);
    }
  });

  it('refuses a number that does not fit, and to remove what is not there', () => {
    const { index } = thingsHashed(() => 0);
    expect(() => index.add(0, 2 ** 26 - 1)).toThrow(/numbers below 67108863/);
    expect(() => index.remove(0, 5)).toThrow('number 5 is not in the index');
  });
});
