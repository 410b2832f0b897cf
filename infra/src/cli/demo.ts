// pnpm demo: see `pnpm demo --help`, or demoHelp in options.ts.
import { resolve } from 'node:path';
import { LaunchError } from '../process/launch-error.ts';
import { PROJECT_DIR } from '../project-paths.ts';
import { dataRoot } from '../stack/data-dirs.ts';
import { freshDemoDir, keptDemoDir } from './data-dir.ts';
import { type DemoOptions, demoHelp, parseDemoArguments } from './options.ts';
import { hideTimerWarnings, processOutput } from './output.ts';
import { runDemo } from './run-demo.ts';
import { exitCodes } from './session.ts';

async function demo(options: DemoOptions): Promise<number> {
  const began = performance.now();
  const root = dataRoot(PROJECT_DIR);
  const dataDir = options.keep ? await keptDemoDir(root) : await freshDemoDir(root);
  return runDemo({ options, dataDir, output, began });
}

hideTimerWarnings();
const output = processOutput(process.env);
const parsed = parseDemoArguments(process.argv.slice(2));
switch (parsed.kind) {
  case 'help':
    output.out(demoHelp);
    break;
  case 'refused':
    output.err(`${parsed.problem}\n\n${demoHelp}`);
    process.exitCode = 2;
    break;
  case 'run': {
    const { input } = parsed.options;
    // pnpm runs scripts in the project's folder, and says where its user is.
    const typedIn = process.env['INIT_CWD'] ?? process.cwd();
    try {
      process.exitCode = await demo({ ...parsed.options, input: input === null ? null : resolve(typedIn, input) });
    } catch (error) {
      if (!(error instanceof LaunchError)) throw error;
      output.err(`${error.message}\n`);
      process.exitCode = exitCodes.failed;
    }
  }
}
