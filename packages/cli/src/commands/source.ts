import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../cli-context.ts';
import { sourceCheckCommand, sourceTestCommand } from './source-check.ts';
import { sourceListCommand } from './source-list.ts';
import { sourceNewCommand } from './source-new.ts';
import { sourceRotateKeyCommand } from './source-rotate-key.ts';

export const sourceCommand = (context: CliContext) =>
  new Command('source')
    .summary('write, check and test source files, and rotate their keys')
    .description(
      'A source is one YAML file: who may send, how its records become touches, its time zone, since when it is live, and test cases.',
    )
    .helpOption('-h, --help', 'show this help')
    .addCommand(sourceNewCommand(context))
    .addCommand(sourceCheckCommand(context))
    .addCommand(sourceTestCommand(context))
    .addCommand(sourceListCommand(context))
    .addCommand(sourceRotateKeyCommand(context));
