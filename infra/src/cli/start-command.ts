import { PROJECT_DIR } from '../project-paths.ts';
import { dataRoot } from '../stack/data-dirs.ts';
import { startDir } from './data-dir.ts';
import { parseStartArguments, startHelp } from './options.ts';
import { processOutput } from './output.ts';
import { runStart } from './run-start.ts';
import { orExplain } from './session.ts';

/** The command line `pnpm start`: sets the exit code of the process. */
export async function startCommand(args: readonly string[]): Promise<void> {
  const output = processOutput(process.env);
  const parsed = parseStartArguments(args);
  switch (parsed.kind) {
    case 'help':
      output.out(startHelp);
      return;
    case 'refused':
      output.err(`${parsed.problem}\n\n${startHelp}`);
      process.exitCode = 2;
      return;
    case 'run': {
      const { options } = parsed;
      process.exitCode = await orExplain(output, async () =>
        runStart({ dataDir: await startDir(dataRoot(PROJECT_DIR), options), output }),
      );
    }
  }
}
