import { resolve } from 'node:path';
import { describeInput } from '@groundswell/cli';
import { PROJECT_DIR } from '../project-paths.ts';
import { dataRoot } from '../stack/data-dirs.ts';
import { freshDemoDir, keptDemoDir } from './data-dir.ts';
import { type DemoOptions, demoHelp, parseDemoArguments } from './options.ts';
import { type Output, processOutput } from './output.ts';
import { runDemo } from './run-demo.ts';
import { orExplain } from './session.ts';

async function demo(options: DemoOptions, output: Output): Promise<number> {
  const began = performance.now();
  // Before anything is started: a name that was misspelt is told at once.
  if (options.input !== null) await describeInput(options.input, options.input);
  const root = dataRoot(PROJECT_DIR);
  const dataDir = options.keep ? await keptDemoDir(root) : await freshDemoDir(root);
  return runDemo({ options, dataDir, output, began });
}

/** The command line `pnpm demo`: sets the exit code of the process. */
export async function demoCommand(args: readonly string[]): Promise<void> {
  const output = processOutput(process.env);
  const parsed = parseDemoArguments(args);
  switch (parsed.kind) {
    case 'help':
      output.out(demoHelp);
      return;
    case 'refused':
      output.err(`${parsed.problem}\n\n${demoHelp}`);
      process.exitCode = 2;
      return;
    case 'run': {
      const { input } = parsed.options;
      // pnpm runs scripts in the project's folder, and says where its user is.
      const typedIn = process.env['INIT_CWD'] ?? process.cwd();
      const options = { ...parsed.options, input: input === null ? null : resolve(typedIn, input) };
      process.exitCode = await orExplain(output, () => demo(options, output));
    }
  }
}
