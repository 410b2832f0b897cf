import { type ChildProcess, spawn } from 'node:child_process';

/** How a child ended and, when it was captured, everything it wrote. */
export interface ChildResult {
  readonly ok: boolean;
  readonly output: string;
  readonly elapsedMs: number;
}

const running = new Set<ChildProcess>();

let interruption: NodeJS.Signals | null = null;

/** The signal that ended the run early, if one did. */
export const interruptedBy = (): NodeJS.Signals | null => interruption;

/** Passes signals on and lets the runner go on to clean up, instead of ending at once. */
export const passSignalsOn = (): void => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interruption = signal;
      for (const child of running) child.kill(signal);
    });
  }
};

/** Runs a program from node_modules/.bin in `cwd`. `capture` keeps its output instead of showing it. Never rejects. */
export const runChild = (
  command: readonly [string, ...string[]],
  options: { cwd: string; capture: boolean; env?: NodeJS.ProcessEnv },
): Promise<ChildResult> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    const [program, ...args] = command;
    const stdio = options.capture ? 'pipe' : 'inherit';
    const child = spawn(program, args, {
      cwd: options.cwd,
      stdio: ['ignore', stdio, stdio],
      env: { ...process.env, ...options.env },
    });
    const finish = (ok: boolean, note = ''): void => {
      running.delete(child);
      const output = Buffer.concat(chunks).toString('utf8') + note;
      resolve({ ok, output, elapsedMs: performance.now() - startedAt });
    };
    running.add(child);
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => finish(false, `${program}: ${error.message}\n`));
    child.on('close', (code, signal) => finish(code === 0, signal ? `${program}: ended by ${signal}\n` : ''));
  });
