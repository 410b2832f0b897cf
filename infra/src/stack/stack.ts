import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { probeDocker } from '../compose/compose.ts';
import { composeStack } from '../compose/compose-stack.ts';
import { localStack } from '../local/local-stack.ts';
import { type FileLock, tryLock } from '../process/file-lock.ts';
import { LaunchError } from '../process/launch-error.ts';
import { describeExit, type Part, type PartObserver } from '../process/part.ts';
import { PortBook } from '../process/ports.ts';
import type { StackAddresses } from './addresses.ts';
import { environmentStack } from './environment-stack.ts';
import { chooseStack, type StackChoice } from './mode.ts';
import type { BackendContext, StackBackend, StackParts } from './stack-backend.ts';
import { StackState } from './state-file.ts';
import { describeLeftovers, stopLeftovers } from './stop-leftovers.ts';

export interface StackOptions {
  /** Where the stack keeps its data, logs and passwords; created if missing. */
  dataDir: string;
  /** Called with a line for people whenever there is something to tell. */
  onProgress?: (line: string) => void;
  /** Aborts the start (not a running stack); what had started is stopped first. */
  signal?: AbortSignal;
  /** In mode "local": the broker's JVM compiles for throughput, at the price of a slower start. */
  underLoad?: boolean;
}

/** A process of the stack that ended although nobody asked it to. */
export interface PartCrash {
  name: string;
  pid: number;
  /** "SIGKILL" or "exit code 3". */
  how: string;
  logFile: string;
}

export interface RunningStack {
  readonly addresses: StackAddresses;
  readonly dataDir: string;
  readonly logDir: string;
  /** The parts, to be taken away and brought back by fault tests. Absent in mode "environment". */
  readonly parts?: StackParts;
  /** Stops the broker and starts it again on its data and port. Absent in mode "environment". */
  restartBroker?(): Promise<void>;
  /** Resolves with the first part or service that ends unasked; stays pending otherwise. */
  readonly crashed: Promise<PartCrash>;
  /** Stops services, then parts. With `removeData` the data directory (and the volumes in compose mode) go too. */
  stop(options?: { removeData?: boolean }): Promise<void>;
}

/** What startService needs to know about a stack, beyond what is public. */
export interface ServiceHost {
  logDir: string;
  ports: PortBook;
  observer: PartObserver;
  /** Aborted when the stack stops. */
  stopping: AbortSignal;
  services: Map<string, Part>;
  /** Writes the address of a service that is ready into the state file. */
  recordService(service: { name: string; url: string }): Promise<void>;
}

const hosts = new WeakMap<RunningStack, ServiceHost>();

/** The inside of a stack that startStack made. */
export function serviceHost(stack: RunningStack): ServiceHost {
  const host = hosts.get(stack);
  if (host === undefined) throw new Error('startService needs the stack that startStack returned, in the same process');
  return host;
}

/**
 * Starts a stack: Kafka, a schema registry and ClickHouse, in the mode that fits (see chooseStack). Rejects with a
 * LaunchError that says what failed, what it logged and what to do; nothing is left running then.
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const onProgress = options.onProgress ?? (() => undefined);
  options.signal?.throwIfAborted();
  const choice = await chooseStack(process.env, probeDocker);
  onProgress(`stack: ${choice.mode}. ${choice.reason}`);

  const dataDir = resolve(options.dataDir);
  const logDir = join(dataDir, 'logs');
  await mkdir(logDir, { recursive: true, mode: 0o700 });
  const lock = await lockDataDir(dataDir);
  try {
    for (const line of describeLeftovers(await stopLeftovers(dataDir))) {
      if (!line.endsWith('nothing recorded')) onProgress(`left by an earlier run: ${line}`);
    }
    await setAsideLogs(logDir);
    return await start(choice, { options: { ...options, onProgress }, dataDir, logDir, lock });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface StartContext {
  options: StackOptions & { onProgress: (line: string) => void };
  dataDir: string;
  logDir: string;
  lock: FileLock;
}

async function start(choice: StackChoice, context: StartContext): Promise<RunningStack> {
  const { dataDir, logDir, lock } = context;
  const { onProgress, signal } = context.options;
  const stopping = new AbortController();
  const crash = Promise.withResolvers<PartCrash>();
  let state: StackState | undefined;
  const observer: PartObserver = {
    started: async (process) => state?.add(process),
    ended: async (process) => state?.forget(process),
    crashed: (process, exit) =>
      crash.resolve({ name: process.name, pid: process.pid, how: describeExit(exit), logFile: process.logFile }),
  };
  const ports = await PortBook.open(join(dataDir, 'ports.json'));
  const backend = await prepareBackend(choice, {
    dataDir,
    logDir,
    reason: choice.reason,
    ports,
    env: process.env,
    observer,
    onProgress,
    underLoad: context.options.underLoad ?? false,
    signal: signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, signal]),
  });
  const { addresses, composeProject } = backend;
  const services = new Map<string, Part>();
  const stackState = await StackState.create({ dataDir, logDir, addresses, composeProject });
  state = stackState;
  const ending = new Ending({ dataDir, lock, backend, services, stopping, state });
  try {
    await backend.start();
    await state.running();
  } catch (error) {
    await ending.stop({ removeData: false });
    throw error;
  }
  const stack = runningStack({ backend, dataDir, logDir, crashed: crash.promise, ending });
  hosts.set(stack, {
    logDir,
    ports,
    observer,
    stopping: stopping.signal,
    services,
    recordService: (service) => stackState.addService(service),
  });
  return stack;
}

function prepareBackend(choice: StackChoice, context: BackendContext): Promise<StackBackend> {
  switch (choice.mode) {
    case 'environment':
      return Promise.resolve(environmentStack(context, choice.addresses));
    case 'compose':
      return composeStack(context);
    case 'local':
      return localStack(context);
  }
}

interface StackInside {
  backend: StackBackend;
  dataDir: string;
  logDir: string;
  crashed: Promise<PartCrash>;
  ending: Ending;
}

function runningStack({ backend, dataDir, logDir, crashed, ending }: StackInside): RunningStack {
  const { addresses, parts } = backend;
  const common = {
    addresses,
    dataDir,
    logDir,
    crashed,
    stop: (options: { removeData?: boolean } = {}) => ending.stop({ removeData: options.removeData ?? false }),
  };
  if (parts === undefined) return common;
  const restartBroker = async (): Promise<void> => {
    await parts.kafka.stop();
    await parts.kafka.start();
  };
  return { ...common, parts, restartBroker };
}

interface EndingContext {
  dataDir: string;
  lock: FileLock;
  backend: StackBackend;
  services: Map<string, Part>;
  stopping: AbortController;
  state: StackState;
}

/** The end of a stack, once, however often and by whomever it is asked for. */
class Ending {
  readonly #context: EndingContext;
  #ended: Promise<void> | undefined;

  constructor(context: EndingContext) {
    this.#context = context;
  }

  async stop(options: { removeData: boolean }): Promise<void> {
    this.#ended ??= this.#stop(options);
    await this.#ended;
    if (!options.removeData) return;
    // Also when it was stopped before without this wish.
    await this.#context.backend.stop(options);
    await rm(this.#context.dataDir, { recursive: true, force: true });
  }

  async #stop({ removeData }: { removeData: boolean }): Promise<void> {
    const { lock, backend, services, stopping, state } = this.#context;
    stopping.abort(new LaunchError('stack', 'The stack is stopping.'));
    // Services first: they still want to flush and commit.
    await Promise.all([...services.values()].map((service) => service.stop()));
    await backend.stop({ removeData });
    await state.remove();
    await lock.release();
  }
}

/** One stack per data directory. */
async function lockDataDir(dataDir: string): Promise<FileLock> {
  const attempt = await tryLock(join(dataDir, 'launcher.lock'));
  if (attempt.kind === 'locked') return attempt.lock;
  throw new LaunchError(
    'stack',
    `A stack is running on ${dataDir} already (started by process ${attempt.by.pid}). ` +
      'Stop it there, or with the command "stop", or use another data directory.',
  );
}

/** A log holds one run; the one before is kept as *.previous. */
async function setAsideLogs(logDir: string): Promise<void> {
  for (const name of await readdir(logDir)) {
    if (name.endsWith('.log')) await rename(join(logDir, name), join(logDir, `${name}.previous`));
  }
}
