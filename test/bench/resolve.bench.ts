import { type Benchmark, type BenchmarkRun, type Figure, listOption, wholeOption } from './benchmark.ts';
import { resolveInMemory } from './resolve-in-memory.ts';
import { resolveOnStack } from './resolve-on-stack.ts';

async function* figures(of: BenchmarkRun): AsyncIterable<Figure> {
  const size = { people: wholeOption(of, 'people'), accounts: wholeOption(of, 'accounts') };
  const run = { ...size, touches: wholeOption(of, 'touches'), say: of.say };
  const cases = listOption(of, 'case');
  if (cases.includes('memory')) yield* resolveInMemory(run);
  if (cases.includes('stack')) yield* resolveOnStack(run);
}

export const benchmark: Benchmark = {
  summary: 'raw touches → account-resolver → decided touches, beside a pass-through of the same records',
  options: { case: 'memory,stack', people: '1000000', accounts: '200000', touches: '300000' },
  run: figures,
};
