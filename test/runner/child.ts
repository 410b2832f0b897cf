import { type ChildProcess, spawn } from 'node:child_process';

/** How a child ended and, when it was captured, everything it wrote. */
export interface ChildResult {
  readonly ok: boolean;
  readonly output: string;
  readonly elapsedMs: number;
}

export interface ChildOptions {
  readonly cwd: string;
  /** keeps the output instead of showing it */
  readonly capture: boolean;
  /** a run must end: a test in an endless loop cannot be interrupted from inside its process */
  readonly limitMs: number;
  /** added to this process's environment */
  readonly env?: NodeJS.ProcessEnv;
}

/** From the polite signal to the one that cannot be refused. */
const GRACE_MS = 10_000;

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

/** Calls `onLimit` and ends the child when its time is over. Returns what calls this off. */
const endAfter = (child: ChildProcess, limitMs: number, onLimit: () => void): (() => void) => {
  let grace: NodeJS.Timeout | undefined;
  const limit = setTimeout(() => {
    onLimit();
    child.kill('SIGTERM');
    grace = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  }, limitMs);
  return () => {
    clearTimeout(limit);
    clearTimeout(grace);
  };
};

/** Runs a program from node_modules/.bin. Never rejects. */
export const runChild = (command: readonly [string, ...string[]], options: ChildOptions): Promise<ChildResult> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    const [program, ...args] = command;
    const stdio = options.capture ? 'pipe' : 'inherit';
    const env = { ...process.env, ...options.env };
    const child = spawn(program, args, { cwd: options.cwd, stdio: ['ignore', stdio, stdio], env });
    const keep = (text: string | Buffer): void => {
      if (options.capture) chunks.push(Buffer.from(text));
      else process.stderr.write(text);
    };
    const callOff = endAfter(child, options.limitMs, () =>
      keep(`${program} did not end within ${options.limitMs / 60_000} minutes and is ended now\n`),
    );
    const finish = (ok: boolean, note: string): void => {
      callOff();
      running.delete(child);
      if (note) keep(note);
      resolve({ ok, output: Buffer.concat(chunks).toString('utf8'), elapsedMs: performance.now() - startedAt });
    };
    running.add(child);
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => finish(false, `${program}: ${error.message}\n`));
    child.on('close', (code, signal) => finish(code === 0, signal ? `${program}: ended by ${signal}\n` : ''));
  });
