import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { STOP_TIMEOUT_MS } from '../settings.ts';
import { LaunchError } from './launch-error.ts';
import { processStartTime } from './process-identity.ts';

const STDIN_STOP_MS = 2_000;
const SUPERVISOR = fileURLToPath(new URL('./supervise.sh', import.meta.url));

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface SupervisedCommand {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Standard output and error are appended to this file. */
  logFile: string;
  /** How the command is asked to stop: SIGTERM, or the end of its standard input. */
  stopBy?: 'signal' | 'stdin';
  /** How long it may take to end after this process died before it is killed. */
  orphanGraceMs?: number;
}

/** A running command that dies with this process, however this process dies (see supervise.sh). */
export interface SupervisedProcess {
  readonly name: string;
  /** The command's own pid, not the supervisor's. */
  readonly pid: number;
  /** Names the process for good, together with the pid. */
  readonly startTime: string;
  readonly logFile: string;
  readonly hasExited: boolean;
  readonly exited: Promise<ProcessExit>;
  /** Sends a signal; does nothing once the process has ended. */
  signal(signal: NodeJS.Signals): void;
  /** Asks to stop, kills after `graceMs`, resolves when the process is gone. */
  stop(graceMs?: number): Promise<ProcessExit>;
}

/** Starts a command. Rejects with a LaunchError when it cannot be started at all. */
export async function startSupervised(command: SupervisedCommand): Promise<SupervisedProcess> {
  const stopBy = command.stopBy ?? 'signal';
  const log = await open(command.logFile, 'a', 0o600);
  try {
    const grace = String(Math.ceil((command.orphanGraceMs ?? STOP_TIMEOUT_MS) / 1000));
    const supervisor = spawn('/bin/sh', [SUPERVISOR, stopBy, grace, command.command, ...command.args], {
      cwd: command.cwd,
      env: command.env,
      // A session of its own: Ctrl-C in the terminal reaches the launcher alone, which then stops the parts in order.
      detached: true,
      stdio: ['pipe', log.fd, log.fd, 'pipe'],
    });
    supervisor.stdin?.on('error', () => undefined);
    const exited = exitOf(supervisor);
    const pid = await reportedPid(supervisor, command.name);
    return new Supervised({
      command,
      stopBy,
      supervisor,
      pid,
      startTime: (await processStartTime(pid)) ?? 'gone',
      exited,
    });
  } finally {
    await log.close();
  }
}

interface SupervisedParts {
  command: SupervisedCommand;
  stopBy: 'signal' | 'stdin';
  supervisor: ChildProcess;
  pid: number;
  startTime: string;
  exited: Promise<ProcessExit>;
}

class Supervised implements SupervisedProcess {
  readonly name: string;
  readonly pid: number;
  readonly startTime: string;
  readonly logFile: string;
  readonly exited: Promise<ProcessExit>;
  hasExited = false;
  readonly #stopBy: 'signal' | 'stdin';
  readonly #supervisor: ChildProcess;

  constructor(parts: SupervisedParts) {
    this.name = parts.command.name;
    this.pid = parts.pid;
    this.startTime = parts.startTime;
    this.logFile = parts.command.logFile;
    this.#stopBy = parts.stopBy;
    this.#supervisor = parts.supervisor;
    this.exited = parts.exited;
    void this.exited.then(() => {
      this.hasExited = true;
    });
  }

  signal(signal: NodeJS.Signals): void {
    if (this.hasExited) return;
    try {
      process.kill(this.pid, signal);
    } catch (error) {
      // It ended a moment ago and the supervisor's exit has not been seen yet.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }

  async stop(graceMs = STOP_TIMEOUT_MS): Promise<ProcessExit> {
    if (this.#stopBy === 'stdin') {
      this.#supervisor.stdin?.end();
      // ClickHouse waits up to 5 s for clients that keep idle connections; it survives SIGTERM without loss.
      if (await this.#exitedWithin(STDIN_STOP_MS)) return this.exited;
    }
    this.signal('SIGTERM');
    if (!(await this.#exitedWithin(graceMs))) this.signal('SIGKILL');
    return this.exited;
  }

  async #exitedWithin(ms: number): Promise<boolean> {
    const giveUp = new AbortController();
    const timer = sleep(ms, false, { signal: giveUp.signal }).catch(() => false);
    const won = await Promise.race([this.exited.then(() => true), timer]);
    giveUp.abort();
    return won;
  }
}

/** How the command ended. The supervisor exits with 128 + n for signal n, as shells do. */
async function exitOf(supervisor: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    supervisor.once('error', () => resolve({ code: 127, signal: null }));
    supervisor.once('exit', (code, signal) => {
      const number = code !== null && code > 128 ? code - 128 : undefined;
      const name = number === undefined ? undefined : signalName(number);
      resolve(name === undefined ? { code, signal } : { code: null, signal: name });
    });
  });
}

function signalName(number: number): NodeJS.Signals | undefined {
  for (const name of SIGNAL_NAMES) if (constants.signals[name] === number) return name;
  return undefined;
}

const SIGNAL_NAMES: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGABRT',
  'SIGFPE',
  'SIGKILL',
  'SIGBUS',
  'SIGSEGV',
  'SIGPIPE',
  'SIGTERM',
];

async function reportedPid(supervisor: ChildProcess, name: string): Promise<number> {
  const channel = supervisor.stdio[3];
  if (!isReadable(channel)) throw new LaunchError(name, `${name} could not be started: no channel to its supervisor.`);
  let text = '';
  channel.setEncoding('utf8');
  channel.on('data', (chunk: string) => {
    text += chunk;
  });
  await Promise.race([once(channel, 'end'), once(channel, 'error'), once(supervisor, 'error')]);
  const pid = Number.parseInt(text, 10);
  if (!Number.isInteger(pid)) throw new LaunchError(name, `${name} could not be started: /bin/sh did not run.`);
  return pid;
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'setEncoding' in stream;
}
