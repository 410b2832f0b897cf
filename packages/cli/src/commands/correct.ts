import { userInfo } from 'node:os';
import { Argument, Command, Option } from '@commander-js/extra-typings';
import { type CliContext, type CommonOptions, openStack, withReader } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes } from '../command-error.ts';
import type { LevelEffects } from '../corrections/level-effects.ts';
import { readLevelEffects } from '../corrections/read-level-effects.ts';
import { jsonInstant } from '../format.ts';
import type { MergedMade } from '../stack/merge-answers.ts';
import type { Preview } from '../stack/resolver-answers.ts';
import { openResolver, type ResolverClient } from '../stack/resolver-client.ts';
import { writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';
import { levelsJson, MOST_SHOWN, showMade } from './corrections-view.ts';
import { instantArgument } from './instant-argument.ts';

interface AboutOptions extends CommonOptions {
  readonly reason?: string | undefined;
  readonly dryRun?: true | undefined;
}

const aboutOptions = (name: string) =>
  createCommand(name)
    .option('--reason <text>', 'why, for people to read; without personal data')
    .option('--dry-run', 'say what would change, and write nothing');

const datedOptions = (name: string) =>
  aboutOptions(name)
    .addOption(new Option('--from <instant>', 'only touches from then on (default: all)').argParser(instantArgument))
    .addOption(new Option('--until <instant>', 'only touches before then').argParser(instantArgument));

interface Dates {
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

const datesOf = ({ from, until }: Dates) => ({
  ...(from === undefined ? {} : { valid_from: jsonInstant(from) }),
  ...(until === undefined ? {} : { valid_to: jsonInstant(until) }),
});

const aboutOf = ({ reason, dryRun }: AboutOptions) => ({
  dry_run: dryRun ?? false,
  requested_by: userInfo().username,
  ...(reason === undefined ? {} : { reason }),
});

/** Accounts whose levels are computed for --json. */
const MOST_IN_JSON = 1_000;

/** A dry run is worth something without levels: what keeps them from being told is said in their place. */
const levelsOf = async (
  context: CliContext,
  options: CommonOptions,
  { preview, most }: { preview: Preview; most: number },
): Promise<LevelEffects | string> => {
  const stack = await openStack(context, options);
  if (stack.clickhouse === undefined)
    return 'levels are not told: it is not known where ClickHouse is (GROUNDSWELL_CLICKHOUSE_URL)';
  try {
    return await withReader(stack, (reader) => readLevelEffects(reader, preview, most));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return `levels are not told: ${error.what} (${error.where})`;
  }
};

const finish = async (
  context: CliContext,
  options: AboutOptions,
  work: (resolver: ResolverClient) => Promise<MergedMade>,
  done = 'corrected',
): Promise<ExitCode> => {
  const { terminal } = context;
  const made = await work(await openResolver(context, options));
  const most = options.json ? MOST_IN_JSON : MOST_SHOWN;
  const levels = made.preview ? await levelsOf(context, options, { preview: made.preview, most }) : null;
  if (options.json) writeJson(terminal, levels === null ? made : { ...made, ...levelsJson(levels) });
  else showMade(terminal, made, { levels, done });
  return exitCodes.ok;
};

const mergeCommand = (context: CliContext) =>
  datedOptions('merge')
    .summary('two accounts are one')
    .description(
      'The touches of an account count for another one, those that come later too. `correct revoke` takes it back.',
    )
    .argument('<account>', 'the account that goes')
    .requiredOption('--into <account>', 'the account that it is')
    .addHelpText('after', examples('correct merge acme.example --into acme-group.example --dry-run'))
    .action(
      ending(context, (account, options): Promise<ExitCode> => {
        const wish = { kind: 'merge', account, into: options.into, ...datesOf(options), ...aboutOf(options) };
        return finish(context, options, (resolver) => resolver.correct(wish));
      }),
    );

const employerCommand = (context: CliContext) =>
  datedOptions('employer')
    .summary('a person works elsewhere than it seems')
    .description('Touches of a person belong to this account, whatever their address and the directory say.')
    .argument('<person>', 'e-mail address, SOURCE:ID or a personId')
    .option('--account <account>', 'the account')
    .option('--none', 'no account at all')
    .addHelpText(
      'after',
      examples(
        'correct employer kim@gmail.com --account acme.example --from 2026-01-01',
        'correct employer kim@acme.example --none --dry-run',
      ),
    )
    .action(
      ending(context, (person, options): Promise<ExitCode> => {
        const { account, none } = options;
        if ((account === undefined) === (none === undefined)) throw usage('employer', 'give --account or --none');
        const wish = { kind: 'employer', person, account: account ?? null, ...datesOf(options), ...aboutOf(options) };
        return finish(context, options, (resolver) => resolver.correct(wish));
      }),
    );

const IDENTITY = 'e-mail address, SOURCE:ID or anonymous:SOURCE:ID';

const uniteCommand = (context: CliContext) =>
  aboutOptions('unite')
    .summary('two identities are one person')
    .description(
      'Both count as one person from now on, for touches that came before too. Addresses keep their accounts.',
    )
    .argument('<identity>', IDENTITY)
    .requiredOption('--with <identity>', IDENTITY)
    .addHelpText('after', examples('correct unite kim@acme.example --with kim.lee@acme.example --dry-run'))
    .action(
      ending(context, (identity, options): Promise<ExitCode> => {
        const wish = { kind: 'unite', identity, with: options.with, ...aboutOf(options) };
        return finish(context, options, (resolver) => resolver.correct(wish));
      }),
    );

const splitCommand = (context: CliContext) =>
  aboutOptions('split')
    .summary('an identity is somebody else than it is linked to')
    .description('The identity becomes a person of its own.')
    .argument('<identity>', IDENTITY)
    .addHelpText('after', examples('correct split web:4711 --dry-run'))
    .action(
      ending(context, (identity, options): Promise<ExitCode> => {
        const wish = { kind: 'split', identity, ...aboutOf(options) };
        return finish(context, options, (resolver) => resolver.correct(wish));
      }),
    );

const domainCommand = (context: CliContext) =>
  datedOptions('domain')
    .summary('a domain is of this account')
    .description(
      'Decides whose a domain is that several accounts claim, or that belongs to none: `ambiguous` lists them.',
    )
    .argument('<domain>', 'the domain; all hosts below it are meant')
    .requiredOption('--account <account>', 'the account')
    .addHelpText('after', examples('correct domain acme.example --account crm:0015 --dry-run'))
    .action(
      ending(context, (domain, options): Promise<ExitCode> => {
        const wish = { kind: 'domain', domain, account: options.account, ...datesOf(options), ...aboutOf(options) };
        return finish(context, options, (resolver) => resolver.correct(wish));
      }),
    );

/** What was said of the touches that are meant. */
const given = (fields: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const ofTouches = { machine: "machines' doing", human: "people's doing", retract: 'taken back' } as const;

const touchesCommand = (context: CliContext, kind: keyof typeof ofTouches) =>
  datedOptions(kind)
    .summary(`touches are ${ofTouches[kind]}`)
    .description(
      `All touches that are so in everything that is given are ${ofTouches[kind]}. Of several corrections of one touch the newest counts.`,
    )
    .option('--touch <id>', 'the touch of this id')
    .option('--person <person>', 'touches of this person: e-mail address, SOURCE:ID or a personId')
    .option('--source <source>', 'of this source')
    .option('--type <type>', 'of this type')
    .option('--campaign <campaign>', 'of this campaign')
    .option('--send-id <id>', 'that this send of ours caused')
    .addHelpText('after', examples(`correct ${kind} --source mailer --send-id newsletter-7 --dry-run`))
    .action(
      ending(context, (options): Promise<ExitCode> => {
        const { touch, person, source, type, campaign, sendId } = options;
        const named = given({ touch, person, source, type, campaign, send_id: sendId });
        if (Object.keys(named).length === 0)
          throw usage(kind, 'give at least one of --touch, --person, --source, --type, --campaign, --send-id');
        const wish = { kind, ...named, ...datesOf(options), ...aboutOf(options) };
        return finish(context, options, (resolver) => resolver.correct(wish));
      }),
    );

const replayCommand = (context: CliContext) =>
  datedOptions('replay')
    .summary('a source sends touches once more, and what it sends then is right')
    .description(
      'What was accepted from the source until now is taken back at once. A touch of the same id that is sent again afterwards takes its place, with all that it says then; what is not sent again stays taken back.',
    )
    .requiredOption('--source <source>', 'the source')
    .option('--touch <id>', 'only the touch of this id')
    .option('--type <type>', 'only what was of this type')
    .option('--campaign <campaign>', 'only what was of this campaign')
    .option('--send-id <id>', 'only what this send of ours caused')
    .addHelpText('after', examples('correct replay --source webshop --from 2026-03-01 --dry-run'))
    .action(
      ending(context, (options): Promise<ExitCode> => {
        const { source, touch, type, campaign, sendId } = options;
        const named = given({ touch, type, campaign, send_id: sendId });
        const wish = { kind: 'replay', source, ...named, ...datesOf(options), ...aboutOf(options) };
        return finish(context, options, (resolver) => resolver.correct(wish), 'taken back; send again now');
      }),
    );

const dryRunOnly = (kind: string, remedy: string): CommandError =>
  new CommandError({
    what: 'this is done elsewhere; here it is foretold',
    where: `groundswell correct ${kind}`,
    remedy,
  });

const eraseCommand = (context: CliContext) =>
  aboutOptions('erase')
    .summary('what an erasure would change (only with --dry-run)')
    .description(
      'Says which accounts would lose touches by the erasure of a person, and which levels. The erasure itself is asked for at intake: POST /v1/erasures.',
    )
    .argument('<person>', IDENTITY)
    .addHelpText('after', examples('correct erase kim@acme.example --dry-run'))
    .action(
      ending(context, (person, options): Promise<ExitCode> => {
        if (!options.dryRun)
          throw dryRunOnly('erase', 'add --dry-run, or ask for the erasure: POST /v1/erasures at intake');
        return finish(context, options, (resolver) => resolver.correct({ kind: 'erase', person, ...aboutOf(options) }));
      }),
    );

const excludeCommand = (context: CliContext) =>
  datedOptions('exclude')
    .summary('what an exclusion would change (only with --dry-run)')
    .description(
      'Says which touches would count for nothing if a party were excluded from scores. Exclusions are rows of the directory: import them.',
    )
    .addArgument(new Argument('<party>', 'what is excluded').choices(['person', 'domain', 'account']))
    .argument('<value>', 'the e-mail address, the domain, or the account')
    .addHelpText('after', examples('correct exclude domain agency.example --dry-run'))
    .action(
      ending(context, (party, value, options): Promise<ExitCode> => {
        if (!options.dryRun)
          throw dryRunOnly('exclude', 'add --dry-run, or import the row: groundswell import exclusions.csv');
        const wish = { kind: 'exclude', party, value, ...datesOf(options), ...aboutOf(options) };
        return finish(context, options, (resolver) => resolver.correct(wish));
      }),
    );

const revokeCommand = (context: CliContext) =>
  aboutOptions('revoke')
    .summary('take a correction back')
    .description(
      'Everything is again as if it had not been made. The as-known history stays, and says what changed it.',
    )
    .argument('<id>', 'id of the correction: `corrections` lists them')
    .addHelpText('after', examples('correct revoke ID --dry-run'))
    .action(
      ending(
        context,
        (id, options): Promise<ExitCode> =>
          finish(context, options, (resolver) => resolver.revoke(id, aboutOf(options)), 'revoked'),
      ),
    );

const usage = (kind: string, remedy: string): CommandError =>
  new CommandError({ what: 'it is not said what is right', where: `groundswell correct ${kind}`, remedy });

export const correctCommand = (context: CliContext) =>
  new Command('correct')
    .summary('put right what was decided of accounts, people and touches')
    .description(
      'Corrections stand until they are revoked, and apply to what comes later too. Each has a dry run that says what would change.',
    )
    .helpOption('-h, --help', 'show this help')
    .addCommand(mergeCommand(context))
    .addCommand(employerCommand(context))
    .addCommand(uniteCommand(context))
    .addCommand(splitCommand(context))
    .addCommand(domainCommand(context))
    .addCommand(touchesCommand(context, 'machine'))
    .addCommand(touchesCommand(context, 'human'))
    .addCommand(touchesCommand(context, 'retract'))
    .addCommand(replayCommand(context))
    .addCommand(eraseCommand(context))
    .addCommand(excludeCommand(context))
    .addCommand(revokeCommand(context));
