import { describe, expect, it } from 'vitest';
import { Throughput } from './throughput.ts';

describe('throughput', () => {
  it('is nothing before there is a span to measure', () => {
    const throughput = new Throughput();
    expect(throughput.perSecond).toBe(0);
    throughput.note(100, 1_000);
    expect(throughput.perSecond).toBe(0);
  });

  it('is what came in per second', () => {
    const throughput = new Throughput();
    throughput.note(0, 0);
    throughput.note(500, 1_000);
    throughput.note(3_000, 2_000);
    expect(throughput.perSecond).toBe(1_500);
  });

  it('forgets what is further back than the span', () => {
    const throughput = new Throughput(3_000);
    throughput.note(0, 0);
    for (let second = 1; second <= 10; second += 1) throughput.note(10_000 + second * 100, second * 1_000);
    expect(throughput.perSecond).toBe(100);
  });
});
