import { basename, resolve } from 'node:path';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { MAX_RECORD_BYTES } from '@groundswell/interchange';
import { type CliContext, type CommonOptions, openStack } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes } from '../command-error.ts';
import { formatCount } from '../format.ts';
import { describeInput, openInput } from '../import/input.ts';
import {
  type Correction,
  createDeadLetterClient,
  type DeadLetterClient,
  type LetterQuery,
  type ReplayResult,
} from '../stack/dead-letter-client.ts';
import { required } from '../stack/stack-address.ts';
import { writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';
import { type BulkReport, renderBulk, renderResult, tallyOf } from './dead-letters-view.ts';
import { instantArgument } from './instant-argument.ts';

export const openDeadLetters = async (context: CliContext, options: CommonOptions): Promise<DeadLetterClient> => {
  const stack = await openStack(context, options);
  const variables = ['GROUNDSWELL_INTAKE_URL'];
  const url = required(stack.intakeUrl, { what: 'touch-intake', variables, sought: stack.sought });
  return createDeadLetterClient(url, context.settings.GROUNDSWELL_INTAKE_KEY);
};

/** `field=value`, several times: a later one of the same field wins. */
const fieldOption = (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const split = text.indexOf('=');
  if (split < 1)
    throw new InvalidArgumentError('expected FIELD=VALUE, such as source=web or person.email=kim@acme.example');
  return { ...before, [text.slice(0, split).trim()]: text.slice(split + 1) };
};

/** The corrected record: more than intake takes is not even read. */
const readRecord = async (context: CliContext, path: string): Promise<string> => {
  const file = await describeInput(path === '-' ? '-' : resolve(context.workingDir, path), basename(path));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of openInput(file, context.stdin).content) {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= MAX_RECORD_BYTES) continue;
    throw new CommandError({
      what: `the record is longer than ${MAX_RECORD_BYTES / 1024} KiB`,
      where: file.name,
      remedy: 'leave out what is not needed, mostly page or mail bodies in properties',
    });
  }
  return Buffer.concat(chunks).toString('utf8');
};

const exitCodeOf = ({ status }: ReplayResult): ExitCode =>
  status === 'accepted' || status === 'already_replayed' ? exitCodes.ok : exitCodes.found;

/** Step by step, since one request replays no more than intake may hold. */
const replayAll = async (
  context: CliContext,
  client: DeadLetterClient,
  order: { readonly query: LetterQuery; readonly correction: Correction },
): Promise<BulkReport> => {
  const results: ReplayResult[] = [];
  let alreadyReplayed: number | null = null;
  for (let after: number | null = -1; after !== null; ) {
    context.signal.throwIfAborted();
    const step = await client.replaySome(order.query, order.correction, after);
    results.push(...step.results);
    // Later steps count only what lies behind the first, and what the first has replayed.
    alreadyReplayed ??= step.alreadyReplayed;
    after = step.next;
    if (after !== null)
      context.terminal.err(`${formatCount(results.length)} done, ${formatCount(step.remaining)} to go\n`);
  }
  return { results, alreadyReplayed: alreadyReplayed ?? 0 };
};

const usage = (what: string): CommandError =>
  new CommandError({
    what,
    where: 'groundswell dead-letters replay',
    remedy: 'give the ID of one letter, or --reason, --source or both for all that match',
  });

export const replayCommand = (context: CliContext) =>
  createCommand('replay')
    .summary('read dead letters again, as they came or put right')
    .description(
      'Replays one dead letter by its id, or all that match a reason, a source or both, oldest first. The record is read by the same parser as if it were sent again; what it accepts goes on its way, what it refuses stays a dead letter. Replaying twice makes no second touch. Exit code 0: all accepted or replayed before, 1: something was not.',
    )
    .argument('[id]', 'id of one dead letter')
    .option('--record <file>', 'with an id: this record instead of the one that came; - reads from stdin')
    .option('--reason <reason>', 'all open letters with this reason')
    .option('--source <source>', 'all open letters of this source')
    .option('--stage <stage>', 'of those only the ones that this stage gave up')
    .addOption(new Option('--since <instant>', 'of those only the ones from then on').argParser(instantArgument))
    .addOption(
      new Option(
        '--set <field=value>',
        'set a field of every record first; an empty value takes it away; may be repeated',
      )
        .argParser(fieldOption)
        .default({}, 'none'),
    )
    .option('--time-zone <zone>', 'zone of times without offset, such as Europe/Berlin, instead of the declared one')
    .option('--dry-run', 'judge every record and write nothing')
    .addHelpText(
      'after',
      examples(
        'dead-letters replay ID --record fixed.json',
        'dead-letters replay --reason missing_field --set source=web --dry-run',
        'dead-letters replay --source crm --time-zone Europe/Berlin',
      ),
    )
    .action(
      ending(context, async (id, options): Promise<ExitCode> => {
        const { terminal } = context;
        const { reason, source, stage, since, set, timeZone, record } = options;
        const dryRun = options.dryRun ?? false;
        const correction: Correction = { set, timeZone, dryRun };
        const filtered = reason ?? source ?? stage ?? since;
        if (id === undefined && (reason ?? source) === undefined) throw usage('it is not said which letters to replay');
        if (id !== undefined && filtered !== undefined)
          throw usage('an id and a filter were given, only one can be meant');
        if (id === undefined && record !== undefined) throw usage('--record puts one letter right, and needs its id');
        const client = await openDeadLetters(context, options);
        if (id !== undefined) {
          const given = record === undefined ? undefined : await readRecord(context, record);
          const result = await client.replay(id, { ...correction, record: given });
          if (options.json) writeJson(terminal, { dryRun, ...result });
          else terminal.out(renderResult(result, dryRun, terminal.paint));
          return exitCodeOf(result);
        }
        const report = await replayAll(context, client, { query: { reason, source, stage, since }, correction });
        const accepted = tallyOf(report, 'accepted');
        if (options.json) {
          const refused = tallyOf(report, 'refused');
          writeJson(terminal, {
            dryRun,
            accepted,
            refused,
            notReplayable: tallyOf(report, 'not_replayable'),
            ...report,
          });
        } else terminal.out(renderBulk(report, dryRun, terminal.paint));
        return accepted === report.results.length ? exitCodes.ok : exitCodes.found;
      }),
    );
