import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { waitUntil } from '../health/wait-until.ts';
import { testFolder } from '../test-folder.ts';
import { isAlive } from './process-identity.ts';
import { type SupervisedProcess, startSupervised } from './supervised-process.ts';

async function shell(script: string, stopBy: 'signal' | 'stdin' = 'signal'): Promise<SupervisedProcess> {
  const dir = await testFolder();
  const logFile = join(dir, 'log');
  return startSupervised({
    name: 'test',
    command: '/bin/sh',
    args: ['-c', script],
    env: process.env,
    cwd: dir,
    logFile,
    stopBy,
  });
}

/** Waits until the script has printed this. */
const printed = (process: SupervisedProcess, text: string): Promise<void> =>
  waitUntil({
    timeoutMs: 5_000,
    intervalMs: 10,
    check: async () => {
      const log = await readFile(process.logFile, 'utf8');
      return log.includes(text) ? { ready: true, value: undefined } : { ready: false, reason: `only "${log}"` };
    },
  });

const gone = (pid: number, startTime: string): Promise<void> =>
  waitUntil({
    timeoutMs: 20_000,
    intervalMs: 20,
    check: async () =>
      (await isAlive({ pid, startTime }))
        ? { ready: false, reason: `${pid} lives` }
        : { ready: true, value: undefined },
  });

describe('startSupervised', () => {
  it('tells the pid of the command itself and writes its output to the log', async () => {
    const process = await shell('echo "pid $$"; echo problem >&2');
    expect(await process.exited).toEqual({ code: 0, signal: null });
    expect(await readFile(process.logFile, 'utf8')).toBe(`pid ${process.pid}\nproblem\n`);
  });

  it('tells exit codes and deadly signals apart', async () => {
    expect(await (await shell('exit 7')).exited).toEqual({ code: 7, signal: null });
    const killed = await shell('exec sleep 60');
    killed.signal('SIGKILL');
    expect(await killed.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(killed.hasExited).toBe(true);
  });

  it('reports a command that does not exist as exit code 127, with the reason in the log', async () => {
    const dir = await testFolder();
    const logFile = join(dir, 'log');
    const process = await startSupervised({ name: 'test', command: '/no/such', args: [], env: {}, cwd: dir, logFile });
    expect(await process.exited).toEqual({ code: 127, signal: null });
    expect(await readFile(logFile, 'utf8')).toContain('/no/such');
  });

  it('lets a command stop in its own way', async () => {
    const process = await shell('trap "echo tidy; exit 0" TERM; echo up; while :; do sleep 0.05; done');
    await printed(process, 'up');
    expect(await process.stop()).toEqual({ code: 0, signal: null });
    expect(await readFile(process.logFile, 'utf8')).toContain('tidy');
  });

  it('kills a command that does not stop in time', async () => {
    const process = await shell('trap "" TERM; echo up; while :; do sleep 0.05; done');
    await printed(process, 'up');
    expect(await process.stop(200)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('ends a command that reads stdin by closing it', async () => {
    const process = await shell('echo up; while read -r line; do :; done; echo end of input', 'stdin');
    await printed(process, 'up');
    expect(await process.stop()).toEqual({ code: 0, signal: null });
    expect(await readFile(process.logFile, 'utf8')).toContain('end of input');
  });

  it.each([
    ['stops on SIGTERM', 'exec sleep 600', 'signal'],
    ['ignores SIGTERM', 'trap "" TERM; while :; do sleep 0.1; done', 'signal'],
    ['was paused', 'kill -STOP $$; exec sleep 600', 'signal'],
    ['reads stdin', 'while read -r line; do :; done', 'stdin'],
  ])(
    'leaves no process behind when its launcher is killed: a command that %s',
    async (_, script, stopBy) => {
      const dir = await testFolder();
      const module = new URL('./supervised-process.ts', import.meta.url).href;
      const options = {
        name: 't',
        command: '/bin/sh',
        args: ['-c', script],
        cwd: dir,
        logFile: join(dir, 'log'),
        stopBy,
        orphanGraceMs: 1_000,
      };
      const code = `
      import { startSupervised } from ${JSON.stringify(module)};
      const { pid, startTime } = await startSupervised({ ...${JSON.stringify(options)}, env: process.env });
      process.stdout.write(JSON.stringify({ pid, startTime }));
      setInterval(() => {}, 1000);`;
      const launcher = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const chunk: unknown = await new Promise((resolve) => launcher.stdout.once('data', resolve));
      const child: unknown = JSON.parse(String(chunk));
      if (typeof child !== 'object' || child === null || !('pid' in child) || !('startTime' in child))
        throw new Error('no pid');
      const identity = { pid: Number(child.pid), startTime: String(child.startTime) };
      expect(await isAlive(identity)).toBe(true);
      launcher.kill('SIGKILL');
      await gone(identity.pid, identity.startTime);
    },
    30_000,
  );
});
