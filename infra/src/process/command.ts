import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Undefined when the command could not be started or ran into its timeout. */
  code: number | undefined;
  output: string;
  /** Why there is no code. */
  problem?: string;
}

export interface CommandOptions {
  timeoutMs: number;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  signal?: AbortSignal | undefined;
}

/** Runs a command to its end and returns what it printed (both streams, in order). Never rejects. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const limit = AbortSignal.timeout(options.timeoutMs);
    const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
    const child = spawn(command, args, {
      env: options.env ?? process.env,
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      killSignal: 'SIGKILL',
      signal,
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const output = (): string => Buffer.concat(chunks).toString('utf8');
    child.once('error', (error) => {
      const problem = limit.aborted ? `no answer within ${options.timeoutMs / 1000} s` : error.message;
      resolve({ code: undefined, output: output(), problem });
    });
    child.once('close', (code) => resolve({ code: code ?? undefined, output: output() }));
  });
}
