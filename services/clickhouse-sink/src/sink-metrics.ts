import type { Metrics } from '@groundswell/service';

/** What the sink shows of itself. */
export const createSinkMetrics = (metrics: Metrics) => ({
  rows: metrics.counter('sink_rows_total', 'rows acknowledged by ClickHouse', ['table']),
  inserts: metrics.counter('sink_inserts_total', 'inserts acknowledged by ClickHouse', ['table']),
  retries: metrics.counter('sink_retries_total', 'attempts that failed and are made again', ['target']),
  deadLetters: metrics.counter('dead_letters_total', 'records that went to the dead letters', ['reason']),
  flushSeconds: metrics.histogram('sink_flush_seconds', 'from the first insert to the committed offsets', {
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
  }),
  freshSeconds: metrics.histogram('sink_fresh_seconds', 'from the broker taking a record to its rows being committed', {
    labels: ['topic'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600],
  }),
  lag: metrics.gauge('lag_records', 'records of a partition that are not written yet', ['topic', 'partition']),
});

export type SinkMetrics = ReturnType<typeof createSinkMetrics>;
