import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '@groundswell/cli';
import { LaunchError, logTail } from '../process/launch-error.ts';
import { type PartCrash, type RunningStack, startStack } from '../stack/stack.ts';
import type { DataDir } from './data-dir.ts';
import type { Output } from './output.ts';
import { type Services, startServices } from './services.ts';

export interface SessionRequest {
  readonly dataDir: DataDir;
  readonly sourcesDir: string;
  readonly output: Output;
  /** runs beside the start of the stack, and must be through before the services start: they read what it writes */
  readonly prepare?: () => Promise<void>;
}

/** A stack with all services, ready. */
export interface Session {
  readonly stack: RunningStack;
  readonly services: Services;
  /** aborted by Ctrl-C, or when the work is not worth going on with */
  readonly signal: AbortSignal;
  /** seconds that the start took */
  readonly seconds: { readonly stack: number; readonly services: number };
  /** Stays until Ctrl-C, which is from here on the way to end well. Never resolves: what follows is the end. */
  stayUp(): Promise<never>;
}

export const exitCodes = { ok: 0, failed: 1, interrupted: 130 } as const;

/** Work that was interrupted gets this long (ms) to close its connections, which a server that stops would wait for. */
const LETTING_GO_MS = 2_000;

/** What a first Ctrl-C is: a wish to stop, not a failure. */
class Interrupted extends Error {}

/**
 * Starts everything, does the work, stops everything: whatever happens, nothing is left running. Answers the exit code.
 * A part that ends unasked ends the session. A second Ctrl-C does not wait for anything.
 */
export async function runSession(
  request: SessionRequest,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  const { output, dataDir } = request;
  const ending = new AbortController();
  const stopListening = listenToSignals(ending, output);
  const began = performance.now();
  const starting = startStack({
    dataDir: dataDir.path,
    onProgress: (line) => output.out(`${line}\n`),
    signal: ending.signal,
  });
  let exitCode: number = exitCodes.failed;
  let onInterrupt: number = exitCodes.interrupted;
  let working: Promise<number> | undefined;
  try {
    const [stack] = await Promise.all([starting, request.prepare?.()]);
    const stackReady = performance.now();
    const watched = <Result>(promise: Promise<Result>): Promise<Result> =>
      Promise.race([promise, crashOf(stack), abortOf(ending.signal)]);
    const services = await watched(startAll(stack, request));
    const seconds = {
      stack: secondsBetween(began, stackReady),
      services: secondsBetween(stackReady, performance.now()),
    };
    const stayUp = (): Promise<never> => {
      onInterrupt = exitCodes.ok;
      return abortOf(ending.signal);
    };
    working = work({ stack, services, signal: ending.signal, seconds, stayUp });
    exitCode = await watched(working);
  } catch (error) {
    if (ending.signal.aborted) exitCode = onInterrupt;
    else output.err(`${explain(error)}\n`);
  } finally {
    ending.abort(new Interrupted());
    await Promise.race([working?.catch(() => undefined), sleep(LETTING_GO_MS, undefined, { ref: false })]);
    await close(starting, request, exitCode);
    stopListening();
  }
  return exitCode;
}

const startAll = (stack: RunningStack, { sourcesDir, output }: SessionRequest): Promise<Services> =>
  startServices({ stack, sourcesDir, onReady: ({ name }) => output.out(`${name}: ready\n`) });

/** Never resolves; rejects with the log's end when a part or service ends unasked. */
async function crashOf(stack: RunningStack): Promise<never> {
  throw new LaunchError('session', await crashText(await stack.crashed));
}

const crashText = async ({ name, how, logFile }: PartCrash): Promise<string> =>
  `${name} ended by itself (${how}). The end of its log, ${logFile}:\n${(await logTail(logFile)) || '(empty)'}`;

/** Never resolves; rejects when the signal is given. */
const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

function listenToSignals(ending: AbortController, output: Output): () => void {
  const onSignal = (): void => {
    if (ending.signal.aborted) {
      output.err('stopped at once; `npx -y pnpm@12 stop` ends what is left\n');
      process.exit(exitCodes.interrupted);
    }
    output.err('\nstopping; once more to stop at once\n');
    ending.abort(new Interrupted());
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** Waits for a start that is under way: it stops what it had started. After a failure the data stays: its logs say more. */
async function close(starting: Promise<RunningStack>, request: SessionRequest, exitCode: number): Promise<void> {
  const stack = await starting.catch(() => undefined);
  const failed = exitCode === exitCodes.failed;
  await stack?.stop({ removeData: request.dataDir.removeAtEnd && !failed });
  if (failed && stack !== undefined)
    request.output.err(`The data and logs of this run are in ${request.dataDir.path}\n`);
}

/** Runs something that answers an exit code; what it throws is told and is a failure. */
export async function orExplain(output: Output, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    output.err(`${explain(error)}\n`);
    return exitCodes.failed;
  }
}

/** An error for people: what they can do something about without a stack trace, the rest with one. */
function explain(error: unknown): string {
  if (error instanceof LaunchError) return error.message;
  if (error instanceof CommandError) return `${error.what}\n  where: ${error.where}\n  to do: ${error.remedy}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const secondsBetween = (from: number, to: number): number => Math.round((to - from) / 100) / 10;
