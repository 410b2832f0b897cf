import { describe, expect, it } from 'vitest';
import { probesPlan } from './load-plan.ts';

describe('the plan of a load with probes', () => {
  const RATE = 500;
  const plan = probesPlan('t', RATE);
  const indexes = Array.from({ length: 20 * RATE }, (_, index) => index);

  it('sends four touches by two people, and the fifth seconds later', () => {
    const sent = new Map<string, { index: number; person: number }[]>();
    for (const index of indexes) {
      const { account, person } = plan.touchAt(index);
      if (account.startsWith('probe-')) sent.set(account, [...(sent.get(account) ?? []), { index, person }]);
    }
    const triggers = indexes.filter((index) => plan.triggeredAt(index) !== undefined);
    expect(triggers.length).toBeGreaterThan(100);
    for (const index of triggers) {
      const touches = sent.get(plan.triggeredAt(index) ?? '') ?? [];
      expect(touches.map((touch) => touch.index).at(-1)).toBe(index);
      expect(touches.length).toBe(5);
      expect(new Set(touches.map(({ person }) => person)).size).toBe(2);
      expect((index - (touches[3]?.index ?? index)) / RATE).toBeGreaterThanOrEqual(2.8);
    }
  });

  it('makes no account engaged twice', () => {
    const accounts = indexes.flatMap((index) => plan.triggeredAt(index) ?? []);
    expect(new Set(accounts).size).toBe(accounts.length);
  });
});
