import { Durations, type Metrics } from '@groundswell/service';

/** What every processor shows of itself. */
export const createRuntimeMetrics = (metrics: Metrics) => ({
  records: metrics.counter('records_total', 'records processed, restored ones included'),
  produced: metrics.counter('produced_total', 'records produced and acknowledged'),
  deadLetters: metrics.counter('dead_letters_total', 'records that went to the dead letters', ['reason']),
  lost: metrics.counter('lost_records_total', 'records that retention deleted before they were read'),
  ticks: metrics.counter('ticks_total', 'ticks appended to keep the clock going'),
  freshness: new Durations(
    metrics,
    'freshness_seconds',
    'per record, from its append to the input to the acknowledgement of all that came of it',
  ),
  lag: metrics.gauge('lag_records', 'records of the input not processed yet', ['partition']),
  flushSeconds: metrics.histogram('flush_seconds', 'from the first record sent to the last acknowledged', {
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  }),
});

export type RuntimeMetrics = ReturnType<typeof createRuntimeMetrics>;
