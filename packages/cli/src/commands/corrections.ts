import type { CliContext } from '../cli-context.ts';
import { type ExitCode, exitCodes } from '../command-error.ts';
import { openResolver } from '../stack/resolver-client.ts';
import { writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';
import { renderCorrections } from './corrections-view.ts';

export const correctionsCommand = (context: CliContext) =>
  createCommand('corrections')
    .summary('list the corrections that were made, newest first')
    .description(
      'Lists merges, employers, unions, splits, domains and what was said of touches, in effect or revoked. People stand in it by opaque ids: why-person says whose they are.',
    )
    .option('--all', 'those that were revoked as well')
    .addHelpText('after', examples('corrections', 'corrections --all --json'))
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const { terminal } = context;
        const all = await (await openResolver(context, options)).corrections();
        const corrections = options.all ? all : all.filter(({ revoked }) => !revoked);
        if (options.json) writeJson(terminal, { corrections });
        else if (corrections.length === 0) terminal.out('nothing is corrected\n');
        else terminal.out(renderCorrections(corrections, terminal.paint));
        return exitCodes.ok;
      }),
    );
