import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PROJECT_DIR } from '../project-paths.ts';
import { type StackAddresses, serviceEnvironment } from '../stack/addresses.ts';

/** The demo on the run's shared stack, in a namespace and a database of its own. */
function startDemo(args: readonly string[], suffix: string): { child: ChildProcess; output: () => string } {
  const shared: StackAddresses = inject('stack');
  const env = {
    ...process.env,
    ...serviceEnvironment(shared),
    GROUNDSWELL_STACK: 'environment',
    GROUNDSWELL_CLICKHOUSE_DATABASE: `groundswell_demo_${suffix}`,
    GROUNDSWELL_NAMESPACE: `demo-${suffix}`,
  };
  const child = spawn(process.execPath, [join(PROJECT_DIR, 'infra/src/cli/demo.ts'), ...args], { env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { child, output: () => text };
}

const suffix = Math.random().toString(36).slice(2, 8);

describe('demo --once', () => {
  let printed = '';
  let exitCode: unknown;

  beforeAll(async () => {
    const { child, output } = startDemo(['--once', '--seed', '7'], suffix);
    [exitCode] = await once(child, 'close');
    printed = output();
  });

  it('finds the truth of the demo market: every transition, level and fate, and exits 0', () => {
    expect(exitCode, printed).toBe(0);
    expect(printed).toContain('The pipeline found the truth of the demo market');
  });

  it('prints a line for every account that becomes high-intensity, with its reasons', () => {
    const lines = printed.split('\n').filter((line) => line.includes(' high-intensity: '));
    expect(lines.length).toBeGreaterThan(40);
    for (const line of lines)
      expect(line).toMatch(/\d+ people \(.+\), \d+ touches in 30 days.*; score [\d.]+ from .+; (routed|suppressed)/);
    expect(lines.some((line) => line.includes('routed to cadence'))).toBe(true);
    expect(lines.some((line) => line.includes('suppressed: before go-live'))).toBe(true);
  });

  it('ends with one JSON line that agrees with what ClickHouse holds', async () => {
    const summary: unknown = JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '');
    const { clickhouse } = inject('stack');
    const reader = openClickHouse({ ...clickhouse.reader, database: `groundswell_demo_${suffix}` });
    const [held] = await reader.query<Record<string, number>>(
      `SELECT countIf(level = 'high-intensity') AS high_intensity, countIf(level != '') AS engaged FROM account_current`,
    );
    await reader.close();
    expect(summary).toMatchObject({
      ok: true,
      verify: 'ok',
      books: 'balanced',
      truth: true,
      mode: 'environment',
      ...held,
    });
    expect(held?.['high_intensity']).toBeGreaterThan(40);
  });
});

describe('demo, interrupted while it stays up', () => {
  let demo: ReturnType<typeof startDemo>;

  beforeAll(async () => {
    demo = startDemo([], `${suffix}up`);
  });
  afterAll(() => {
    demo.child.kill('SIGKILL');
  });

  it('says where to connect; the touch it proposes makes an account light up; it ends well at Ctrl-C', async () => {
    const closed = once(demo.child, 'close');
    await expect.poll(demo.output, { timeout: 200_000, interval: 200 }).toContain('Ctrl-C stops everything.');
    const [touch = ''] = demo
      .output()
      .split('\n')
      .filter((line) => line.includes('/v1/touches'));
    const account = /new\.colleague@([\w.-]+)"/.exec(touch)?.[1] ?? '';
    expect(account).toMatch(/\.example$/);
    const said = demo.output().length;
    execFileSync('sh', ['-c', touch]);
    await expect.poll(() => demo.output().slice(said), { timeout: 60_000 }).toContain(`(${account}): 2 people`);
    demo.child.kill('SIGINT');
    const [exitCode] = await closed;
    expect(exitCode, demo.output()).toBe(0);
  });
});
