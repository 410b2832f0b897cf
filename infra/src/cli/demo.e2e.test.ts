import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClickHouse } from '@groundswell/clickhouse';
import { generateMarket, plainRules } from '@groundswell/demo-market';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PROJECT_DIR } from '../project-paths.ts';
import { type StackAddresses, serviceEnvironment } from '../stack/addresses.ts';

interface RunningDemo {
  readonly child: ChildProcess;
  readonly closed: Promise<unknown[]>;
  output(): string;
}

/** The demo on the run's shared stack, in a namespace and a database of its own. */
function startDemo(args: readonly string[], suffix: string): RunningDemo {
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
  return { child, closed: once(child, 'close'), output: () => text };
}

/** Waits until the demo has printed that; the test's own timeout ends the wait. */
async function said({ child, output }: RunningDemo, text: string): Promise<void> {
  while (!output().includes(text)) {
    if (child.exitCode !== null) throw new Error(`the demo ended without saying "${text}":\n${output()}`);
    await sleep(100);
  }
}

const shell = (command: string): string => execFileSync('sh', ['-c', command]).toString();
const linesWith = (text: string, part: string): string[] => text.split('\n').filter((line) => line.includes(part));
const suffix = Math.random().toString(36).slice(2, 8);

describe('the demo', () => {
  let demo: RunningDemo;

  beforeAll(async () => {
    demo = startDemo(['--seed', '7'], suffix);
    await said(demo, 'Ctrl-C stops everything.');
  });
  afterAll(() => {
    demo.child.kill('SIGKILL');
  });

  it('finds the truth of the demo market: every transition, level and fate', () => {
    expect(demo.output()).toContain('The windows of the stream equal pure SQL.');
    expect(demo.output()).toContain('The books balance');
    expect(demo.output()).toContain('The pipeline found the truth of the demo market');
  });

  it('prints a line for every account that becomes high-intensity, with its reasons', () => {
    const lines = linesWith(demo.output(), ' high-intensity: ');
    expect(lines.length).toBeGreaterThan(40);
    for (const line of lines) {
      expect(line).toMatch(/\d+ people \(.+\), \d+ touches in 30 days.*; score [\d.]+ from .+; (routed|suppressed)/);
    }
    expect(lines.some((line) => line.includes('routed to cadence'))).toBe(true);
    expect(lines.some((line) => line.includes('suppressed: before go-live'))).toBe(true);
  });

  it('prints three queries that answer as they stand', () => {
    const queries = linesWith(demo.output(), '--data-binary').filter((line) => line.includes('X-ClickHouse-User'));
    expect(queries).toHaveLength(3);
    const [accounts = '', reasons = '', routes = ''] = queries.map(shell);
    expect(linesWith(accounts, '.example').length).toBe(20);
    expect(reasons).toContain('type:');
    expect(routes).toContain('historical');
  });

  it('prints a touch that makes an account light up', async () => {
    const [touch = ''] = linesWith(demo.output(), '/v1/touches');
    const account = /new\.colleague@([\w.-]+)"/.exec(touch)?.[1] ?? '';
    expect(account).toMatch(/\.example$/);
    expect(demo.output()).not.toContain(`(${account}): 2 people`);
    expect(shell(touch)).toContain('"accepted":1');
    await said(demo, `(${account}): 2 people`);
  });

  it('ends well at Ctrl-C', async () => {
    demo.child.kill('SIGINT');
    const [exitCode] = await demo.closed;
    expect(exitCode, demo.output()).toBe(0);
  });
});

describe('demo --once --input FILE', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-input-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('streams the file as if live and ends with one JSON line that agrees with what ClickHouse holds', async () => {
    const { touches } = generateMarket({ seed: 3, anchor: Date.parse('2026-03-31T12:00:00Z'), rules: plainRules });
    const file = join(folder, 'touches.ndjson');
    await writeFile(
      file,
      touches
        .slice(0, 4_000)
        .map((touch) => `${JSON.stringify(touch)}\n`)
        .join(''),
    );
    const { closed, output } = startDemo(['--once', '--input', file], `${suffix}f`);
    const [exitCode] = await closed;
    expect(exitCode, output()).toBe(0);

    const summary: unknown = JSON.parse(output().trimEnd().split('\n').at(-1) ?? '');
    const { clickhouse } = inject('stack');
    const reader = openClickHouse({ ...clickhouse.reader, database: `groundswell_demo_${suffix}f` });
    const [held] = await reader.query<Record<string, number>>(
      `SELECT count() AS accounts, countIf(level = 'high-intensity') AS high_intensity FROM account_current`,
    );
    await reader.close();
    expect(held?.['accounts']).toBeGreaterThan(10);
    expect(summary).toMatchObject({
      ok: true,
      touches: { sent: 4_000, accepted: 4_000, rejected: 0 },
      ...held,
      verify: 'ok',
      books: 'balanced',
      truth: null,
      mode: 'environment',
    });
  });
});
