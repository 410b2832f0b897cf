import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

type Labels = readonly string[];

/** Prometheus metrics of one service; every name starts with groundswell_, every series carries the service. */
export interface Metrics {
  readonly registry: Registry;
  counter(name: string, help: string, labels?: Labels): Counter;
  gauge(name: string, help: string, labels?: Labels): Gauge;
  /** seconds, unless the name says otherwise */
  histogram(name: string, help: string, options?: { labels?: Labels; buckets?: number[] }): Histogram;
}

export const createMetrics = (serviceName: string): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service: serviceName });
  collectDefaultMetrics({ register: registry });
  const base = (name: string, help: string, labels: Labels) => ({
    name: `groundswell_${name}`,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  return {
    registry,
    counter: (name, help, labels = []) => new Counter(base(name, help, labels)),
    gauge: (name, help, labels = []) => new Gauge(base(name, help, labels)),
    histogram: (name, help, { labels = [], buckets } = {}) =>
      new Histogram({ ...base(name, help, labels), ...(buckets ? { buckets } : {}) }),
  };
};
