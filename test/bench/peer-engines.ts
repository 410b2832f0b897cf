import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltProject, buildMavenProject } from '@groundswell/infra';
import type { BenchStack } from './bench-stack.ts';
import type { BenchmarkRun } from './benchmark.ts';

/** Beside the checkout; read only. */
const source = join(import.meta.dirname, '..', '..', '..', 'shared', 'peers');

const STREAMS = ['streams/target/streams-1.jar', 'streams/target/lib/*'];
const FLINK = ['flink/target/flink-1.jar', 'flink/target/lib/*'];
/** What Flink needs on Java 17, from its own configuration. */
const FLINK_OPENS = ['java.lang', 'java.util', 'java.util.concurrent', 'java.time', 'java.nio']
  .map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`)
  .concat('--add-exports=java.base/sun.net.util=ALL-UNNAMED');
const LIMIT_MS = 5 * 60_000;

interface Engine {
  readonly classPath: readonly string[];
  readonly main: string;
  readonly flags: readonly string[];
}

const streams = (backend: string, guarantee: string): Engine => ({
  classPath: STREAMS,
  main: 'peers.StreamsPeer',
  flags: ['-Xmx1g', '-Dstore=list', `-Dbackend=${backend}`, `-Dguarantee=${guarantee}`],
});

const flink = (backend: string): Engine => ({
  classPath: FLINK,
  main: 'peers.FlinkDataStream',
  flags: ['-Xmx2g', ...FLINK_OPENS, `-Dbackend=${backend}`],
});

/** The peers by the names they have on the command line. */
const engines: Readonly<Record<string, Engine>> = {
  'streams-memory-at-least-once': streams('memory', 'at_least_once'),
  'streams-rocksdb-at-least-once': streams('rocksdb', 'at_least_once'),
  'streams-rocksdb-exactly-once': streams('rocksdb', 'exactly_once_v2'),
  'flink-hashmap': flink('hashmap'),
  'flink-rocksdb': flink('rocksdb'),
};

/** What a peer says of its own run; names are its own (see the README of the peers). */
export interface PeerResult {
  readonly records: number;
  readonly flushed_s: number;
  readonly cpu_s: number;
  readonly broker_cpu_s: number;
  readonly peak_rss_mb: number;
  readonly outputs: number;
}

export interface Peers {
  /** Writes the stream to the peers' own topic. */
  load(touches: number): Promise<void>;
  /** Runs an engine over it until its outputs are flushed. Throws for a name that is none. */
  run(name: string): Promise<PeerResult>;
}

const lastJsonLine = (text: string): unknown => {
  const line = text.split('\n').findLast((one) => one.startsWith('{'));
  if (line === undefined) throw new Error(`the peer printed no result:\n${text.slice(-2_000)}`);
  return JSON.parse(line);
};

const runJava = (java: string, args: readonly string[], cwd: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(java, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    const output = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      output.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output.err += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      if (code === 0) resolve(output.out);
      else reject(new Error(`${args.at(-1)} ended with ${signal ?? code}:\n${output.err.slice(-2_000)}`));
    });
  });

/** Builds the peers in a copy in the user's cache and points them at the benchmark's broker. */
export const openPeers = async (bench: BenchStack, { say }: Pick<BenchmarkRun, 'say'>): Promise<Peers> => {
  const built: BuiltProject = await buildMavenProject({ name: 'peers', source, onProgress: say });
  const java = async ({ classPath, flags, main }: Engine, ...args: string[]): Promise<string> => {
    const common = [
      `-Dbootstrap=${bench.brokers}`,
      `-DbrokerPid=${await bench.pidOf('kafka')}`,
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      `-Dorg.slf4j.simpleLogger.logFile=${join(bench.folder, 'peer.log')}`,
    ];
    return runJava(built.java, [...common, ...flags, '-cp', classPath.join(':'), main, ...args], built.dir);
  };
  let runs = 0;
  return {
    load: async (touches) => {
      await java({ classPath: STREAMS, main: 'peers.Generate', flags: ['-Xmx1g'] }, 'touches', '0', String(touches));
    },
    run: async (name) => {
      const engine = engines[name];
      if (!engine) throw new Error(`there is no peer ${name}; there are ${Object.keys(engines).join(', ')}`);
      runs += 1;
      const stateDir = join(bench.folder, `peer-state-${runs}`);
      const own = [`-Dapp=${name}-${runs}`, `-DstateDir=${stateDir}`];
      try {
        return lastJsonLine(await java({ ...engine, flags: [...engine.flags, ...own] })) as PeerResult;
      } finally {
        await rm(stateDir, { recursive: true, force: true });
      }
    },
  };
};
