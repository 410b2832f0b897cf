/** p50, p99, p99.9 and the maximum of latencies, exact: every sample is kept and sorted. */
export interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

const at = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;

/** Of at least one sample. The percentile p is the smallest sample that p of all samples do not exceed. */
export const percentilesOf = (samples: readonly number[]): Percentiles => {
  if (samples.length === 0) throw new RangeError('percentiles of no sample');
  const sorted = Float64Array.from(samples).sort();
  return { p50Ms: at(sorted, 0.5), p99Ms: at(sorted, 0.99), p999Ms: at(sorted, 0.999), maxMs: at(sorted, 1) };
};
