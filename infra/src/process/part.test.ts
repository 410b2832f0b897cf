import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Readiness } from '../health/wait-until.ts';
import { testFolder } from '../test-folder.ts';
import { describeExit, Part, type PartObserver } from './part.ts';
import { startSupervised } from './supervised-process.ts';

interface Setting {
  script: string;
  check?: () => Promise<Readiness<undefined>>;
  readyTimeoutMs?: number;
}

async function part(setting: Setting): Promise<{ part: Part; seen: string[] }> {
  const dir = await testFolder();
  const seen: string[] = [];
  const observer: PartObserver = {
    started: async () => void seen.push('started'),
    ended: async () => void seen.push('ended'),
    crashed: (_, exit) => void seen.push(`crashed: ${describeExit(exit)}`),
  };
  const definition = {
    name: 'thing',
    readyTimeoutMs: setting.readyTimeoutMs ?? 5_000,
    check: setting.check ?? (async () => ({ ready: true, value: undefined }) as const),
    launch: () =>
      startSupervised({
        name: 'thing',
        command: '/bin/sh',
        args: ['-c', setting.script],
        env: process.env,
        cwd: dir,
        logFile: join(dir, 'thing.log'),
      }),
  };
  return { part: new Part(definition, observer), seen };
}

const never = async (): Promise<Readiness<undefined>> => ({ ready: false, reason: 'answers 503' });

describe('Part', () => {
  it('starts, stops and starts again, as another process', async () => {
    const { part: thing, seen } = await part({ script: 'exec sleep 60' });
    await thing.start();
    const first = thing.process.pid;
    await thing.restart();
    expect(thing.process.pid).not.toBe(first);
    await thing.stop();
    await sleep(20);
    expect(seen).toEqual(['started', 'ended', 'started', 'ended']);
  });

  it('stops what does not become ready; the error says what was seen last and shows the log', async () => {
    const { part: thing } = await part({ script: 'echo loading; exec sleep 60', check: never, readyTimeoutMs: 200 });
    const failure = thing.start();
    await expect(failure).rejects.toThrow('thing: not ready after 0.2 s (answers 503).');
    await expect(failure).rejects.toThrow('  | loading');
    expect(thing.process.hasExited).toBe(true);
  });

  it('does not wait for one that ended while starting', async () => {
    const { part: thing, seen } = await part({
      script: 'echo port taken; exit 3',
      check: never,
      readyTimeoutMs: 60_000,
    });
    const failure = thing.start();
    await expect(failure).rejects.toThrow('thing: ended while it was starting (exit code 3).');
    await expect(failure).rejects.toThrow('  | port taken');
    expect(seen).not.toContain('crashed: exit code 3');
  });

  it('gives up starting when aborted, with the reason of the one who aborted', async () => {
    const { part: thing } = await part({ script: 'exec sleep 60', check: never });
    const abort = new AbortController();
    const failure = thing.start(abort.signal);
    setTimeout(() => abort.abort(new Error('another part failed')), 100);
    await expect(failure).rejects.toThrow('another part failed');
    expect(thing.process.hasExited).toBe(true);
  });

  it('reports an end that nobody asked for, and no other', async () => {
    const { part: thing, seen } = await part({ script: 'sleep 0.2; exit 9' });
    await thing.start();
    await thing.process.exited;
    await sleep(20);
    expect(seen).toEqual(['started', 'ended', 'crashed: exit code 9']);
    const killed = await part({ script: 'exec sleep 60' });
    await killed.part.start();
    await killed.part.kill('SIGKILL');
    await sleep(20);
    expect(killed.seen).toEqual(['started', 'ended']);
  });

  it('does not wait for an end after signals that only pause or wake', async () => {
    const { part: thing } = await part({ script: 'exec sleep 60' });
    await thing.start();
    await thing.kill('SIGSTOP');
    await thing.kill('SIGCONT');
    expect(thing.process.hasExited).toBe(false);
    await thing.stop();
  });
});
