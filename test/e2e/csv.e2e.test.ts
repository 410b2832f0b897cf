import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openClickHouse } from '@groundswell/clickhouse';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import { activatePlainPolicy } from '../stack/plain-policy.ts';

const root = join(import.meta.dirname, '..', '..');
const document = join(root, 'docs', 'csv.md');
const run = promisify(execFile);

/** As a spreadsheet writes it: byte-order mark, Windows line ends, semicolons, an empty row at its end. */
const spreadsheet = (lines: readonly string[]): string => `\ufeff${[...lines, ';;;;'].join('\r\n')}\r\n`;

const SCANS: readonly (readonly [date: string, email: string, rest: string])[] = [
  ['03/02/2025', 'kim.lee@acme.example', 'VP Engineering;Acme;Data'],
  ['03/02/2025', 'ada@acme.example', 'Data Engineer;Acme;Data'],
  ['04/02/2025', 'kim.lee@acme.example', 'VP Engineering;Acme;Security'],
  ['2025-02-04', 'josé@globex.example', 'CTO;Globex;Data'],
  ['04/02/2025', '', 'Student;;Data'],
  ['05/02/2025', 'noor@globex.example', 'Head of Platform;Globex;Data'],
];

const withoutAddress = spreadsheet([
  'Scan date;Job title;Company;Booth',
  ...SCANS.map(([date, , rest]) => `${date};${rest}`),
]);
const withAddress = spreadsheet([
  'Scan date;E-mail;Job title;Company;Booth',
  ...SCANS.map(([date, email, rest]) => `${date};${email};${rest}`),
]);

/** How long it took is not part of what a reader compares. */
const steady = (output: string): string => output.replaceAll(/in \d+s, [\d,]+\/s/g, 'in 0s, 100/s');

describe('docs/csv.md', () => {
  let pipeline: Pipeline;
  let home = '';

  const bash = async (command: string): Promise<string> => {
    const env = {
      ...process.env,
      ...pipeline.environment,
      HOME: home,
      PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
      INIT_CWD: join(home, 'work'),
    };
    const failed = (error: unknown): { stdout: string } =>
      error instanceof Error && 'stdout' in error ? { stdout: String(error.stdout) } : { stdout: String(error) };
    // Exit code 1 says that there are problems: they are what is shown.
    const { stdout } = await run('bash', ['-c', `${command} 2>&1`], { cwd: join(home, 'work'), env }).catch(failed);
    return steady(stdout);
  };

  /** The document with every command run anew and its output in the place of the one that is there. */
  const replayed = async (markdown: string): Promise<string> => {
    const parts = markdown.split(/(^```console\n[\s\S]*?^```$)/m);
    const texts: string[] = [];
    for (const part of parts) {
      if (!part.startsWith('```console\n')) {
        texts.push(part);
        continue;
      }
      let block = '```console\n';
      for (const [, command = ''] of part.matchAll(/^\$ (.*)$/gm)) {
        // What was sent has to have gone all the way before somebody looks.
        if (command === 'groundswell books') await pipeline.groundswell('verify', '--timeout', '120');
        block += `$ ${command}\n${await bash(command)}`;
      }
      texts.push(`${block}\`\`\``);
    }
    return texts.join('');
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'groundswell-csv-'));
    for (const folder of ['bin', 'work', 'Downloads']) await mkdir(join(home, folder));
    const shim = join(home, 'bin', 'groundswell');
    await writeFile(shim, `#!/bin/sh\nexec ${process.execPath} ${join(root, 'packages/cli/src/main.ts')} "$@"\n`);
    await chmod(shim, 0o755);
    await writeFile(join(home, 'Downloads', 'badge-scans.csv'), withoutAddress);
    await writeFile(join(home, 'Downloads', 'badge-scans-2.csv'), withAddress);
    pipeline = await startPipeline(inject('stack'), { name: 'csv' });
    await activatePlainPolicy(pipeline);
  });

  afterAll(async () => {
    await pipeline?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it('says what a new user sees, from a spreadsheet to accounts (else run this test with -u)', async () => {
    await expect(await replayed(await readFile(document, 'utf8'))).toMatchFileSnapshot(document);
    const clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    const touches = await clickhouse.query('SELECT DISTINCT time_precision, count() OVER () AS touches FROM touches');
    await clickhouse.close();
    expect(touches).toEqual([{ time_precision: 'day', touches: 5 }]);
  });
});
