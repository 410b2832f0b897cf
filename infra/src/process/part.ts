import { type Readiness, waitUntil } from '../health/wait-until.ts';
import { errorWithLog, messageOf } from './launch-error.ts';
import type { ProcessExit, SupervisedProcess } from './supervised-process.ts';

export interface PartDefinition {
  name: string;
  /** Starts the process; may prepare its data first. */
  launch: () => Promise<SupervisedProcess>;
  /** Whether it can be used now. */
  check: () => Promise<Readiness<unknown>>;
  readyTimeoutMs: number;
}

/** Told about processes as they come and go, to keep the state file true. */
export interface PartObserver {
  started(process: SupervisedProcess): Promise<void>;
  ended(process: SupervisedProcess): Promise<void>;
  /** The process ended although nobody asked it to. */
  crashed(process: SupervisedProcess, exit: ProcessExit): void;
}

/** Signals that do not end a process, so that there is no exit to wait for. */
const NOT_DEADLY: ReadonlySet<NodeJS.Signals> = new Set([
  'SIGSTOP',
  'SIGCONT',
  'SIGTSTP',
  'SIGWINCH',
  'SIGURG',
  'SIGCHLD',
]);

/** Whether a process that gets this signal is expected to end. */
export function endsProcess(signal: NodeJS.Signals): boolean {
  return !NOT_DEADLY.has(signal);
}

const CHECK_EVERY_MS = 50;

/** One process of the stack that can be stopped and started again, by one definition. */
export class Part {
  readonly name: string;
  readonly #definition: PartDefinition;
  readonly #observer: PartObserver;
  #process: SupervisedProcess | undefined;
  /** Resolves when the process has ended and its end was noted. */
  #settled: Promise<void> = Promise.resolve();
  /** The process that is ready and was not asked to end: its end would be a crash. */
  #expected: SupervisedProcess | undefined;

  constructor(definition: PartDefinition, observer: PartObserver) {
    this.name = definition.name;
    this.#definition = definition;
    this.#observer = observer;
  }

  /** The running or last process. Throws before the first start. */
  get process(): SupervisedProcess {
    if (this.#process === undefined) throw new Error(`${this.name} was not started yet`);
    return this.#process;
  }

  /** Starts it and waits until it can be used. On failure it is stopped again; the error shows the end of its log. */
  async start(signal?: AbortSignal): Promise<void> {
    if (this.#process !== undefined && !this.#process.hasExited) throw new Error(`${this.name} is running already`);
    signal?.throwIfAborted();
    const process = await this.#definition.launch();
    this.#process = process;
    const recorded = this.#observer.started(process);
    this.#settled = process.exited.then(async (exit) => {
      // A process that ends at once must not be forgotten before it was noted.
      await recorded;
      await this.#observer.ended(process);
      if (this.#expected === process) this.#observer.crashed(process, exit);
    });
    try {
      await recorded;
      await this.#untilReady(process, signal);
      this.#expected = process;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #untilReady(process: SupervisedProcess, signal: AbortSignal | undefined): Promise<void> {
    const ended = new AbortController();
    void process.exited.then(() => ended.abort());
    try {
      await waitUntil({
        timeoutMs: this.#definition.readyTimeoutMs,
        intervalMs: CHECK_EVERY_MS,
        signal: signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]),
        check: this.#definition.check,
      });
      // The check may have met another program on the same port.
      if (process.hasExited) ended.signal.throwIfAborted();
    } catch (error) {
      signal?.throwIfAborted();
      const what = ended.signal.aborted
        ? `ended while it was starting (${describeExit(await process.exited)})`
        : messageOf(error);
      throw await errorWithLog(this.name, `${this.name}: ${what}.`, process.logFile);
    }
  }

  /** Asks it to stop, kills it if it does not; resolves when it is gone. Does nothing when it is not running. */
  async stop(graceMs?: number): Promise<void> {
    const process = this.#process;
    if (process === undefined || process.hasExited) return this.#settled;
    this.#expected = undefined;
    await process.stop(graceMs);
    await this.#settled;
  }

  /** Sends a signal and resolves when the process is gone; at once for signals that only pause or wake it. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const process = this.process;
    if (!endsProcess(signal)) {
      process.signal(signal);
      return;
    }
    this.#expected = undefined;
    process.signal(signal);
    await this.#settled;
  }

  /** Stops it if it runs, then starts it again with the same definition. */
  async restart(signal?: AbortSignal): Promise<void> {
    await this.stop();
    await this.start(signal);
  }
}

/** "exit code 3" or "SIGKILL". */
export function describeExit(exit: ProcessExit): string {
  return exit.signal ?? `exit code ${exit.code ?? 'unknown'}`;
}
