import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openClickHouse } from '@groundswell/clickhouse';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import { activatePlainPolicy } from '../stack/plain-policy.ts';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/** Runs a command as a reader would type it. */
const bash = async (
  command: string,
  env: NodeJS.ProcessEnv,
): Promise<{ exitCode: number; stdout: string; stderr: string }> => {
  try {
    return { exitCode: 0, ...(await run('bash', ['-ec', command], { cwd: root, env })) };
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && 'stderr' in error)) throw error;
    return { exitCode: 1, stdout: String(error.stdout), stderr: String(error.stderr) };
  }
};

const blocks = (markdown: string, language: string): string[] =>
  [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text ?? '');

/** Commands that start or stop whole stacks, run this very suite, or name files a reader would have of their own. */
const unsafe = /pnpm@12 (demo|test|start|stop)|import (accounts|touches|history)\b/;

const shellCommands = (markdown: string): string[] =>
  blocks(markdown, 'sh')
    .flatMap((block) => block.replace(/\\\n/g, ' ').split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

describe('the README', () => {
  let pipeline: Pipeline;
  let markdown: string;

  beforeAll(async () => {
    markdown = await readFile(join(root, 'README.md'), 'utf8');
    pipeline = await startPipeline(inject('stack'), { name: 'readme' });
    await activatePlainPolicy(pipeline);
  });

  afterAll(async () => {
    await pipeline?.stop();
  });

  it('has commands that run as written', async () => {
    const commands = shellCommands(markdown).filter((command) => !unsafe.test(command));
    // The curl line comes first in the README, so the account it touches is there for the commands that follow.
    expect(commands.map((command) => command.split(' ')[0])).toContain('curl');
    expect(commands.length).toBeGreaterThanOrEqual(8);
    for (const command of commands) {
      const env = { ...process.env, ...pipeline.environment, INTAKE_URL: pipeline.intakeUrl };
      const { exitCode, stdout, stderr } = await bash(command, env);
      expect(exitCode, `${command}\n${stdout}${stderr}`).toBe(0);
      expect(`${stdout}${stderr}`, command).not.toBe('');
      if (command.startsWith('curl')) {
        expect(JSON.parse(stdout)).toMatchObject({ accepted: 1, rejected: 0 });
        const through = await pipeline.groundswell('verify', '--timeout', '120');
        expect(through, through.stdout + through.stderr).toMatchObject({ exitCode: 0 });
      }
    }
  });

  it('has queries that run as written', async () => {
    const clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    const queries = blocks(markdown, 'sql')
      .flatMap((block) => block.split(';'))
      .filter((sql) => /SELECT/.test(sql));
    expect(queries.length).toBeGreaterThanOrEqual(3);
    for (const sql of queries) await expect(clickhouse.query(sql), sql).resolves.toBeInstanceOf(Array);
    await clickhouse.close();
  });

  it('links to files that exist', async () => {
    const links = [...markdown.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) await expect(run('test', ['-e', join(root, link)]), link).resolves.toBeDefined();
  });
});
