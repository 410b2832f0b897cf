import { runChild } from './child.ts';
import { noTotals, type Totals } from './totals.ts';

/** Each counts as one test. They share nothing, so they run side by side. */
const staticChecks: readonly { name: string; command: readonly [string, ...string[]] }[] = [
  { name: 'typecheck', command: ['tsc', '--noEmit'] },
  { name: 'lint', command: ['biome', 'check', '--colors=off', '--max-diagnostics=100', '.'] },
  {
    name: 'boundaries',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'services', 'packages', 'schemas', 'infra', 'test'],
  },
  { name: 'unused', command: ['knip'] },
];

const LIMIT_MS = 5 * 60_000;

const mark = (ok: boolean): string => (ok ? '✓' : '✗');

/** Runs every static check; shows one line each, and the whole output of those that fail. */
export const runStaticChecks = async (root: string, print: (text: string) => void): Promise<Totals> => {
  const results = await Promise.all(
    staticChecks.map(async ({ name, command }) => {
      const { ok, output, elapsedMs } = await runChild(command, { cwd: root, capture: true, limitMs: LIMIT_MS });
      print(`${mark(ok)} ${name} ${(elapsedMs / 1000).toFixed(1)} s\n${ok ? '' : `${output}\n`}`);
      return ok;
    }),
  );
  const passed = results.filter(Boolean).length;
  return { ...noTotals, passed, failed: results.length - passed };
};
