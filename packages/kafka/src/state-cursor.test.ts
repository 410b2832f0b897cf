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

  it('takes no place from a broker that does not say where it wrote', () => {
    cursor.wrote(-1, 3);
    expect([cursor.next, cursor.gapEnd]).toEqual([10, null]);
    cursor.wrote(13, 1);
    expect(cursor.gapEnd).toBe(14);
  });
});
