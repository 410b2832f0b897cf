import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplayClock } from './replay-clock.ts';

describe('ReplayClock', () => {
  it('waits with an instant until a later record shows that it is complete', () => {
    const clock = new ReplayClock();
    clock.acknowledge(10);
    clock.acknowledge(10);
    expect(clock.due()).toBeNull();
    clock.acknowledge(12);
    expect(clock.due()).toBe(10);
  });

  it('does not tick twice to one instant', () => {
    const clock = new ReplayClock();
    clock.acknowledge(10);
    clock.acknowledge(11);
    clock.ticked(10);
    clock.acknowledge(11);
    expect(clock.due()).toBeNull();
  });

  it('ends at the last record, or at the instant it is told', () => {
    const clock = new ReplayClock();
    expect(clock.final(null)).toBeNull();
    expect(clock.final(7)).toBe(7);
    clock.acknowledge(10);
    expect(clock.final(null)).toBe(10);
    expect(clock.final(20)).toBe(20);
  });

  it('never promises an instant that a later record of the sequence still has', () => {
    const sorted = fc.array(fc.nat(20)).map((values) => values.sort((a, b) => a - b));
    fc.assert(
      fc.property(sorted, (received) => {
        const clock = new ReplayClock();
        received.forEach((instant, index) => {
          clock.acknowledge(instant);
          const due = clock.due();
          if (due === null) return;
          expect(due).toBeLessThan(received[index + 1] ?? Number.POSITIVE_INFINITY);
          clock.ticked(due);
        });
      }),
    );
  });
});
