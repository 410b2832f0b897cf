import { describe, expect, it } from 'vitest';
import { countReport } from './suite.ts';

const report = (files: { status: string; tests: string[] }[], counts: Partial<Record<string, number>> = {}) => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  ...counts,
  testResults: files.map(({ status, tests }, file) => ({
    name: `file-${file}`,
    status,
    assertionResults: tests.map((outcome, test) => ({ fullName: `test ${file}.${test}`, status: outcome })),
  })),
});

describe('the totals of a suite', () => {
  it('are those of its tests, with the skipped ones named', () => {
    const found = report([{ status: 'passed', tests: ['passed', 'skipped'] }], {
      numPassedTests: 1,
      numPendingTests: 1,
    });
    expect(countReport(found, true)).toEqual({
      totals: { passed: 1, failed: 0, skipped: 1 },
      skippedTests: ['test 0.1'],
    });
  });

  it('count a file that does not load as a failure', () => {
    const found = report(
      [
        { status: 'failed', tests: [] },
        { status: 'failed', tests: ['failed', 'passed'] },
      ],
      { numPassedTests: 1, numFailedTests: 1 },
    );
    expect(countReport(found, false).totals).toEqual({ passed: 1, failed: 2, skipped: 0 });
  });

  it('count a run that ends badly although all its tests passed as a failure', () => {
    const found = report([{ status: 'passed', tests: ['passed'] }], { numPassedTests: 1 });
    expect(countReport(found, false).totals).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('count a run without a readable report as a failure', () => {
    expect(countReport(null, true).totals).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
