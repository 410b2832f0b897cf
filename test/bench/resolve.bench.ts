import { type Benchmark, type BenchmarkRun, type Figure, listOption, wholeOption } from './benchmark.ts';
import { resolveInMemory } from './resolve-in-memory.ts';

async function* run(of: BenchmarkRun): AsyncIterable<Figure> {
  const [people, accounts] = [wholeOption(of, 'people'), wholeOption(of, 'accounts')];
  const cases = listOption(of, 'case');
  if (cases.includes('memory'))
    yield* resolveInMemory({ people, accounts, touches: wholeOption(of, 'touches'), say: of.say });
}

export const benchmark: Benchmark = {
  summary: 'raw touches → account-resolver → decided touches, beside a pass-through of the same records',
  options: { case: 'memory', people: '1000000', accounts: '200000', touches: '600000' },
  run,
};
