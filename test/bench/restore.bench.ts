import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningService } from '@groundswell/infra';
import { startBenchStack } from './bench-stack.ts';
import { type Benchmark, type BenchmarkRun, type Figure, wholeOption } from './benchmark.ts';
import { processTouches } from './intensity-over-log.ts';
import { prefillTouches } from './prefilled-touches.ts';
import { cpuSecondsOf, peakRssMbOf } from './process-usage.ts';
import { metricOf } from './service-over-log.ts';

const NAMESPACE = 'bench-restore';

/** Starts the stopped service again; the time is that from its start until it says that it is ready. */
const restart = async (service: RunningService, name: string, touches: number): Promise<Figure> => {
  const began = performance.now();
  await service.restart();
  const seconds = (performance.now() - began) / 1000;
  const [cpuSeconds, peakRssMb] = await Promise.all([cpuSecondsOf(service.pid), peakRssMbOf(service.pid)]);
  // Says whether a snapshot was taken up at all: one that cannot be used is replaced by the log in silence.
  const recordsRead = await metricOf(service.httpUrl, 'groundswell_records_total');
  return { case: name, n: touches, seconds, cpuSeconds, peakRssMb, recordsRead };
};

async function* run(of: BenchmarkRun): AsyncIterable<Figure> {
  const touches = wholeOption(of, 'touches');
  const bench = await startBenchStack(of);
  const stateDir = join(bench.folder, 'state');
  try {
    await bench.without('clickhouse');
    const contracts = await bench.contracts(NAMESPACE);
    await prefillTouches(bench, { contracts, touches, policy: of.options['policy'] ?? 'plain' }, of);
    const place = { namespace: NAMESPACE, contracts };
    const { service } = await processTouches(bench, place, { GROUNDSWELL_STATE_DIR: stateDir });
    for (let round = 0; round < wholeOption(of, 'rounds'); round++) {
      await service.stop();
      const snapshots = await readdir(stateDir, { recursive: true }).catch(() => []);
      if (snapshots.length > 0) yield await restart(service, 'from a snapshot', touches);
      else of.say('no snapshot was left behind: only the log is measured');
      await service.stop();
      await rm(stateDir, { recursive: true, force: true });
      yield await restart(service, 'from the log', touches);
    }
  } finally {
    await bench.stop();
  }
}

export const benchmark: Benchmark = {
  summary: 'account-intensity started anew on a log it has processed: from its start until it is ready',
  options: { touches: '1000000', rounds: '1', policy: 'plain' },
  run,
};
