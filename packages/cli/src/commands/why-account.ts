import { Option } from '@commander-js/extra-typings';
import type { CliContext } from '../cli-context.ts';
import { type ExitCode, exitCodes } from '../command-error.ts';
import { jsonInstant } from '../format.ts';
import type { WhyAccount } from '../stack/resolver-answers.ts';
import { openResolver } from '../stack/resolver-client.ts';
import { type Cell, renderPairs, renderTable } from '../table.ts';
import { type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';
import { renderCorrections } from './corrections-view.ts';
import { instantArgument } from './instant-argument.ts';
import { personQuestion } from './person-question.ts';

const MISSING: Cell = { text: 'none', tone: 'dim' };

const section = (title: string, table: string): string => `\n${title}\n${table}`;

const renderRules = (found: WhyAccount, { paint }: Terminal): string =>
  renderTable(
    [{ header: 'asked' }, { header: 'said' }, { header: 'account' }, { header: 'evidence' }],
    [
      ...found.rules,
      ...(found.corrected ? [{ asks: 'corrections', decision: found.corrected }] : []),
      ...(found.rule === 'merge' ? [{ asks: 'merges', decision: found }] : []),
    ].map(({ asks, decision }) => [
      asks,
      decision === null ? { text: 'nothing', tone: 'dim' } : decision.rule,
      decision?.account_id ?? '',
      decision?.evidence ?? '',
    ]),
    paint,
  );

const show = (terminal: Terminal, found: WhyAccount): void => {
  const { paint } = terminal;
  const { person, employer } = found;
  const reason = found.disposition_reason === '' ? '' : ` (${found.disposition_reason})`;
  terminal.out(
    renderPairs(
      [
        ['account', found.account_id === null ? MISSING : { text: found.account_id, tone: 'bold' }],
        ['rule', found.rule],
        ['evidence', found.evidence],
        ['as of', found.at],
        ['disposition', `${found.disposition}${reason}`],
        ['person', `${person.identity}${person.is_known ? '' : ', never seen'}`],
        ['role', [found.role, found.seniority].filter((text) => text !== '').join(', ') || MISSING],
        ['employer', employer === null ? MISSING : `${employer.source}:${employer.account_id}`],
      ],
      paint,
    ),
  );
  terminal.out(section('rules, in the order in which they are asked', renderRules(found, terminal)));
  if (found.corrections.length > 0)
    terminal.out(section('corrections that had a part in it', renderCorrections(found.corrections, paint)));
  if (found.exclusions.length > 0) {
    const rows = found.exclusions.map(({ kind, value, reason: why, scope, valid_from: from, valid_to: to, holds }) => [
      ...[kind, value, why, scope.join(' '), from, to ?? ''],
      holds ? 'yes' : 'no',
    ]);
    const headers = ['kind', 'value', 'reason', 'scope', 'from', 'until', 'holds'].map((header) => ({ header }));
    terminal.out(section('exclusions that name them', renderTable(headers, rows, paint)));
  }
  if (found.rows.length > 0) {
    const rows = found.rows.map((row) => [`${row.source}:${row.id}`, row.account_id, row.title, row.valid_from]);
    const headers = ['person', 'account', 'title', 'from'].map((header) => ({ header }));
    terminal.out(section('rows of the directory about the person', renderTable(headers, rows, paint)));
  }
};

export const whyAccountCommand = (context: CliContext) =>
  createCommand('why-account')
    .summary('say which account a touch of a person would belong to, and why')
    .description(
      'Asks the resolver what a touch of this person would be given at that time: the account, the rule and its evidence, what every rule before it said, and the merges, corrections and exclusions that apply. Nothing is written. Holds personal data.',
    )
    .argument('[email]', 'e-mail address of the person')
    .addOption(new Option('--at <instant>', 'when the touch happened (default: now)').argParser(instantArgument))
    .option('--source <source>', 'source of the touch, and of the ids')
    .option('--id <id>', 'the person, as the source has it')
    .option('--anonymous-id <id>', 'the visitor, as the source has it')
    .option('--account-id <id>', 'what the touch says of the account: its id')
    .option('--account-domain <domain>', 'its domain')
    .option('--account-name <name>', 'its name')
    .addHelpText(
      'after',
      examples(
        'why-account kim@acme.example',
        'why-account kim@acme.example --at 2026-03-01',
        'why-account --source crm --id 0035 --account-domain acme.example --json',
      ),
    )
    .action(
      ending(context, async (email, options): Promise<ExitCode> => {
        const { at, accountId, accountDomain, accountName } = options;
        const found = await (await openResolver(context, options)).whyAccount({
          ...personQuestion(email, options),
          account_id: accountId,
          account_domain: accountDomain,
          account_name: accountName,
          at: at === undefined ? undefined : jsonInstant(at),
        });
        if (options.json) writeJson(context.terminal, found);
        else show(context.terminal, found);
        return exitCodes.ok;
      }),
    );
