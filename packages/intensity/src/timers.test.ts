import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timers } from './timers.ts';

describe('timers', () => {
  it('come up in (instant, account) order, each account once, at its earliest instant', () => {
    const schedule = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 0, max: 20 })));
    fc.assert(
      fc.property(schedule, (entries) => {
        const timers = new Timers();
        const earliest = new Map<string, number>();
        for (const [accountId, instant] of entries) {
          timers.schedule(accountId, instant);
          earliest.set(accountId, Math.min(instant, earliest.get(accountId) ?? instant));
        }
        const expected = [...earliest]
          .map(([accountId, instant]) => ({ accountId, instant }))
          .sort((x, y) => x.instant - y.instant || (x.accountId < y.accountId ? -1 : 1));
        const popped: { accountId: string; instant: number }[] = [];
        for (let timer = timers.popDue(20); timer; timer = timers.popDue(20)) popped.push(timer);
        expect(popped.map(({ accountId, instant }) => ({ accountId, instant }))).toEqual(expected);
        expect(timers.peek()).toBeUndefined();
      }),
    );
  });

  it('leave alone what is not due yet', () => {
    const timers = new Timers();
    timers.schedule('a', 10);
    expect(timers.popDue(9)).toBeUndefined();
    expect(timers.peek()).toBe(10);
  });
});
