import { describe, expect, it } from 'vitest';
import { inSlices } from './in-slices.ts';

/** Pieces that take a millisecond each. */
const slowly = function* (pieces: number): Generator<undefined, string, undefined> {
  for (let piece = 0; piece < pieces; piece += 1) {
    const until = performance.now() + 1;
    while (performance.now() < until);
    yield;
  }
  return 'done';
};

describe('work in slices', () => {
  it('lets everything else come in between, and two such works go on side by side', async () => {
    let turns = 0;
    const others = setInterval(() => {
      turns += 1;
    }, 1);
    expect(await Promise.all([inSlices(slowly(60)), inSlices(slowly(60))])).toEqual(['done', 'done']);
    clearInterval(others);
    expect(turns).toBeGreaterThan(3);
  });

  it('hands on what the work throws', async () => {
    const failing = function* (): Generator<undefined, never, undefined> {
      yield;
      throw new Error('half way');
    };
    await expect(inSlices(failing())).rejects.toThrow('half way');
  });
});
