import { formatCount, formatQuantity } from '../format.ts';
import type { MadeCorrection, Preview, ShownCorrection } from '../stack/resolver-answers.ts';
import { type Column, renderTable } from '../table.ts';
import type { Paint, Terminal } from '../terminal.ts';

/** Rows of each list that are shown; --json has them all. */
export const MOST_SHOWN = 50;

const right = (header: string): Column => ({ header, align: 'right' });

/** `account=acme.example into=globex.example` */
export const subjectText = (subject: ShownCorrection['subject']): string =>
  Object.entries(subject)
    .map(([name, value]) => `${name}=${value === '' ? '(none)' : value}`)
    .join(' ');

export const renderCorrections = (corrections: readonly ShownCorrection[], paint: Paint): string =>
  renderTable(
    ['correction', 'made', 'kind', 'about', 'from', 'until', 'by', 'reason', 'state'].map((header) => ({ header })),
    corrections.map((one) => [
      ...[one.correction_id, one.received, one.kind, subjectText(one.subject)],
      ...[one.valid_from ?? '', one.valid_to ?? '', one.requested_by, one.reason],
      one.revoked ? { text: 'revoked', tone: 'dim' } : 'in effect',
    ]),
    paint,
  );

const NOWHERE = '(no account)';
const change = (before: number, after: number): string =>
  before === after ? formatCount(before) : `${formatCount(before)} → ${formatCount(after)}`;

const renderMoves = ({ moves }: Preview, paint: Paint): string =>
  renderTable(
    [{ header: 'from' }, { header: 'to' }, right('touches'), right('people')],
    moves
      .slice(0, MOST_SHOWN)
      .map(({ from, to, touches, people }) => [
        ...[from ?? NOWHERE, to ?? NOWHERE, formatCount(touches), formatCount(people)],
      ]),
    paint,
  );

const renderDispositions = ({ dispositions }: Preview, paint: Paint): string =>
  renderTable(
    [{ header: 'disposition' }, { header: 'would be' }, right('touches'), right('people')],
    dispositions.map(({ before, after, touches, people }) => [
      ...[before, after, formatCount(touches), formatCount(people)],
    ]),
    paint,
  );

const renderAccounts = ({ accounts }: Preview, paint: Paint): string =>
  renderTable(
    [
      { header: 'account' },
      ...['touches in 30 days', 'people', 'touches in 90 days', 'people'].map((header) => right(header)),
    ],
    accounts
      .slice(0, MOST_SHOWN)
      .map(({ account_id: account, days_30: month, days_90: quarter }) => [
        account,
        ...[month, quarter].flatMap(({ before, after }) => [
          change(before.touches, after.touches),
          change(before.people, after.people),
        ]),
      ]),
    paint,
  );

/** What was asked about: the partitions of one instance. */
export const renderCoverage = ({
  partitions,
  touches_held: held,
}: Pick<Preview, 'partitions' | 'touches_held'>): string =>
  `counted over ${formatQuantity(held, 'touch', 'touches')} in ${formatQuantity(partitions.length, 'partition', 'partitions')} of one resolver\n`;

export const showPreview = ({ out, paint }: Pick<Terminal, 'out' | 'paint'>, preview: Preview): void => {
  const { touches, people, moves, dispositions, accounts } = preview;
  out(`${formatQuantity(touches, 'touch', 'touches')} of ${formatQuantity(people, 'person', 'people')} would change\n`);
  if (moves.length > 0) out(`\nbetween accounts\n${renderMoves(preview, paint)}`);
  if (dispositions.length > 0) out(`\nin what counts\n${renderDispositions(preview, paint)}`);
  if (accounts.length > 0)
    out(`\nin windows, as of ${preview.clock}, before any policy\n${renderAccounts(preview, paint)}`);
  const isCut = preview.is_cut || moves.length > MOST_SHOWN || accounts.length > MOST_SHOWN;
  if (isCut) out('\nthere is more than is shown: --json has up to 10,000 of each\n');
  out(`\n${renderCoverage(preview)}`);
};

/** `made`, or what would be. */
export const showMade = (terminal: Terminal, made: MadeCorrection, done: string): void => {
  for (const warning of made.warnings) terminal.err(`${terminal.paintError('yellow', 'warning')}: ${warning}\n`);
  if (made.preview) {
    showPreview(terminal, made.preview);
    terminal.out('nothing was written: leave out --dry-run to do it\n');
    return;
  }
  terminal.out(`${terminal.paint('green', done)}: ${made.correction.correction_id}\n`);
};
