/**
 * `pnpm test [static|unit|stack] [file filter …]`: static checks, then unit and property tests, then everything that
 * needs the real broker, registry and ClickHouse (one stack for all of it). The last line is the totals.
 */
import { join } from 'node:path';
import { interruptedBy, passSignalsOn } from './runner/child.ts';
import { runStaticChecks } from './runner/static-checks.ts';
import { runSuite, type SuiteResult } from './runner/suite.ts';
import { addTotals, noTotals, type Totals, totalsLine } from './runner/totals.ts';
import { sharedData } from './shared-data.ts';

const root = join(import.meta.dirname, '..');
const stages = ['static', 'unit', 'stack'] as const;
type Stage = (typeof stages)[number];

const print = (text: string): void => {
  process.stdout.write(text);
};

/** A filter without a stage narrows the tests, so the static checks are left out. */
const parseArguments = (args: readonly string[]): { chosen: readonly Stage[]; filters: readonly string[] } => {
  const words = args.map((word) => word.replace(/^--/, '')).filter((word) => word !== '');
  const named = stages.filter((stage) => words.includes(stage));
  const filters = words.filter((word) => !stages.some((stage) => stage === word));
  if (named.length > 0) return { chosen: named, filters };
  return { chosen: filters.length > 0 ? ['unit', 'stack'] : stages, filters };
};

const runStage = async (stage: Stage, filters: readonly string[]): Promise<SuiteResult> => {
  print(`\n── ${stage}\n`);
  if (stage === 'static') return { totals: await runStaticChecks(root, print), skippedTests: [] };
  return runSuite(root, stage, filters);
};

/** A narrowed suite may be empty; a run in which nothing was tested has failed. */
const judge = (stage: Stage, totals: Totals, narrowed: boolean): Totals => {
  if (narrowed || totals.passed + totals.failed > 0) return totals;
  print(`${stage}: no test ran\n`);
  return { ...totals, failed: 1 };
};

const run = async (): Promise<number> => {
  const { chosen, filters } = parseArguments(process.argv.slice(2));
  const lines: string[] = [];
  const skipped: string[] = [];
  let sum = noTotals;
  for (const stage of chosen) {
    if (interruptedBy()) break;
    const result = await runStage(stage, filters);
    const totals = judge(stage, result.totals, filters.length > 0);
    sum = addTotals(sum, totals);
    skipped.push(...result.skippedTests);
    lines.push(`${totals.failed === 0 ? '✓' : '✗'} ${stage}: ${totalsLine(totals)}\n`);
  }
  print(`\n── summary\n${lines.join('')}`);
  if (sharedData() === null) print(`not run, for want of ../shared/data: ${skipped.join('; ') || 'nothing'}\n`);
  else if (skipped.length > 0) print(`skipped: ${skipped.join('; ')}\n`);
  const incomplete = interruptedBy() ?? (sum.passed + sum.failed === 0 ? 'no test ran' : null);
  if (incomplete) {
    print(`not complete: ${incomplete}\n`);
    sum = addTotals(sum, { ...noTotals, failed: sum.failed === 0 ? 1 : 0 });
  }
  print(`${totalsLine(sum)}\n`);
  return sum.failed === 0 ? 0 : 1;
};

passSignalsOn();
process.exitCode = await run();
