import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchStack, startBenchStack } from './bench-stack.ts';
import { type Benchmark, type BenchmarkRun, type Figure, listOption, wholeOption } from './benchmark.ts';
import { LOAD_LEAD_MS, runLoad } from './load.ts';
import { probesPlan } from './load-plan.ts';
import { percentilesOf } from './percentiles.ts';
import { startMeter } from './process-usage.ts';
import { type Sightings, watchTable, watchTopic } from './transition-watch.ts';
import { startWholePipeline, type WholePipeline } from './whole-pipeline.ts';

/** A touch that is not through after so long (ms) is reported as missing. */
const PATIENCE_MS = 60_000;
const EVERY_MS = 5;

interface Rate {
  readonly rate: number;
  readonly seconds: number;
  /** seconds at the beginning that do not count */
  readonly warmUp: number;
  /** ms between looks at ClickHouse */
  readonly pollMs: number;
}

/** When each probe's deciding touch was due, epoch ms; those of the warm-up are left out. */
const dueTimes = (run: string, { rate, seconds, warmUp }: Rate, startAt: number): Map<string, number> => {
  const plan = probesPlan(run, rate);
  const due = new Map<string, number>();
  for (let index = rate * warmUp; index < rate * seconds; index++) {
    const account = plan.triggeredAt(index);
    if (account !== undefined) due.set(account, startAt + (index * 1000) / rate);
  }
  return due;
};

const untilSeen = async (due: ReadonlyMap<string, number>, watches: readonly Sightings[]): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS;
  const complete = (): boolean => watches.every(({ seen }) => [...due.keys()].every((account) => seen.has(account)));
  while (!complete() && performance.now() < deadline) await sleep(200);
};

const latencies = (due: ReadonlyMap<string, number>, { seen }: Sightings) => {
  const samples: number[] = [];
  let missing = 0;
  for (const [account, intended] of due) {
    const at = seen.get(account);
    if (at === undefined) missing += 1;
    else samples.push(at - intended);
  }
  // Seen before it was due: another touch of the probe came in late, and this is no latency.
  const early = samples.filter((sample) => sample < 0).length;
  return { n: samples.length, missing, early, ...percentilesOf(samples) };
};

/**
 * What the peers' latency run does before it measures: touches as fast as they are taken, until all are through. Without it
 * the broker's and the services' compilers are measured.
 */
const preload = async (whole: WholePipeline, seconds: number): Promise<void> => {
  const startAt = Date.now() + LOAD_LEAD_MS;
  const { intakeUrl } = whole.pipeline;
  const pace = { rate: 0, seconds, startAt, batch: 500, everyMs: 20, lanes: 4 };
  await runLoad({ intakeUrl, run: 'preload', probes: false, ...pace });
  await whole.groundswell('books', '--timeout', '600');
};

async function* atRate(bench: BenchStack, whole: WholePipeline, rate: Rate): AsyncIterable<Figure> {
  const { pipeline } = whole;
  const run = `r${rate.rate}`;
  const prefix = `probe-${run}-`;
  const contracts = await bench.contracts(pipeline.namespace);
  const topic = await watchTopic(bench.kafka, contracts, prefix);
  const table = watchTable(pipeline.addresses.clickhouse.reader, prefix, rate.pollMs);
  const meter = await startMeter(await whole.pids());
  const startAt = Date.now() + LOAD_LEAD_MS;
  const due = dueTimes(run, rate, startAt);
  const { rate: perSecond, seconds } = rate;
  const load = { intakeUrl: pipeline.intakeUrl, run, rate: perSecond, seconds, startAt, probes: true };
  const report = await runLoad({ ...load, batch: 1_000, everyMs: EVERY_MS, lanes: 1 });
  await untilSeen(due, [topic, table]);
  const elapsed = (Date.now() - startAt) / 1000;
  const used = await meter();
  const cpuSeconds = Object.values(used).reduce((sum, one) => sum + one, 0);
  await Promise.all([topic.stop(), table.stop()]);
  const cpuShares = Object.entries(used).map(([name, one]) => [`${name}Cores`, one / elapsed]);
  const common = {
    seconds: elapsed,
    cpuSeconds,
    ratePerSecond: perSecond,
    retries: report.retries,
    ...(Object.fromEntries(cpuShares) as Record<string, number>),
  };
  yield { case: `to the transitions topic at ${perSecond}/s`, ...common, ...latencies(due, topic) };
  yield { case: `to ClickHouse at ${perSecond}/s`, ...common, ...latencies(due, table), pollMs: rate.pollMs };
}

async function* run(of: BenchmarkRun): AsyncIterable<Figure> {
  if (wholeOption(of, 'warm-up') >= wholeOption(of, 'seconds')) {
    throw new Error('--warm-up is part of --seconds: nothing would be left to measure');
  }
  const bench = await startBenchStack(of);
  try {
    const whole = await startWholePipeline(bench, 'plain');
    const before = wholeOption(of, 'preload-seconds');
    if (before > 0) await preload(whole, before);
    for (const text of listOption(of, 'rates')) {
      const seconds = wholeOption(of, 'seconds');
      of.say(`${text} touches/s for ${seconds} s`);
      yield* atRate(bench, whole, {
        rate: Number(text),
        seconds,
        warmUp: wholeOption(of, 'warm-up'),
        pollMs: wholeOption(of, 'poll-ms'),
      });
    }
    await whole.pipeline.stop();
  } finally {
    await bench.stop();
  }
}

export const benchmark: Benchmark = {
  summary:
    'open loop: from the instant a touch is due to be sent until its transition is in the topic, and in ClickHouse; n = deciding touches',
  options: { rates: '1000,5000,10000', seconds: '30', 'warm-up': '10', 'poll-ms': '100', 'preload-seconds': '30' },
  run,
};
