import { type ChildProcess, spawn } from 'node:child_process';

/** How a child ended and, when it was captured, everything it wrote. */
export interface ChildResult {
  readonly ok: boolean;
  readonly output: string;
  readonly elapsedMs: number;
}

const running = new Set<ChildProcess>();

/** Passes a signal on, so that a suite tears its stack down before the runner ends. */
export const signalChildren = (signal: NodeJS.Signals): void => {
  for (const child of running) child.kill(signal);
};

/** Runs a program from node_modules/.bin in `cwd`. `capture` keeps its output instead of showing it. Never rejects. */
export const runChild = (
  command: readonly [string, ...string[]],
  options: { cwd: string; capture: boolean },
): Promise<ChildResult> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    const [program, ...args] = command;
    const stdio = options.capture ? 'pipe' : 'inherit';
    const child = spawn(program, args, { cwd: options.cwd, stdio: ['ignore', stdio, stdio] });
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
