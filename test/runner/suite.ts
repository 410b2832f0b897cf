import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopLeftovers } from '@groundswell/infra';
import { z } from 'zod';
import { runChild } from './child.ts';
import { noTotals, type Totals } from './totals.ts';

/** The part of vitest's JSON report that is counted. */
const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** A vitest project's outcome. */
export interface SuiteResult {
  readonly totals: Totals;
  readonly skippedTests: readonly string[];
}

/**
 * Counts vitest's JSON report (null: none was written). What vitest reports outside tests (a file that does not load,
 * a hook or the stack that fails, an unhandled rejection) has no failed test to show for it and counts as one failure.
 */
export const countReport = (found: unknown, exitedWell: boolean): SuiteResult => {
  const parsed = report.safeParse(found);
  if (!parsed.success) return { totals: { ...noTotals, failed: 1 }, skippedTests: [] };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = parsed.data;
  const failedOutsideTests = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const named = numFailedTests + failedOutsideTests;
  return {
    totals: {
      passed: numPassedTests,
      failed: named === 0 && !exitedWell ? 1 : named,
      skipped: numPendingTests + numTodoTests,
    },
    skippedTests: testResults.flatMap((file) =>
      file.assertionResults.filter((test) => test.status === 'skipped').map((test) => test.fullName),
    ),
  };
};

/** Many times what a suite takes. */
const LIMIT_MS = 20 * 60_000;

const readJson = async (file: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
};

/** Ends what an interrupted suite left running and removes its data. */
const clearStack = async (folder: string): Promise<void> => {
  await stopLeftovers(join(folder, 'data'));
  await rm(folder, { recursive: true, force: true });
};

/** Runs one vitest project, showing its progress. `filters` narrow it to matching files; only then may it be empty. */
export const runSuite = async (root: string, project: string, filters: readonly string[]): Promise<SuiteResult> => {
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-report-'));
  const stackFolder = await mkdtemp(join(tmpdir(), 'groundswell-test-'));
  const file = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const narrowing = filters.length > 0 ? ['--passWithNoTests', ...filters] : [];
  try {
    const { ok } = await runChild(['vitest', 'run', '--project', project, ...reporters, ...narrowing], {
      cwd: root,
      capture: false,
      limitMs: LIMIT_MS,
      env: { GROUNDSWELL_TEST_DIR: stackFolder },
    });
    return countReport(await readJson(file), ok);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await clearStack(stackFolder);
  }
};
