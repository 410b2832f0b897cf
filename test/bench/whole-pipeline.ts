import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { policiesDir } from '@groundswell/policy';
import { type Pipeline, type PipelineService, serviceNames, startPipeline } from '../stack/pipeline.ts';
import type { BenchStack } from './bench-stack.ts';
import { cpuSecondsOf, rssMbOf } from './process-usage.ts';

export type Process = PipelineService | 'kafka' | 'clickhouse';

/** All services on a benchmark's stack, with a policy, ready for touches. */
export interface WholePipeline {
  readonly pipeline: Pipeline;
  pids(): Promise<Record<Process, number>>;
  /** The project's command line. Throws when it ends with anything but 0. */
  groundswell(...args: string[]): Promise<string>;
}

/** @param profile folder for a CPU profile of every process, written when it ends; empty: none */
export const startWholePipeline = async (bench: BenchStack, policy: string, profile = ''): Promise<WholePipeline> => {
  const profiling = profile === '' ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(profile)}` };
  const pipeline = await startPipeline(bench.stack.addresses, {
    name: 'bench',
    env: { GROUNDSWELL_LOG_LEVEL: 'warn', ...profiling },
  });
  const groundswell = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await pipeline.groundswell(...args);
    if (exitCode !== 0) throw new Error(`groundswell ${args.join(' ')} ended with ${exitCode}:\n${stdout}${stderr}`);
    return stdout;
  };
  const file = join(fileURLToPath(policiesDir), `${policy}.yaml`);
  await groundswell('policy', 'activate', file, '--at', '1970-01-01T00:00:00Z');
  return {
    pipeline,
    groundswell,
    pids: async () => {
      const services = serviceNames.map((name) => [name, pipeline.service(name).pid] as const);
      const parts = { kafka: await bench.pidOf('kafka'), clickhouse: await bench.pidOf('clickhouse') };
      return { ...(Object.fromEntries(services) as Record<PipelineService, number>), ...parts };
    },
  };
};

/** Resident sets over time, MiB, one row per look. */
export const watchMemory = (pids: Readonly<Record<Process, number>>, everyMs: number) => {
  const rows: { readonly at: number; readonly rss: Record<string, number> }[] = [];
  const look = async (): Promise<void> => {
    const entries = await Promise.all(
      Object.entries(pids).map(async ([name, pid]) => [name, await rssMbOf(pid).catch(() => 0)] as const),
    );
    rows.push({ at: performance.now(), rss: Object.fromEntries(entries) });
  };
  const timer = setInterval(() => void look(), everyMs);
  return {
    rows,
    stop: async () => {
      clearInterval(timer);
      await look();
    },
  };
};

/** CPU seconds that this thread's process has used: the load generator is in it. */
export const ownCpuSeconds = (): Promise<number> => cpuSecondsOf(process.pid);
