import { join, resolve } from 'node:path';
import { httpProbe } from '../health/http-probe.ts';
import type { Readiness } from '../health/wait-until.ts';
import { Part } from '../process/part.ts';
import { type ProcessExit, startSupervised } from '../process/supervised-process.ts';
import { PROJECT_DIR } from '../project-paths.ts';
import { READY_TIMEOUT_MS } from '../settings.ts';
import { serviceEnvironment } from './addresses.ts';
import { type RunningStack, serviceHost } from './stack.ts';

const READY_PROBE_MS = 2_000;

export interface ServiceSpec {
  /** Names the process, its log and its port; unique among the running services of a stack. */
  name: string;
  /** Path of the service's main.ts. */
  main: string;
  /** Added to this process's environment and to the addresses of the stack; wins over both. */
  env: Record<string, string>;
  readyTimeoutMs?: number;
}

/** A service process. `pid` and `exited` are those of the current run; a restart changes both. */
export interface RunningService {
  readonly name: string;
  readonly pid: number;
  readonly httpUrl: string;
  readonly logFile: string;
  readonly exited: Promise<ProcessExit>;
  /** Sends a signal; resolves when the process is gone (signals that only pause or wake it: at once). */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** SIGTERM, then SIGKILL after 10 s. */
  stop(): Promise<void>;
  /** Stops it if it runs, starts it on the same port with the same environment, waits until it is ready. */
  restart(): Promise<void>;
}

/**
 * Starts a service beside a stack and waits until GET /readyz answers 200. The process dies with this one and is
 * stopped with the stack. Rejects with a LaunchError that shows the end of the service's log.
 */
export async function startService(stack: RunningStack, spec: ServiceSpec): Promise<RunningService> {
  const host = serviceHost(stack);
  const earlier = host.services.get(spec.name);
  if (earlier !== undefined && !earlier.process.hasExited)
    throw new Error(`the service ${spec.name} is running already`);
  const port = await host.ports.claim(`service ${spec.name}`);
  const httpUrl = `http://127.0.0.1:${port}`;
  const logFile = join(stack.logDir, `${spec.name}.log`);
  const part = new Part(
    {
      name: spec.name,
      readyTimeoutMs: spec.readyTimeoutMs ?? READY_TIMEOUT_MS.service,
      launch: () =>
        startSupervised({
          name: spec.name,
          command: process.execPath,
          // Batches outlive a small young generation and would be copied out of it, only to be collected later at more cost.
          args: ['--max-semi-space-size=64', resolve(spec.main)],
          env: {
            ...process.env,
            ...serviceEnvironment(stack.addresses),
            GROUNDSWELL_HTTP_PORT: String(port),
            GROUNDSWELL_STATE_DIR: join(stack.dataDir, 'state'),
            ...spec.env,
          },
          cwd: PROJECT_DIR,
          logFile,
        }),
      check: () => checkReady(httpUrl),
    },
    host.observer,
  );
  host.services.set(spec.name, part);
  await part.start(host.stopping);
  await host.recordService({ name: spec.name, url: httpUrl });
  return {
    name: spec.name,
    httpUrl,
    logFile,
    get pid() {
      return part.process.pid;
    },
    get exited() {
      return part.process.exited;
    },
    kill: (signal) => part.kill(signal),
    stop: () => part.stop(),
    restart: () => part.restart(host.stopping),
  };
}

async function checkReady(httpUrl: string): Promise<Readiness<undefined>> {
  const answer = await httpProbe(`${httpUrl}/readyz`, { timeoutMs: READY_PROBE_MS });
  if (answer.status === 200) return { ready: true, value: undefined };
  return { ready: false, reason: `GET /readyz answers ${answer.status} ${answer.body.trim().slice(0, 300)}`.trim() };
}
