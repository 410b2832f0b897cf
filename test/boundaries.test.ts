import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

const cruiseReport = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

let folder = '';

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};

/** A workspace package, linked as pnpm links it. */
const putPackage = async (path: string): Promise<void> => {
  const name = `@groundswell/${path.slice(path.indexOf('/') + 1)}`;
  await put(`${path}/package.json`, JSON.stringify({ name, type: 'module', exports: { '.': './src/index.ts' } }));
  await put(`${path}/src/index.ts`, 'export const entry = 1;\n');
  await put(`${path}/src/inside.ts`, 'export const inside = 1;\n');
  await mkdir(join(folder, 'node_modules', '@groundswell'), { recursive: true });
  await symlink(join(folder, path), join(folder, 'node_modules', name));
};

/** Output of a program, whatever its exit code. */
const outputOf = (program: string, args: string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(bin(program), args, { cwd: folder, env: { ...process.env, NO_COLOR: '1' } }, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`),
    );
  });

/** Names of the rules that a file of the planted workspace breaks. */
const brokenRules = async (path: string, text: string): Promise<string[]> => {
  await put(path, text);
  const folders = ['services', 'packages', 'infra', 'test'];
  const config = join(root, '.dependency-cruiser.cjs');
  const report = cruiseReport.parse(
    JSON.parse(await outputOf('depcruise', ['--config', config, '-T', 'json', ...folders])),
  );
  await rm(join(folder, path));
  return [...new Set(report.summary.violations.map((violation) => violation.rule.name))].sort();
};

const lintFindings = async (path: string, text: string): Promise<string> => {
  await put(path, text);
  const output = await outputOf('biome', ['lint', '--vcs-enabled=false', '--colors=off', '--reporter=github', path]);
  await rm(join(folder, path));
  return output;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-boundaries-'));
  for (const path of ['packages/windowing', 'packages/intensity', 'packages/kafka', 'services/one', 'services/two']) {
    await putPackage(path);
  }
  await put('infra/src/index.ts', 'export const start = 1;\n');
  await put('test/run.ts', 'export const run = 1;\n');
  await put('node_modules/kafkajs/package.json', JSON.stringify({ name: 'kafkajs', main: 'index.js' }));
  await put('node_modules/kafkajs/index.js', 'exports.Kafka = 1;\n');
  await cp(join(root, 'biome.json'), join(folder, 'biome.json'));
  await cp(join(root, 'test', 'lint'), join(folder, 'test', 'lint'), { recursive: true });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the import boundaries', () => {
  it.each([
    ['a service that imports another', 'services/one/src/x.ts', '@groundswell/two', 'services-are-processes'],
    ['a package that imports a service', 'packages/kafka/src/x.ts', '@groundswell/one', 'nothing-imports-a-service'],
    [
      'a package that imports the launcher',
      'packages/kafka/src/x.ts',
      '../../../infra/src/index.ts',
      'packages-know-no-infra-and-no-test-bench',
    ],
    [
      'a pure package that imports Kafka',
      'packages/windowing/src/x.ts',
      'kafkajs',
      'pure-packages-do-no-input-or-output',
    ],
    [
      'a pure package that imports an adapter',
      'packages/windowing/src/x.ts',
      '@groundswell/kafka',
      'pure-packages-do-no-input-or-output',
    ],
    [
      'a pure package that serves HTTP',
      'packages/windowing/src/x.ts',
      'node:http',
      'pure-packages-do-no-input-or-output',
    ],
    ['a pure package that reads files', 'packages/windowing/src/x.ts', 'node:fs', 'pure-packages-read-no-files'],
    [
      'a path into another package',
      'packages/windowing/src/x.ts',
      '../../intensity/src/inside.ts',
      'packages-are-entered-by-their-exports',
    ],
    [
      'a path that a package does not export',
      'packages/windowing/src/x.ts',
      '@groundswell/intensity/src/inside.ts',
      'imports-resolve',
    ],
    ['a module that imports itself by way of another', 'packages/windowing/src/x.ts', './x.ts', 'no-cycles'],
  ])('refuse %s', async (_what, path, imported, rule) => {
    expect(await brokenRules(path, `import * as other from '${imported}';\nexport { other };\n`)).toContain(rule);
  });

  it('refuse an import that is only for its types', async () => {
    const text = "import type { Kafka } from 'kafkajs';\nexport type Client = Kafka;\n";
    expect(await brokenRules('packages/windowing/src/x.ts', text)).toEqual(['pure-packages-do-no-input-or-output']);
  });

  it('allow a package to use another by its name, and an adapter to use Kafka', async () => {
    const byName = "import { entry } from '@groundswell/intensity';\nexport { entry };\n";
    expect(await brokenRules('packages/windowing/src/x.ts', byName)).toEqual([]);
    expect(
      await brokenRules('packages/kafka/src/x.ts', "import { Kafka } from 'kafkajs';\nexport { Kafka };\n"),
    ).toEqual([]);
  });
});

describe('the linter', () => {
  it.each(['Date.now()', 'new Date()', 'performance.now()', 'Math.random()', 'crypto.randomUUID()'])(
    'refuses %s in a pure package',
    async (expression) => {
      const text = `export const value = ${expression};\n`;
      expect(await lintFindings('packages/windowing/src/x.ts', text)).toContain('Pure code takes');
      expect(await lintFindings('packages/kafka/src/x.ts', text)).not.toContain('Pure code takes');
    },
  );

  it('lets a pure package format an instant it was given', async () => {
    const text = 'export const text = (at: number): string => new Date(at).toISOString();\n';
    expect(await lintFindings('packages/windowing/src/x.ts', text)).not.toContain('Pure code takes');
  });

  it("lets only a service's config.ts read the environment", async () => {
    const text = "export const home = process.env['HOME'];\n";
    expect(await lintFindings('services/one/src/pipeline.ts', text)).toContain('noProcessEnv');
    expect(await lintFindings('services/one/src/config.ts', text)).not.toContain('noProcessEnv');
  });
});
