// Ends what the stacks of this project left running (or still run in another terminal).
//
//   pnpm stop              every stack with its data below .groundswell/
//   pnpm stop DIR [DIR...] the stacks with these data directories
import { messageOf } from '../process/launch-error.ts';
import { PROJECT_DIR } from '../project-paths.ts';
import { dataDirsOf } from '../stack/data-dirs.ts';
import { describeLeftovers, stopLeftovers } from '../stack/stop-leftovers.ts';

async function main(given: readonly string[]): Promise<number> {
  const dataDirs = given.length > 0 ? given : await dataDirsOf(PROJECT_DIR);
  let failed = false;
  let stopped = 0;
  for (const dataDir of dataDirs) {
    try {
      const report = await stopLeftovers(dataDir);
      if (report.kind === 'none' && given.length === 0) continue;
      stopped += 1;
      for (const line of describeLeftovers(report)) process.stdout.write(`${line}\n`);
    } catch (error) {
      failed = true;
      process.stderr.write(`${dataDir}: ${messageOf(error)}\n`);
    }
  }
  if (stopped === 0 && !failed) process.stdout.write('No stack of this project is running.\n');
  return failed ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
