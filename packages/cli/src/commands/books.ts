import { type CliContext, openStack, withBroker, withReader } from '../cli-context.ts';
import { type ExitCode, exitCodes } from '../command-error.ts';
import { formatCount, formatQuantity } from '../format.ts';
import { readSpans } from '../pipeline/lag.ts';
import { settle } from '../pipeline/settle.ts';
import {
  type BooksRow,
  type Fate,
  fates,
  type LedgerGap,
  ledgers,
  readBooks,
  readLedgerGaps,
} from '../queries/books.ts';
import type { StackAddress } from '../stack/stack-address.ts';
import { type Cell, renderTable } from '../table.ts';
import { type Paint, type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples, timeoutOption } from './common.ts';

/** The books of a stack, judged. */
export interface Books {
  readonly rows: readonly BooksRow[];
  /** records that the broker holds and the ledger lacks */
  readonly gaps: readonly LedgerGap[];
}

const sumOf = (rows: readonly BooksRow[], column: Fate | 'accepted' | 'balance'): number =>
  rows.reduce((sum, row) => sum + row[column], 0);

/** What keeps the books from balancing, one sentence each; empty when they balance. */
export const imbalances = ({ rows, gaps }: Books): string[] => {
  const sentences: string[] = [];
  for (const row of rows) {
    const source = row.source === '' ? 'records that nobody can decode' : `source ${row.source}`;
    if (row.balance > 0) {
      sentences.push(`${source}: ${formatQuantity(row.balance, 'record', 'records')} accepted without a known fate`);
    }
    if (row.balance < 0) {
      sentences.push(`${source}: ${formatQuantity(-row.balance, 'fate', 'fates')} more than records accepted`);
    }
    if (row.pending > 0) {
      sentences.push(
        `${source}: ${formatQuantity(row.pending, 'record', 'records')} pending, not through account-resolver yet`,
      );
    }
  }
  for (const gap of gaps) {
    sentences.push(
      `topic ${gap.topic}, partition ${gap.partition}: ${formatQuantity(gap.missing, 'record', 'records')} missing from the ledger in ClickHouse`,
    );
  }
  return sentences;
};

const numberCell = (value: number, alarming: boolean): Cell => {
  if (value === 0) return { text: '0', tone: 'dim' };
  return alarming ? { text: formatCount(value), tone: 'red' } : formatCount(value);
};

/** Sources side by side, a fate a line; fates that nothing has are left out. */
export const renderBooks = (rows: readonly BooksRow[], paint: Paint): string => {
  const line = (label: string, column: Fate | 'accepted' | 'balance', alarming: boolean): Cell[] => [
    label,
    ...rows.map((row) => numberCell(row[column], alarming)),
    numberCell(sumOf(rows, column), alarming),
  ];
  const used = fates.filter((fate) => rows.some((row) => row[fate] !== 0));
  return renderTable(
    [
      { header: 'fate' },
      ...rows.map((row) => ({ header: row.source || '(undecodable)', align: 'right' as const })),
      { header: 'all', align: 'right' },
    ],
    [
      line('accepted', 'accepted', false),
      ...used.map((fate) => line(`  ${fate}`, fate, fate === 'pending')),
      line('balance', 'balance', true),
    ],
    paint,
  );
};

export const booksJson = (books: Books): unknown => ({
  balanced: imbalances(books).length === 0,
  problems: imbalances(books),
  sources: books.rows,
  total: Object.fromEntries(
    (['accepted', ...fates, 'balance'] as const).map((column) => [column, sumOf(books.rows, column)]),
  ),
  ledger_gaps: books.gaps,
});

const show = (terminal: Terminal, books: Books): void => {
  const { paint } = terminal;
  if (books.rows.length === 0) terminal.out('nothing was accepted yet\n');
  else terminal.out(renderBooks(books.rows, paint));
  const problems = imbalances(books);
  if (problems.length === 0) {
    terminal.out(`\n${paint('green', 'balanced')}: every accepted record has exactly one fate\n`);
    return;
  }
  terminal.out(`\n${paint('red', 'not balanced')}:\n${problems.map((problem) => `  ${problem}\n`).join('')}`);
};

const readAll = (stack: StackAddress): Promise<Books> =>
  withBroker(stack, ({ admin }) =>
    withReader(stack, async (reader) => {
      const gaps: LedgerGap[] = [];
      for (const topic of ledgerTopics) {
        gaps.push(...(await readLedgerGaps(reader, topic, await readSpans(admin, stack.namespace, topic))));
      }
      return { rows: await readBooks(reader), gaps };
    }),
  );

const ledgerTopics = Object.keys(ledgers).filter((topic): topic is keyof typeof ledgers => topic in ledgers);

export const booksCommand = (context: CliContext) =>
  createCommand('books')
    .summary('account for every accepted record; exit 1 when the books do not balance')
    .description(
      'Shows every accepted record by its one current fate, per source, derived from the logs. Waits first until every record has gone all the way. Exit code 0: balanced, 1: not, 2: could not tell.',
    )
    .addOption(timeoutOption())
    .option('--no-wait', 'do not wait for records that are still on their way')
    .addHelpText('after', examples('books', 'books --timeout 300', 'books --json'))
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const stack = await openStack(context, options);
        if (options.wait) await settle(context, stack, options.timeout * 1000);
        const books = await readAll(stack);
        if (options.json) writeJson(context.terminal, booksJson(books));
        else show(context.terminal, books);
        return imbalances(books).length === 0 ? exitCodes.ok : exitCodes.found;
      }),
    );
