import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timers } from './timers.ts';

/** Accounts whose ids sort against their numbers. */
const reversed = (): Timers => new Timers((left, right) => left > right);

const drain = (timers: Timers, until: number): { account: number; instant: number }[] => {
  const found: { account: number; instant: number }[] = [];
  for (let account = timers.due(until); account !== -1; account = timers.due(until)) {
    found.push({ account, instant: timers.peek() });
    timers.schedule(account, Number.POSITIVE_INFINITY);
  }
  return found;
};

describe('timers', () => {
  it('come up in (instant, account id) order, each account once, at the instant given last', () => {
    const instant = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(Number.POSITIVE_INFINITY));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), instant)), (entries) => {
        const timers = reversed();
        for (const [account, at] of entries) timers.schedule(account, at);
        const expected = [...new Map(entries)]
          .filter(([, at]) => Number.isFinite(at))
          .map(([account, at]) => ({ account, instant: at }))
          .sort((left, right) => left.instant - right.instant || right.account - left.account);
        expect(drain(timers, 20)).toEqual(expected);
        expect(timers.peek()).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });

  it('leave alone what is not due yet', () => {
    const timers = reversed();
    timers.schedule(7, 10);
    expect(timers.due(9)).toBe(-1);
    expect(timers.due(10)).toBe(7);
    expect(timers.peek()).toBe(10);
  });
});
