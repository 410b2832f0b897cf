import type { Source } from '@groundswell/sources';
import { formatCount, formatQuantity } from '../format.ts';
import type { DryRunReport, SampleRecord } from '../import/dry-run.ts';
import type { ProblemGroup } from '../import/problems.ts';
import type { OpenedRecords } from '../import/read-records.ts';
import { renderPairs, renderTable } from '../table.ts';
import type { Paint, Terminal } from '../terminal.ts';

const delimiterNames = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;

/** What kind of file it is, in words. */
export const describeText = ({ encoding, byteOrderMark, windowsLineEnds, delimiter }: OpenedRecords['text']): string =>
  [
    delimiter === null ? 'NDJSON' : `CSV with ${delimiterNames[delimiter]}s`,
    `${encoding}${byteOrderMark ? ' with a byte-order mark' : ''}`,
    windowsLineEnds ? 'Windows line ends' : 'Unix line ends',
  ].join(', ');

const linesOf = ({ lines, count }: ProblemGroup): string => `${lines.join(', ')}${count > lines.length ? ', …' : ''}`;

const showProblems = (title: string, groups: readonly ProblemGroup[], { out, paint }: Terminal): void => {
  if (groups.length === 0) return;
  out(`\n${paint('bold', title)}\n`);
  for (const group of groups) {
    const where = `${formatQuantity(group.count, 'time', 'times')}, line ${linesOf(group)}`;
    out(`  ${paint('red', group.reason)} (${where}): ${group.message}\n`);
    if (group.todo !== '') out(`    ${paint('dim', 'to do')}: ${group.todo}\n`);
  }
};

const showColumns = ({ columns, missing }: DryRunReport, { out, paint }: Terminal): void => {
  if (columns.length > 0) {
    const rows = columns.map(({ column, into, example }) => [
      column,
      into.length === 0 ? { text: 'not used', tone: 'yellow' as const } : into.join(', '),
      example,
    ]);
    out(
      `\n${renderTable(
        [
          { header: 'column', max: 30 },
          { header: 'goes into', max: 60 },
          { header: 'first value', max: 40 },
        ],
        rows,
        paint,
      )}`,
    );
  }
  for (const { column, into, like } of missing) {
    out(
      `${paint('yellow', 'missing column')}: ${column}, read for ${into.join(', ')}${like === null ? '' : `; is it ${like}?`}\n`,
    );
  }
};

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const showSample = (sample: readonly SampleRecord[], out: Terminal['out'], paint: Paint): void => {
  for (const { line, kind, fields } of sample) {
    out(`\n${paint('bold', `line ${line} becomes a ${kind}`)}\n`);
    out(
      renderPairs(
        Object.entries(fields).map(([name, value]) => [`  ${name}`, valueText(value)]),
        paint,
      ),
    );
  }
};

/** One record of a kind, in words. */
const oneOf: Readonly<Record<string, string>> = {
  touches: 'touch',
  accounts: 'account',
  people: 'person',
  opportunities: 'opportunity',
  identities: 'identity',
  exclusions: 'exclusion',
  content: 'content asset',
};

const kindsOf = (kind: string, count: number): string => {
  const words = kind.replaceAll('_', ' ');
  return formatQuantity(count, oneOf[kind] ?? words.replace(/s$/, ''), words);
};

const countsOf = ({ rows, taken, problems, skipped }: DryRunReport): string => {
  const rejected = problems.reduce((sum, { count }) => sum + count, 0);
  const left = skipped.reduce((sum, { count }) => sum + count, 0);
  const kinds = Object.entries(taken).map(([kind, count]) => kindsOf(kind, count));
  return `${formatQuantity(rows, 'row', 'rows')}: ${kinds.join(', ') || 'nothing'} would be taken, ${formatCount(rejected)} rejected, ${formatQuantity(left, 'row', 'rows')} left out`;
};

/** What an import would do, for a person. */
export const showDryRun = (terminal: Terminal, report: DryRunReport, source: Source | undefined): void => {
  const { out, paint } = terminal;
  out(`${report.file}: ${describeText(report.text)}\n`);
  if (source) out(`source ${source.id}, version ${source.version}, times in ${source.timeZone}\n`);
  showColumns(report, terminal);
  showSample(report.sample, out, paint);
  out(`\n${countsOf(report)}\n`);
  for (const { reason, count } of report.skipped) out(`  left out ${formatCount(count)}: ${reason}\n`);
  showProblems('problems', report.problems, terminal);
  showProblems('taken, but odd', report.warnings, terminal);
  out('\nnothing was sent; the same command without --dry-run sends it\n');
};

/** The same as JSON. */
export const dryRunJson = ({ text, ...report }: DryRunReport): unknown => ({
  ...report,
  encoding: text.encoding,
  byte_order_mark: text.byteOrderMark,
  windows_line_ends: text.windowsLineEnds,
  delimiter: text.delimiter,
});
