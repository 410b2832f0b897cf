import { Command, Option } from '@commander-js/extra-typings';
import type { CliContext } from '../cli-context.ts';
import { type ExitCode, exitCodes } from '../command-error.ts';
import type { LetterList } from '../stack/dead-letter-client.ts';
import { type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples, limitOption } from './common.ts';
import { openDeadLetters, replayCommand } from './dead-letters-replay.ts';
import { prettyRecord, renderCounts, renderHolding, renderLetter, renderLetters } from './dead-letters-view.ts';
import { instantArgument } from './instant-argument.ts';

const showList = (terminal: Terminal, list: LetterList): void => {
  const { paint } = terminal;
  if (list.letters.length === 0) {
    terminal.out('no dead letter matches\n');
    return;
  }
  terminal.out(`${renderCounts(list, paint)}\n${renderLetters(list.letters, paint)}`);
  if (list.next !== null) terminal.err('there are more: --limit shows more of them, filters fewer\n');
};

const states = ['open', 'replayed', 'all'] as const;

const listCommand = (context: CliContext) =>
  createCommand('list')
    .summary('list dead letters, newest first, with counts by reason and source')
    .description(
      'Lists what could not be processed, newest first, and counts it by reason, by source and by the stage that gave it up. Shows no personal data: `dead-letters show` does.',
    )
    .option('--reason <reason>', 'only this reason')
    .option('--source <source>', "only this source; '' for records whose source is not known")
    .option('--stage <stage>', 'only what this stage gave up: touch-intake, account-resolver ...')
    .addOption(new Option('--since <instant>', 'only from then on').argParser(instantArgument))
    .addOption(new Option('--state <state>', 'which to list').choices(states).default('open' as const))
    .addOption(limitOption(20, 'letters'))
    .addHelpText(
      'after',
      examples(
        'dead-letters list',
        'dead-letters list --reason time_unparseable --source crm',
        'dead-letters list --since 2026-11-20 --state all --json',
      ),
    )
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const client = await openDeadLetters(context, options);
        const { reason, source, stage, since, state, limit } = options;
        const list = await client.list({ reason, source, stage, since, state, limit });
        if (options.json) writeJson(context.terminal, list);
        else showList(context.terminal, list);
        return exitCodes.ok;
      }),
    );

const statusCommand = (context: CliContext) =>
  createCommand('status')
    .summary('say how much there is, how old it is and what retention drops next')
    .description(
      'Dead letters are kept for a time and up to a size; the oldest go first. Says how near both bounds are. Exit code 1 when open letters go within a day.',
    )
    .addHelpText('after', examples('dead-letters status', 'dead-letters status --json'))
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const client = await openDeadLetters(context, options);
        const list = await client.list({ state: 'open', limit: 0 });
        const { holding, counts } = list;
        if (options.json) writeJson(context.terminal, { counts, holding });
        else context.terminal.out(renderHolding(list, context.terminal.paint));
        return holding.openGoingWithinDay > 0 ? exitCodes.found : exitCodes.ok;
      }),
    );

const showCommand = (context: CliContext) =>
  createCommand('show')
    .summary('show one dead letter: the record, what is wrong with it and what to do')
    .description(
      'Shows a record as it came, why it was not processed, what that means and what to do, and whether it was replayed. Holds personal data.',
    )
    .argument('<id>', 'id of the dead letter')
    .option('--record', 'only the record, to put it right: `dead-letters replay ID --record FILE` takes it')
    .addHelpText('after', examples('dead-letters show ID', 'dead-letters show ID --record > fixed.json'))
    .action(
      ending(context, async (id, options): Promise<ExitCode> => {
        const { terminal } = context;
        const letter = await (await openDeadLetters(context, options)).show(id);
        if (options.json) writeJson(terminal, letter);
        else if (options.record) terminal.out(letter.record === null ? '' : prettyRecord(letter.record));
        else terminal.out(renderLetter(letter, terminal.paint));
        return exitCodes.ok;
      }),
    );

export const deadLettersCommand = (context: CliContext) =>
  new Command('dead-letters')
    .summary('browse what could not be processed, put it right and replay it')
    .description(
      'What cannot be processed is never dropped in silence: it becomes a dead letter with the reason. Here it is listed, explained, put right and replayed.',
    )
    .helpOption('-h, --help', 'show this help')
    .addCommand(listCommand(context))
    .addCommand(statusCommand(context))
    .addCommand(showCommand(context))
    .addCommand(replayCommand(context));
