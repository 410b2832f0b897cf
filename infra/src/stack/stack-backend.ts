import type { PartObserver } from '../process/part.ts';
import type { PortBook } from '../process/ports.ts';
import type { StackAddresses } from './addresses.ts';

/** The three parts of a stack that a test may take away and bring back. */
export interface StackPart {
  readonly name: string;
  /** Starts it again with the addresses and data it had; resolves when it can be used. */
  start(): Promise<void>;
  /** Stops it orderly; resolves when it is gone. */
  stop(): Promise<void>;
  /** Sends a signal; resolves when it is gone (SIGSTOP and SIGCONT: at once). */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface StackParts {
  kafka: StackPart;
  registry: StackPart;
  clickhouse: StackPart;
}

/** What a way of running a stack is given. */
export interface BackendContext {
  dataDir: string;
  logDir: string;
  reason: string;
  ports: PortBook;
  env: NodeJS.ProcessEnv;
  observer: PartObserver;
  onProgress: (line: string) => void;
  signal: AbortSignal;
  /** see StackOptions */
  underLoad: boolean;
}

/** One way of running a stack, prepared but not started: its addresses are known already. */
export interface StackBackend {
  addresses: StackAddresses;
  composeProject?: string;
  parts?: StackParts;
  /** Starts everything and resolves when all of it can be used; on a rejection `stop` is called. */
  start(): Promise<void>;
  /** Stops whatever runs, including what a failed start left. */
  stop(options: { removeData: boolean }): Promise<void>;
}

/**
 * Runs tasks side by side. When one fails the others are aborted and waited for, and the first failure is thrown.
 */
export async function allOrNone(
  outer: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([outer, failure.signal]);
  const failures: unknown[] = [];
  await Promise.all(
    tasks.map((task) =>
      task(signal).catch((error: unknown) => {
        failures.push(error);
        failure.abort(error);
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
}
