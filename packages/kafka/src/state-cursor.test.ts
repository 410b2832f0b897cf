import { beforeEach, describe, expect, it } from 'vitest';
import { StateCursor } from './state-cursor.ts';

describe('how far an owner knows a state topic', () => {
  let cursor: StateCursor;

  beforeEach(() => {
    cursor = new StateCursor();
    cursor.knowsThrough(10);
  });

  it('goes on with what it writes itself', () => {
    cursor.wrote(10, 3);
    cursor.wrote(13, 1);
    expect([cursor.next, cursor.gapEnd]).toEqual([14, null]);
  });

  it('stands where somebody else wrote in between, until that was read', () => {
    cursor.wrote(12, 3);
    cursor.wrote(16, 1);
    expect([cursor.next, cursor.gapEnd]).toEqual([10, 17]);
    expect([11, 12, 14, 15, 16].map((offset) => cursor.isOwn(offset))).toEqual([false, true, true, false, true]);
    cursor.knowsThrough(12);
    expect([cursor.next, cursor.gapEnd]).toEqual([15, 17]);
    cursor.knowsThrough(17);
    expect([cursor.next, cursor.gapEnd]).toEqual([17, null]);
  });

  it('remembers what it wrote in one piece above a gap as one piece, however long the gap stays', () => {
    cursor.wrote(12, 1);
    const piece = cursor.pieces;
    for (let offset = 13; offset < 1_000; offset += 1) cursor.wrote(offset, 1);
    expect([piece, cursor.pieces]).toEqual([1, 1]);
    expect([11, 12, 999, 1_000].map((offset) => cursor.isOwn(offset))).toEqual([false, true, true, false]);
    cursor.knowsThrough(12);
    expect([cursor.next, cursor.gapEnd]).toEqual([1_000, null]);
  });

  it('takes no place from a broker that does not say where it wrote', () => {
    cursor.wrote(-1, 3);
    expect([cursor.next, cursor.gapEnd]).toEqual([10, null]);
    cursor.wrote(13, 1);
    expect(cursor.gapEnd).toBe(14);
  });
});
