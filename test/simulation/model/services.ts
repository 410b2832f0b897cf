import { IntensityProcessor } from '@groundswell/intensity';
import { deterministicId, ProcessorRuntime } from '@groundswell/kafka';
import { AccountResolver } from '@groundswell/resolution';
import { createRouter } from '@groundswell/routing';
import { createLogger, createMetrics, type Metrics } from '@groundswell/service';
import type { Processor } from '@groundswell/stream';
import { contracts } from './contracts.ts';
import { openModelTables } from './global-tables.ts';
import type { Host, Running } from './host.ts';
import { routingContext } from './sources.ts';

const logger = createLogger({ serviceName: 'simulation', logLevel: 'silent' });

/** One set of metrics for all runs: nobody looks at it, and a name can be registered once only. */
const sharedMetrics = (): Metrics => {
  const made = createMetrics('simulation');
  const known = new Map<string, unknown>();
  const once = <Made>(name: string, make: () => Made): Made => {
    if (!known.has(name)) known.set(name, make());
    return known.get(name) as Made;
  };
  return {
    registry: made.registry,
    counter: (name, help, labels) => once(name, () => made.counter(name, help, labels)),
    gauge: (name, help, labels) => once(name, () => made.gauge(name, help, labels)),
    histogram: (name, help, options) => once(name, () => made.histogram(name, help, options)),
  };
};
const metrics = sharedMetrics();

/** What a busy service meets after thousands of records, after a few. */
const tightLimits = {
  coalesceBehindMs: 300,
  behindRecords: 3,
  flushRecords: 4,
  maxBuffered: 6,
  heartbeatEvery: 2,
  heartbeatMs: 40,
  drainMs: 400,
} as const;

const runtimeOf = <Value, State>(processor: Processor<Value, State>, host: Host): Running => {
  const { broker, wall, snapshots, onCrash, isTight } = host;
  const limits = isTight ? tightLimits : {};
  const surroundings = { broker, contracts, namespace: '', logger, metrics, onCrash, wall, snapshots, limits };
  return new ProcessorRuntime({ processor, ...surroundings });
};

/** account-intensity as its service composes it. */
export const startIntensity = (host: Host): Running => {
  const processor = new IntensityProcessor({ generation: 1, deterministicId });
  return runtimeOf(host.tampering.intensity?.(processor) ?? processor, host);
};

/** account-resolver as its service composes it. */
export const startResolver = (host: Host): Running => {
  const tables = openModelTables(host);
  const resolver = new AccountResolver({
    ...tables.known,
    readCorrections: tables.readCorrections,
    observer: {
      decided: () => undefined,
      duplicate: () => undefined,
      repeated: () => undefined,
      corrected: () => undefined,
      rejected: () => undefined,
    },
  });
  const runtime = runtimeOf(host.tampering.resolver?.(resolver) ?? resolver, host);
  return {
    start: async () => {
      await tables.start();
      await runtime.start();
    },
    ready: () => runtime.ready(),
    stop: () => runtime.stop(),
  };
};

/** router as its service composes it. */
export const startRouter = (host: Host): Running =>
  runtimeOf(createRouter({ ...routingContext, onDecision: () => undefined }), host);
