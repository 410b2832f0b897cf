import { type Benchmark, type BenchmarkRun, type Figure, wholeOption } from './benchmark.ts';
import { type Batch, batchesOf, Core, decodeOnly } from './core.ts';
import { hot, mails, mixed, type Stream, standing } from './core-streams.ts';

/** Touches between two flushes: what a partition that is behind publishes at once. */
const BATCH = 100_000;
const cases: Readonly<Record<string, { readonly policy: string; readonly stream: (count: number) => Stream }>> = {
  plain: { policy: 'plain', stream: mixed },
  default: { policy: 'default', stream: mixed },
  'default, mails': { policy: 'default', stream: mails },
  'default, mails, no rules about machines': { policy: 'default without machines', stream: mails },
  'plain, no day closes': { policy: 'plain', stream: standing },
  'plain, one hot account': { policy: 'plain', stream: hot },
};

interface Spent {
  seconds: number;
  cpuSeconds: number;
}

const timed = (spent: Spent, work: () => void): void => {
  const cpu = process.cpuUsage();
  const start = performance.now();
  work();
  spent.seconds += (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  spent.cpuSeconds += (user + system) / 1e6;
};

const figureOf = (name: string, stream: Stream, policy: string): Figure => {
  const core = new Core(policy);
  const own: Spent = { seconds: 0, cpuSeconds: 0 };
  const flushes: Spent = { seconds: 0, cpuSeconds: 0 };
  const decoding: Spent = { seconds: 0, cpuSeconds: 0 };
  let n = 0;
  const take = (batch: Batch): void => {
    // side by side, batch by batch: what else the machine does weighs on both alike
    timed(decoding, () => decodeOnly(batch));
    timed(own, () => core.process(batch));
    timed(flushes, () => core.flush());
    n += batch.reduce((sum, records) => sum + records.length, 0);
  };
  for (const batch of batchesOf(stream, BATCH)) take(batch);
  const seconds = own.seconds + flushes.seconds;
  const cpuSeconds = own.cpuSeconds + flushes.cpuSeconds;
  return {
    case: name,
    n,
    seconds,
    cpuSeconds,
    flushCpuSeconds: flushes.cpuSeconds,
    ...core.encoder.counts,
    referenceOf: 'decoding alone, avsc, records per CPU second',
    reference: n / decoding.cpuSeconds,
    ratio: decoding.cpuSeconds / cpuSeconds,
  };
};

export const benchmark: Benchmark = {
  summary: 'in process: encoded touches → windows → score → encoded outputs; beside it only decoding the same records',
  options: { touches: '1000000', case: '' },
  async *run(run: BenchmarkRun) {
    const touches = wholeOption(run, 'touches');
    const chosen = run.options['case'] ?? '';
    for (const [name, { policy, stream }] of Object.entries(cases)) {
      if (chosen !== '' && chosen !== name) continue;
      run.say(`core: ${name}, ${touches} touches`);
      yield figureOf(name, stream(touches), policy);
    }
  },
};
