import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningService } from '@groundswell/infra';
import { type Contracts, readPartitions } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import { type BenchStack, startBenchStack } from './bench-stack.ts';
import { type Benchmark, type BenchmarkRun, type Figure, listOption, wholeOption } from './benchmark.ts';
import { LOAD_LEAD_MS, runLoad } from './load.ts';
import { percentilesOf } from './percentiles.ts';
import { cpuSecondsOf, peakRssMbOf, rssMbOf, startMeter } from './process-usage.ts';

const NAMESPACE = 'bench-intake';
const main = join(import.meta.dirname, '..', '..', 'services', 'touch-intake', 'src', 'main.ts');

/** What is asked of every combination of connections and touches a request. */
interface Load {
  readonly connections: number;
  readonly batch: number;
  readonly seconds: number;
}

const throughput = async (bench: BenchStack, intake: RunningService, load: Load): Promise<Figure> => {
  const { connections, batch, seconds } = load;
  const startAt = Date.now() + LOAD_LEAD_MS;
  const pace = { rate: 0, seconds, startAt, batch, everyMs: 20, lanes: connections };
  const meter = await startMeter({ intake: intake.pid, kafka: await bench.pidOf('kafka') });
  const ownBefore = await cpuSecondsOf(process.pid);
  const report = await runLoad({
    intakeUrl: intake.httpUrl,
    run: `${connections}-${batch}`,
    probes: false,
    ...pace,
  });
  const elapsed = (Date.now() - startAt) / 1000;
  const used = await meter();
  return {
    case: `${connections} connections, ${batch === 1 ? 'one touch' : `${batch} touches`} a request`,
    n: report.sent,
    seconds: elapsed,
    cpuSeconds: used.intake,
    brokerCpuSeconds: used.kafka,
    loadCpuSeconds: (await cpuSecondsOf(process.pid)) - ownBefore,
    requestsPerSecond: report.requests / elapsed,
    errors: report.retries,
    ...percentilesOf(report.latencies),
    rssMb: await rssMbOf(intake.pid),
  };
};

const LANES = 16;
const TOUCHES = 20;
/** of each lane: some thousand touches a second in all, until the broker goes */
const PAUSE_MS = 100;

interface OutageReport {
  /** ids that were acknowledged */
  readonly acknowledged: Set<string>;
  /** status and reason → requests */
  readonly refused: Map<string, number>;
  /** refusals without Retry-After or reason */
  unclear: number;
}

const outageLoad = (intakeUrl: string, over: AbortSignal) => {
  const report: OutageReport = { acknowledged: new Set(), refused: new Map(), unclear: 0 };
  let next = 0;
  const post = async (ids: readonly string[]): Promise<void> => {
    const lines = ids.map((id) =>
      JSON.stringify({
        id,
        time: Date.now(),
        type: 'page_view',
        source: 'load',
        person: { email: `${id}@acme.example` },
      }),
    );
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await fetch(`${intakeUrl}/v1/touches`, { method: 'POST', headers, body: lines.join('\n') });
    const { reason } = (await answer.json()) as { reason?: string };
    if (answer.status === 202) for (const id of ids) report.acknowledged.add(id);
    else {
      const what = `${answer.status} ${reason}`;
      report.refused.set(what, (report.refused.get(what) ?? 0) + 1);
      if (reason === undefined || answer.headers.get('retry-after') === null) report.unclear += 1;
    }
  };
  const lane = async (): Promise<void> => {
    while (!over.aborted) {
      await post(Array.from({ length: TOUCHES }, () => `outage-${next++}`));
      await sleep(PAUSE_MS);
    }
  };
  return { report, done: Promise.all(Array.from({ length: LANES }, lane)) };
};

const idsInTopic = async (bench: BenchStack, contracts: Contracts): Promise<Set<string>> => {
  const found = new Set<string>();
  const topic = topics.touchesRaw;
  const partitions = Array.from({ length: topic.partitions }, (_, partition) => partition);
  await readPartitions({
    kafka: bench.kafka,
    contracts,
    namespace: NAMESPACE,
    topic,
    partitions,
    onRecord: ({ value }) => {
      const { record } = value as { record?: { kind: string; body: { id?: string } } };
      if (record?.body.id?.startsWith('outage-')) found.add(record.body.id);
    },
  });
  return found;
};

/** The broker is stopped under load and comes back: what was acknowledged must be in the log. Throws when it is not. */
const outage = async (
  bench: BenchStack,
  intake: RunningService,
  { contracts, seconds }: { contracts: Contracts; seconds: number },
): Promise<Figure> => {
  const { parts } = bench.stack;
  if (!parts) throw new Error('the broker of somebody else cannot be stopped');
  const over = new AbortController();
  const before = await cpuSecondsOf(intake.pid);
  const began = performance.now();
  const { report, done } = outageLoad(intake.httpUrl, over.signal);
  await sleep(5_000);
  await parts.kafka.stop();
  await sleep(seconds * 1000);
  await parts.kafka.start();
  await sleep(15_000);
  over.abort();
  await done;
  const elapsed = (performance.now() - began) / 1000;
  const found = await idsInTopic(bench, contracts);
  const missing = [...report.acknowledged].filter((id) => !found.has(id)).length;
  if (missing > 0 || report.unclear > 0) {
    throw new Error(`${missing} acknowledged touches are missing, ${report.unclear} refusals were unclear`);
  }
  return {
    case: `broker stopped for ${seconds} s`,
    n: report.acknowledged.size,
    seconds: elapsed,
    cpuSeconds: (await cpuSecondsOf(intake.pid)) - before,
    missing,
    refusedRequests: [...report.refused.values()].reduce((sum, times) => sum + times, 0),
    refusals: [...report.refused].map(([what, times]) => `${what}: ${times}`).join(', '),
    refusedYetInLog: found.size - report.acknowledged.size,
    peakRssMb: await peakRssMbOf(intake.pid),
  };
};

async function* run(of: BenchmarkRun): AsyncIterable<Figure> {
  const bench = await startBenchStack(of);
  try {
    await bench.without('clickhouse');
    const contracts = await bench.contracts(NAMESPACE);
    const env = { GROUNDSWELL_NAMESPACE: NAMESPACE, GROUNDSWELL_LOG_LEVEL: 'warn' };
    const intake = await bench.service('touch-intake', { main, env });
    const seconds = wholeOption(of, 'seconds');
    for (const batch of listOption(of, 'batches').map(Number)) {
      for (const connections of listOption(of, 'connections').map(Number)) {
        of.say(`${connections} connections, ${batch} a request, ${seconds} s`);
        yield await throughput(bench, intake, { connections, batch, seconds });
      }
    }
    const outageSeconds = wholeOption(of, 'outage-seconds');
    if (outageSeconds > 0) yield await outage(bench, intake, { contracts, seconds: outageSeconds });
  } finally {
    await bench.stop();
  }
}

export const benchmark: Benchmark = {
  summary:
    'touch-intake alone: touches acknowledged, latency and errors, one or many a request; and a broker that goes away',
  options: { connections: '1,16,256', batches: '1,500', seconds: '10', 'outage-seconds': '30' },
  run,
};
