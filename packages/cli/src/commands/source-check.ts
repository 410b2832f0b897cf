import {
  createSourceCatalog,
  describeProblem,
  runSourceTests,
  type SourceProblem,
  type SourceTestResult,
} from '@groundswell/sources';
import type { CliContext } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes } from '../command-error.ts';
import { formatQuantity } from '../format.ts';
import { readSourceFiles, type SourceFile } from '../source/source-files.ts';
import { type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';

const filesOf = async (context: CliContext, path: string): Promise<SourceFile[]> => {
  const files = await readSourceFiles(path, context.workingDir);
  if (files.length > 0) return files;
  throw new CommandError({
    what: 'there is no source file in this folder',
    where: path,
    remedy: 'source files are called *.yaml or *.yml; `groundswell source new` writes one',
  });
};

/** Everything wrong in any of the files, two declarations of one id included. */
const problemsOf = (files: readonly SourceFile[]): SourceProblem[] => {
  const declared = files.flatMap(({ name, parsed }) => (parsed.ok ? [{ file: name, source: parsed.source }] : []));
  const catalog = createSourceCatalog(declared);
  return [
    ...files.flatMap(({ parsed }) => (parsed.ok ? [] : parsed.problems)),
    ...(catalog.ok ? [] : catalog.problems),
  ];
};

const showProblems = ({ out, paint }: Terminal, problems: readonly SourceProblem[]): void => {
  out(`${paint('red', 'not valid')}: ${formatQuantity(problems.length, 'problem', 'problems')}\n`);
  for (const problem of problems) out(`  ${describeProblem(problem)}\n`);
};

export const sourceCheckCommand = (context: CliContext) =>
  createCommand('check')
    .summary('say what is wrong with a source file, or with a folder of them')
    .description('Checks source files, without a stack: every problem with its line, its value and what is allowed.')
    .argument('<path>', 'source file, or a folder of them')
    .addHelpText('after', examples('source check badge-scans.yaml', 'source check sources --json'))
    .action(
      ending(context, async (path, options): Promise<ExitCode> => {
        const files = await filesOf(context, path);
        const problems = problemsOf(files);
        const { terminal } = context;
        if (options.json) writeJson(terminal, { valid: problems.length === 0, files: files.length, problems });
        else if (problems.length > 0) showProblems(terminal, problems);
        else terminal.out(`${terminal.paint('green', 'valid')}: ${files.map(({ name }) => name).join(', ')}\n`);
        return problems.length === 0 ? exitCodes.ok : exitCodes.found;
      }),
    );

interface Tested {
  readonly file: string;
  readonly results: readonly SourceTestResult[];
}

const showTested = ({ out, paint }: Terminal, tested: readonly Tested[]): void => {
  for (const { file, results } of tested) {
    out(`${file}${results.length === 0 ? paint('yellow', ': no test cases') : ''}\n`);
    for (const { name, problems } of results) {
      out(`  ${problems.length === 0 ? paint('green', 'ok') : paint('red', 'not ok')}  ${name}\n`);
      for (const problem of problems) out(`      ${problem}\n`);
    }
  }
};

export const sourceTestCommand = (context: CliContext) =>
  createCommand('test')
    .summary('run the test cases of source files')
    .description(
      'Runs the test cases that source files carry, without a stack: what is sent in, which records come out.',
    )
    .argument('<path>', 'source file, or a folder of them')
    .addHelpText('after', examples('source test badge-scans.yaml', 'source test sources'))
    .action(
      ending(context, async (path, options): Promise<ExitCode> => {
        const files = await filesOf(context, path);
        const { terminal } = context;
        const problems = problemsOf(files);
        const tested = files.flatMap(({ name, parsed }) =>
          parsed.ok ? [{ file: name, results: runSourceTests(parsed.source) }] : [],
        );
        const all = tested.flatMap(({ results }) => results);
        const failed = all.filter((result) => result.problems.length > 0).length;
        if (options.json) writeJson(terminal, { passed: all.length - failed, failed, problems, files: tested });
        else {
          if (problems.length > 0) showProblems(terminal, problems);
          showTested(terminal, tested);
          terminal.out(`${formatQuantity(all.length - failed, 'case', 'cases')} passed, ${failed} failed\n`);
        }
        return failed === 0 && problems.length === 0 ? exitCodes.ok : exitCodes.found;
      }),
    );
