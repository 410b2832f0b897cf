import { describe, expect, it } from 'vitest';
import { Durations } from './durations.ts';
import { createMetrics } from './metrics.ts';

describe('durations', () => {
  it('count every record in the buckets of a histogram once it has ended', async () => {
    const metrics = createMetrics('test');
    const durations = new Durations(metrics, 'freshness_seconds', 'how long');
    for (let n = 0; n < 3_000; n++) durations.begin(1_000);
    durations.begin(990);
    const ended = durations.cut();
    durations.begin(1_002);
    ended(1_004);
    durations.cut()(61_002);
    const text = await metrics.registry.metrics();
    const value = (series: string): number => {
      const line = text.split('\n').find((one) => one.startsWith(`groundswell_freshness_seconds_${series}`));
      return Number(line?.split(' ').at(-1));
    };
    expect(value('bucket{le="0.005"')).toBe(3_000);
    expect(value('bucket{le="0.025"')).toBe(3_001);
    expect(value('bucket{le="60"')).toBe(3_002);
    expect(value('bucket{le="+Inf"')).toBe(3_002);
    expect(value('count')).toBe(3_002);
    expect(value('sum')).toBeCloseTo(3_000 * 0.004 + 0.014 + 60);
  });

  it('forget what is not waited for any more', () => {
    const durations = new Durations(createMetrics('test'), 'freshness_seconds', 'how long');
    durations.begin(1);
    durations.clear();
    expect(() => durations.cut()(5)).not.toThrow();
  });
});
