import { Option } from '@commander-js/extra-typings';
import { type CliContext, openStack, withReader } from '../cli-context.ts';
import { type ExitCode, exitCodes } from '../command-error.ts';
import { formatCount, formatInstant, formatScore, jsonInstant } from '../format.ts';
import { type AccountFilter, type AccountRow, accountSorts, levelFilters, readAccounts } from '../queries/accounts.ts';
import { type Cell, renderTable } from '../table.ts';
import { type Paint, type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples, limitOption, numberBetween } from './common.ts';

const columns = [
  { header: 'level' },
  { header: 'account', max: 40 },
  { header: 'name', max: 32 },
  { header: 'score', align: 'right' },
  { header: 'people', align: 'right' },
  { header: 'touches', align: 'right' },
  { header: 'products', align: 'right' },
  { header: 'since' },
] as const;

export const levelCell = (level: string): Cell => {
  if (level === 'high-intensity') return { text: level, tone: 'green' };
  return level === 'engaged' ? { text: level, tone: 'yellow' } : { text: level || '-', tone: 'dim' };
};

export const renderAccounts = (rows: readonly AccountRow[], paint: Paint): string =>
  renderTable(
    columns,
    rows.map((row) => [
      levelCell(row.level),
      row.account_id,
      row.name,
      formatScore(row.score),
      formatCount(row.people_30d),
      formatCount(row.touches_30d),
      formatCount(row.products_30d),
      row.since === null ? '' : formatInstant(row.since),
    ]),
    paint,
  );

export const accountsJson = (rows: readonly AccountRow[]): unknown => ({
  accounts: rows.map(({ score, since, ...row }) => ({
    ...row,
    score: score / 100,
    since: since === null ? null : jsonInstant(since),
  })),
});

const show = (terminal: Terminal, rows: readonly AccountRow[]): void => {
  if (rows.length > 0) terminal.out(renderAccounts(rows, terminal.paint));
  else terminal.err('no account matches: fewer filters show more, and `groundswell books` says what arrived\n');
};

export const accountsCommand = (context: CliContext) =>
  createCommand('accounts')
    .summary('list accounts, those with the highest level first')
    .description(
      'Lists accounts with level, score and what is in the 30-day window: people, touches, product areas. Level routes, score sorts.',
    )
    .addOption(new Option('--level <level>', 'only this level; engaged includes high-intensity').choices(levelFilters))
    .option('--owner <owner>', 'only accounts of this owner')
    .option('--tier <tier>', 'only accounts of this tier')
    .option('--industry <industry>', 'only accounts of this industry')
    .option('--min-score <score>', 'only accounts with at least this score, 0 to 100', numberBetween(0, 100))
    .addOption(new Option('--sort <by>', 'order of the list').choices(accountSorts).default('level' as const))
    .addOption(limitOption(20, 'accounts'))
    .addHelpText(
      'after',
      examples(
        'accounts --level high-intensity',
        'accounts --owner "Kim Lee" --min-score 50 --sort score',
        'accounts --json --limit 500',
      ),
    )
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const stack = await openStack(context, options);
        const filter: AccountFilter = options;
        const rows = await withReader(stack, (reader) => readAccounts(reader, filter));
        if (options.json) writeJson(context.terminal, accountsJson(rows));
        else show(context.terminal, rows);
        return exitCodes.ok;
      }),
    );
