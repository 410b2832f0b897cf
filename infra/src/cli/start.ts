// pnpm start: see `pnpm start --help`, or startHelp in options.ts.
import { LaunchError } from '../process/launch-error.ts';
import { PROJECT_DIR } from '../project-paths.ts';
import { dataRoot } from '../stack/data-dirs.ts';
import { startDir } from './data-dir.ts';
import { parseStartArguments, startHelp } from './options.ts';
import { hideTimerWarnings, processOutput } from './output.ts';
import { runStart } from './run-start.ts';
import { exitCodes } from './session.ts';

hideTimerWarnings();
const output = processOutput(process.env);
const parsed = parseStartArguments(process.argv.slice(2));
switch (parsed.kind) {
  case 'help':
    output.out(startHelp);
    break;
  case 'refused':
    output.err(`${parsed.problem}\n\n${startHelp}`);
    process.exitCode = 2;
    break;
  case 'run':
    try {
      const dataDir = await startDir(dataRoot(PROJECT_DIR), parsed.options);
      process.exitCode = await runStart({ dataDir, output });
    } catch (error) {
      if (!(error instanceof LaunchError)) throw error;
      output.err(`${error.message}\n`);
      process.exitCode = exitCodes.failed;
    }
}
