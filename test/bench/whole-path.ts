import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchStack } from './bench-stack.ts';
import type { BenchmarkRun, Figure } from './benchmark.ts';
import { wholeOption } from './benchmark.ts';
import { LOAD_LEAD_MS, runLoad } from './load.ts';
import { startMeter } from './process-usage.ts';
import { ownCpuSeconds, type Process, startWholePipeline, type WholePipeline, watchMemory } from './whole-pipeline.ts';

const MEMORY_EVERY_MS = 5_000;

/** Resident MiB of a process after a tenth, a half and at the end of the load: flat when the last two are alike. */
const memoryCourse = (rows: readonly { rss: Record<string, number> }[], name: string): readonly number[] =>
  [0.1, 0.5, 1].map((share) => rows[Math.ceil(share * rows.length) - 1]?.rss[name] ?? 0);

/** Resolves when every record has gone all the way; `books` waits for that and then says whether they balance. */
const settled = async (whole: WholePipeline): Promise<void> => {
  await whole.groundswell('books', '--timeout', '600');
};

/**
 * HTTP → intake → resolver → intensity → router → ClickHouse, everything on this machine, the load generator included. The
 * time runs from the first touch until the last one has gone all the way. Throws when the books do not balance or the stream
 * and pure SQL differ.
 */
export async function* wholePath(bench: BenchStack, of: BenchmarkRun): AsyncIterable<Figure> {
  const whole = await startWholePipeline(bench, of.options['policy'] ?? 'plain', of.options['profile']);
  const pids = await whole.pids();
  const startAt = Date.now() + LOAD_LEAD_MS;
  await sleep(LOAD_LEAD_MS - 500);
  const meter = await startMeter(pids);
  const loadCpuBefore = await ownCpuSeconds();
  const memory = watchMemory(pids, MEMORY_EVERY_MS);
  const [seconds, rate, lanes, batch] = ['seconds', 'rate', 'lanes', 'batch'].map((name) => wholeOption(of, name));
  const load = await runLoad({
    intakeUrl: whole.pipeline.intakeUrl,
    run: 'whole',
    rate: rate ?? 0,
    seconds: seconds ?? 60,
    startAt,
    batch: batch ?? 500,
    everyMs: 20,
    lanes: lanes ?? 8,
    probes: false,
  });
  const loadSeconds = (Date.now() - startAt) / 1000;
  of.say(`${load.sent} touches accepted in ${loadSeconds.toFixed(1)} s; waiting until they are all the way through`);
  await settled(whole);
  const elapsed = (Date.now() - startAt) / 1000;
  await memory.stop();
  const used = await meter();
  const loadCpu = (await ownCpuSeconds()) - loadCpuBefore;
  await whole.groundswell('verify', '--timeout', '300');
  const cpuSeconds = Object.values(used).reduce((sum, one) => sum + one, loadCpu);
  const perTouch: Record<string, number> = {};
  const rss: Record<string, readonly number[]> = {};
  for (const name of Object.keys(pids) as Process[]) {
    perTouch[`${name}CpuMicrosPerTouch`] = (used[name] * 1e6) / load.sent;
    rss[`${name}RssMb`] = memoryCourse(memory.rows, name);
  }
  yield {
    case: 'whole',
    n: load.sent,
    seconds: elapsed,
    cpuSeconds,
    acceptedPerSecond: load.sent / loadSeconds,
    retries: load.retries,
    ...perTouch,
    loadCpuMicrosPerTouch: (loadCpu * 1e6) / load.sent,
    ...rss,
    booksBalanced: true,
    verifyEqual: true,
  };
  await whole.pipeline.stop();
}
