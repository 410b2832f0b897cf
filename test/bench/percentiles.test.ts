import { describe, expect, it } from 'vitest';
import { percentilesOf } from './percentiles.ts';

describe('percentiles', () => {
  it('are samples, whatever order they came in', () => {
    const samples = Array.from({ length: 1_000 }, (_, index) => ((index * 7) % 1_000) + 1);
    expect(percentilesOf(samples)).toEqual({ p50Ms: 500, p99Ms: 990, p999Ms: 999, maxMs: 1_000 });
  });

  it('of one sample are that sample', () => {
    expect(percentilesOf([3.5])).toEqual({ p50Ms: 3.5, p99Ms: 3.5, p999Ms: 3.5, maxMs: 3.5 });
  });

  it('of no sample are an error, not a number', () => {
    expect(() => percentilesOf([])).toThrow(RangeError);
  });
});
