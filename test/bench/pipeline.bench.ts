import { join, resolve } from 'node:path';
import { type BenchStack, startBenchStack } from './bench-stack.ts';
import { type Benchmark, type BenchmarkRun, type Figure, listOption, wholeOption } from './benchmark.ts';
import { runIntensity } from './intensity-over-log.ts';
import { prefillTouches } from './prefilled-touches.ts';
import { wholePath } from './whole-path.ts';

/** What runs over the log per case: the product, or a main.ts of its own. */
const logCases: Readonly<Record<string, { readonly main?: string }>> = {
  coalesced: {},
  'every-touch': { main: join(import.meta.dirname, 'every-touch.ts') },
};

const overLog = async (bench: BenchStack, of: BenchmarkRun, name: string): Promise<Figure> => {
  const touches = wholeOption(of, 'touches');
  const policy = of.options['policy'] ?? 'plain';
  const namespace = `bench-${name}`;
  const contracts = await bench.contracts(namespace);
  await prefillTouches(bench, { contracts, touches, policy }, of);
  await bench.without('clickhouse');
  const profile = of.options['profile'] ?? '';
  const profiling = profile === '' ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(profile)}` };
  const result = await runIntensity(bench, { namespace, contracts, ...logCases[name] }, profiling);
  return { case: name, n: touches, ...result, policy };
};

async function* run(of: BenchmarkRun): AsyncIterable<Figure> {
  const cases = listOption(of, 'case');
  const known = [...Object.keys(logCases), 'whole'];
  const unknown = cases.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--case ${unknown}: there are ${known.join(', ')}`);
  for (const name of cases) {
    const bench = await startBenchStack(of);
    try {
      if (name === 'whole') yield* wholePath(bench, of);
      else yield await overLog(bench, of, name);
    } finally {
      await bench.stop();
    }
  }
}

export const benchmark: Benchmark = {
  summary:
    'coalesced: a prefilled topic `touches` → account-intensity → its topics, until all is flushed and committed; every-touch: the same, the current row at every touch; whole: HTTP → intake → … → ClickHouse',
  options: {
    case: 'coalesced',
    touches: '1000000',
    policy: 'plain',
    profile: '',
    seconds: '60',
    rate: '0',
    lanes: '8',
    batch: '500',
  },
  run,
};
