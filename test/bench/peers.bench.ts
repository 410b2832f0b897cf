import { join } from 'node:path';
import { type BenchStack, startBenchStack } from './bench-stack.ts';
import { type Benchmark, type BenchmarkRun, type Figure, listOption, wholeOption } from './benchmark.ts';
import { forgetOutputs, type LogPlace, type LogRun, runIntensity } from './intensity-over-log.ts';
import { openPeers, type PeerResult } from './peer-engines.ts';
import { prefillTouches } from './prefilled-touches.ts';

const NAMESPACE = 'bench-peers';

/** How ours publishes: as the product does, or the current row at every touch, as the peers do. */
const mains: Readonly<Record<string, string | undefined>> = {
  coalesced: undefined,
  'every-touch': join(import.meta.dirname, 'every-touch.ts'),
};

const peerFigure = (name: string, result: PeerResult): Figure => ({
  case: name,
  n: result.records,
  seconds: result.flushed_s,
  cpuSeconds: result.cpu_s,
  brokerCpuSeconds: result.broker_cpu_s,
  peakRssMb: result.peak_rss_mb,
  outputs: result.outputs,
});

interface Compared {
  readonly publish: string;
  readonly own: LogRun;
  readonly peer: PeerResult;
}

const ourFigure = (name: string, touches: number, { publish, own, peer }: Compared): Figure => {
  const reference = peer.records / peer.cpu_s;
  const wall = touches / own.seconds;
  return {
    case: `groundswell ${publish} beside ${name}`,
    n: touches,
    ...own,
    reference,
    ratio: touches / own.cpuSeconds / reference,
    referencePerSecond: peer.records / peer.flushed_s,
    ratioPerSecond: wall / (peer.records / peer.flushed_s),
  };
};

const ours = async (bench: BenchStack, place: LogPlace): Promise<LogRun> => {
  const result = await runIntensity(bench, place);
  await forgetOutputs(bench, place);
  return result;
};

async function* run(of: BenchmarkRun): AsyncIterable<Figure> {
  const touches = wholeOption(of, 'touches');
  const bench = await startBenchStack(of);
  try {
    await bench.without('clickhouse');
    const peers = await openPeers(bench, of);
    const contracts = await bench.contracts(NAMESPACE);
    await peers.load(touches);
    await prefillTouches(bench, { contracts, touches, policy: of.options['policy'] ?? 'plain' }, of);
    for (let round = 0; round < wholeOption(of, 'rounds'); round++) {
      for (const name of listOption(of, 'peers')) {
        const peer = await peers.run(name);
        yield peerFigure(name, peer);
        for (const publish of listOption(of, 'publish')) {
          const main = mains[publish];
          const place = { namespace: NAMESPACE, contracts, ...(main === undefined ? {} : { main }) };
          const own = await ours(bench, place);
          yield ourFigure(name, touches, { publish, own, peer });
        }
      }
    }
  } finally {
    await bench.stop();
  }
}

export const benchmark: Benchmark = {
  summary:
    'the same stream through the JVM engines of ../shared/peers and through account-intensity, in turn, one broker',
  options: {
    peers: 'streams-memory-at-least-once,streams-rocksdb-exactly-once,flink-hashmap',
    publish: 'coalesced,every-touch',
    rounds: '1',
    touches: '1000000',
    policy: 'plain',
  },
  run,
};
