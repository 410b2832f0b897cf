import { describe, expect, it } from 'vitest';
import { runChild } from './child.ts';

const node = (script: string, limitMs = 30_000) =>
  runChild([process.execPath, '-e', script], { cwd: '/', capture: true, limitMs });

describe('a child of the test runner', () => {
  it('is well when it exits with 0, and its output is kept', async () => {
    expect(await node("process.stdout.write('out'); process.stderr.write('err')")).toMatchObject({ ok: true });
    expect((await node("process.stdout.write('out')")).output).toBe('out');
  });

  it('is not well when it fails, is killed or cannot be started', async () => {
    expect(await node('process.exit(3)')).toMatchObject({ ok: false });
    expect((await node("process.kill(process.pid, 'SIGKILL')")).output).toContain('ended by SIGKILL');
    const absent = await runChild(['no-such-program'], { cwd: '/', capture: true, limitMs: 30_000 });
    expect(absent.ok).toBe(false);
    expect(absent.output).toContain('no-such-program');
  });

  it('is ended when its time is over', async () => {
    const { ok, output } = await node('setInterval(() => undefined, 1000)', 200);
    expect(ok).toBe(false);
    expect(output).toContain('did not end');
    expect(output).toContain('ended by SIGTERM');
  });
});
