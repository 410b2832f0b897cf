import { startBenchStack } from './bench-stack.ts';
import { type Benchmark, type BenchmarkRun, type Figure, listOption, wholeOption } from './benchmark.ts';
import { runIntensity } from './intensity-over-log.ts';
import { prefillTouches } from './prefilled-touches.ts';

async function* run(of: BenchmarkRun): AsyncIterable<Figure> {
  const touches = wholeOption(of, 'touches');
  const cases = listOption(of, 'case');
  const bench = await startBenchStack(of);
  try {
    await bench.without('clickhouse');
    for (const name of cases) {
      const namespace = `bench-${name}`;
      const contracts = await bench.contracts(namespace);
      await prefillTouches(bench, { contracts, touches, policy: of.options['policy'] ?? 'plain' }, of);
      const result = await runIntensity(bench, { namespace, contracts });
      yield { case: name, n: touches, ...result, policy: of.options['policy'] };
    }
  } finally {
    await bench.stop();
  }
}

export const benchmark: Benchmark = {
  summary: 'a prefilled topic `touches` → account-intensity → its topics, until everything is flushed and committed',
  options: { touches: '1000000', case: 'coalesced', policy: 'plain' },
  run,
};
