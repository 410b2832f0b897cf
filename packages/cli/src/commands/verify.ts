import { type CliContext, openStack, withReader } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes } from '../command-error.ts';
import { formatCount, formatInstant, formatQuantity, jsonInstant } from '../format.ts';
import { settle } from '../pipeline/settle.ts';
import { readPartitionClocks } from '../queries/partition-clocks.ts';
import { compareWindows, type WindowComparison, type WindowDifference } from '../queries/window-differences.ts';
import { renderTable } from '../table.ts';
import { type Paint, type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples, limitOption, timeoutOption } from './common.ts';

const explained: Readonly<Record<WindowDifference['kind'], string>> = {
  different: '',
  missing_in_stream: 'not in the stream',
  missing_in_sql: 'not in SQL',
};

export const renderDifferences = (differences: readonly WindowDifference[], paint: Paint): string =>
  renderTable(
    [
      { header: 'account', max: 48 },
      { header: 'column' },
      { header: 'stream', align: 'right' },
      { header: 'sql', align: 'right' },
      { header: 'at clock' },
      { header: 'note' },
    ],
    differences.flatMap((difference) =>
      difference.columns.map(({ column, stream, sql }, index) => [
        index === 0 ? difference.accountId : '',
        column,
        formatCount(stream),
        formatCount(sql),
        index === 0 ? formatInstant(difference.clock) : '',
        index === 0 ? explained[difference.kind] : '',
      ]),
    ),
    paint,
  );

export const comparisonJson = (comparison: WindowComparison): unknown => ({
  equal: comparison.different === 0,
  compared: comparison.compared,
  different: comparison.different,
  differences: comparison.differences.map(({ accountId, kind, clock, columns }) => ({
    account_id: accountId,
    kind,
    clock: jsonInstant(clock),
    columns,
  })),
});

const show = (terminal: Terminal, comparison: WindowComparison): void => {
  const { paint } = terminal;
  const accounts = formatQuantity(comparison.compared, 'account', 'accounts');
  if (comparison.different === 0) {
    terminal.out(`${paint('green', 'equal')}: the windows of ${accounts} are what SQL computes from the touches\n`);
    return;
  }
  terminal.out(renderDifferences(comparison.differences, paint));
  const shown = comparison.differences.length;
  const rest = comparison.different > shown ? `, ${formatCount(shown)} shown (--limit shows more)` : '';
  terminal.out(`\n${paint('red', 'different')}: ${formatCount(comparison.different)} of ${accounts}${rest}\n`);
};

const nothingRead = (): CommandError =>
  new CommandError({
    what: 'there is nothing to compare: no record of `touches` has reached ClickHouse',
    where: 'touch_log_rows',
    remedy: 'import touches first; `groundswell doctor` says what runs',
  });

export const verifyCommand = (context: CliContext) =>
  createCommand('verify')
    .summary('compare the stream with pure SQL; exit 1 when they differ')
    .description(
      "Compares the current windows that the stream keeps with what SQL computes from the touches table, each account at its partition's clock. Waits first until every record has gone all the way. Exit code 0: equal, 1: differences, 2: could not compare.",
    )
    .addOption(timeoutOption())
    .option('--no-wait', 'compare at once, even if records are still on their way')
    .addOption(limitOption(20, 'accounts that differ'))
    .addHelpText('after', examples('verify', 'verify --timeout 300', 'verify --json'))
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const stack = await openStack(context, options);
        if (options.wait) await settle(context, stack, options.timeout * 1000);
        const comparison = await withReader(stack, async (reader) => {
          const clocks = await readPartitionClocks(reader);
          if (clocks.length === 0) throw nothingRead();
          return compareWindows(reader, clocks, options.limit);
        });
        if (options.json) writeJson(context.terminal, comparisonJson(comparison));
        else show(context.terminal, comparison);
        return comparison.different === 0 ? exitCodes.ok : exitCodes.found;
      }),
    );
