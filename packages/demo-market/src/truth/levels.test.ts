import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../instants.ts';
import type { CountedTouch, Identity } from './judge.ts';
import { expectedLevels } from './levels.ts';
import { plainRules } from './rules.ts';

const day = (days: number): number => days * DAY_MS;
const email = (name: string): Identity => ({ kind: 'email', email: `${name}@a.example` });

const touch = (receivedDay: number, fields: Partial<CountedTouch> = {}): CountedTouch => ({
  accountDomain: 'a.example',
  received: day(receivedDay),
  effective: day(receivedDay),
  until: Number.POSITIVE_INFINITY,
  source: 'segment',
  product: 'platform',
  identity: email('ada'),
  ...fields,
});
const fiveBy = (...identities: Identity[]): CountedTouch[] =>
  [1, 2, 3, 4, 5].map((at) => touch(at, { identity: identities[(at - 1) % identities.length] ?? email('ada') }));

describe('expected levels', () => {
  it('enter at the fifth touch, and high intensity with it when two people stand behind the five', () => {
    const { transitions } = expectedLevels(fiveBy(email('ada'), email('bo')), plainRules, day(6));
    expect(transitions.map(({ level, kind, at }) => [level, kind, at])).toEqual([
      ['engaged', 'enter', day(5)],
      ['high-intensity', 'enter', day(5)],
    ]);
  });

  it('are left thirty days after the first of five, to the millisecond, without any touch', () => {
    const levels = expectedLevels(fiveBy(email('ada'), email('bo')), plainRules, day(40));
    expect(levels.engagedSince).toBeNull();
    expect(levels.transitions.slice(2).map(({ kind, at, cause }) => [kind, at, cause])).toEqual([
      ['leave', day(31), 'expiry'],
      ['leave', day(31), 'expiry'],
    ]);
  });

  it('do not know a late touch before it is received', () => {
    const late = touch(9, { effective: day(2), identity: email('bo') });
    const levels = expectedLevels([...fiveBy(email('ada')), late], plainRules, day(10));
    expect(levels.engagedSince).toBe(day(5));
    expect(levels.highIntensitySince).toBe(day(9));
  });

  it('see nothing in a touch that arrives outside the window', () => {
    const levels = expectedLevels([touch(40, { effective: day(9) })], plainRules, day(41));
    expect(levels.window30.touches).toBe(0);
    expect(levels.window90.touches).toBe(1);
  });

  it('count an unlinked id beside an address of the same source as that person', () => {
    const levels = expectedLevels(fiveBy(email('ada'), { kind: 'source_id', id: 'u1' }), plainRules, day(6));
    expect(levels.window30.people).toBe(1);
  });

  it('count a second unlinked id, and one of a source that knows no address, as a person', () => {
    const two = fiveBy(email('ada'), { kind: 'source_id', id: 'u1' }, { kind: 'source_id', id: 'u2' });
    expect(expectedLevels(two, plainRules, day(6)).window30.people).toBe(2);
    const elsewhere = [
      ...fiveBy(email('ada')),
      touch(5.5, { source: 'hubspot', identity: { kind: 'source_id', id: 'h1' } }),
    ];
    expect(expectedLevels(elsewhere, plainRules, day(6)).window30.people).toBe(2);
  });

  it('count a shared mailbox as nobody', () => {
    const levels = expectedLevels(fiveBy({ kind: 'shared_mailbox' }), plainRules, day(6));
    expect(levels.window30).toMatchObject({ touches: 5, people: 0 });
    expect(levels.engagedSince).toBe(day(5));
  });

  it('stay, under hysteresis, until the lower thresholds are undercut', () => {
    const rules = { ...plainRules, engaged: { enterTouches: 5, leaveTouches: 3 } };
    const levels = expectedLevels(fiveBy(email('ada')), rules, day(40));
    expect(levels.transitions.at(-1)).toMatchObject({ kind: 'leave', at: day(33), touches_30d: 2 });
  });

  it('are left in the instant in which a touch turns out to be a machine’s', () => {
    const [first, ...others] = fiveBy(email('ada'), email('bo'));
    const revealed = first ? [{ ...first, until: day(7) }, ...others] : [];
    const { transitions, engagedSince } = expectedLevels(revealed, plainRules, day(8));
    expect(engagedSince).toBeNull();
    expect(transitions.slice(2).map(({ kind, at, cause }) => [kind, at, cause])).toEqual([
      ['leave', day(7), 'correction'],
      ['leave', day(7), 'correction'],
    ]);
  });

  it('renew when a touch arrives after the renewal time at the level', () => {
    const weekly = Array.from({ length: 30 }, (_, index) => touch(1 + index * 3));
    const { transitions } = expectedLevels(weekly, { ...plainRules, renewAfterMs: day(30) }, day(88));
    expect(transitions.map(({ kind, at }) => [kind, at / DAY_MS])).toEqual([
      ['enter', 13],
      ['renew', 43],
      ['renew', 73],
    ]);
  });

  it('are not renewed by a touch that arrives too late for the thirty days', () => {
    const weekly = Array.from({ length: 12 }, (_, index) => touch(40 + index * 3));
    const late = touch(75, { effective: day(40) });
    const rules = { ...plainRules, renewAfterMs: day(20) };
    const { transitions } = expectedLevels([...weekly, late, touch(76)], rules, day(77));
    expect(transitions.map(({ kind, at }) => [kind, at / DAY_MS])).toEqual([
      ['enter', 52],
      ['renew', 73],
    ]);
    const again = expectedLevels([...weekly.slice(0, 7), late, touch(76)], rules, day(77));
    expect(again.transitions.at(-1)).toMatchObject({ kind: 'renew', at: day(76) });
  });
});
