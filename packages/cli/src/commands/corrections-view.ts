import type { LevelAndScore, LevelEffects, RouteAsked } from '../corrections/level-effects.ts';
import { formatCount, formatInstant, formatQuantity, formatScore, jsonInstant } from '../format.ts';
import type { Merged, MergedMade } from '../stack/merge-answers.ts';
import type { Preview, ShownCorrection } from '../stack/resolver-answers.ts';
import { type Column, renderTable } from '../table.ts';
import type { Paint, Terminal } from '../terminal.ts';

/** Rows of each list that are shown; --json has them all. */
export const MOST_SHOWN = 50;

const right = (header: string): Column => ({ header, align: 'right' });

/** Places in a log, which say something to programs only. */
const unsaid: ReadonlySet<string> = new Set(['ends', 'revoked_ends']);

/** `account=acme.example into=globex.example` */
const subjectText = (subject: ShownCorrection['subject']): string =>
  Object.entries(subject)
    .filter(([name]) => !unsaid.has(name))
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

/** What was asked about: the partitions of the instances that were asked. */
export const renderCoverage = (asked: Merged<Pick<Preview, 'partitions' | 'touches_held'>>): string => {
  const { partitions, touches_held: held, instances, missing_partitions: missing } = asked;
  const where = formatQuantity(partitions.length, 'partition', 'partitions');
  const whose = instances === 1 ? 'one resolver' : `${formatCount(instances)} resolvers`;
  return [
    `counted over ${formatQuantity(held, 'touch', 'touches')} in ${where} of ${whose}\n`,
    asked.people_at_most
      ? 'people are counted at each resolver: who has touches at several is counted several times\n'
      : '',
    missing.length === 0
      ? ''
      : `not counted: partition ${missing.join(', ')}; name every instance in GROUNDSWELL_RESOLVER_URL, comma separated\n`,
  ].join('');
};

const showPreview = ({ out, paint }: Pick<Terminal, 'out' | 'paint'>, preview: Merged<Preview>): void => {
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

const levelText = ({ level, score }: LevelAndScore): string => `${level} ${formatScore(score)}`;

const routeLines = (what: string, asked: readonly RouteAsked[]): string[] =>
  asked.map(({ account, kind, at }) => `  ${account}: ${what}, ${kind} at ${formatInstant(at)}\n`);

/** Levels and scores without and with the correction, and what the router would have been asked. */
const renderLevels = ({ accounts, asked, unasked, missing }: LevelEffects, paint: Paint): string => {
  const different = accounts.filter(({ before, after }) => levelText(before) !== levelText(after));
  const table = renderTable(
    ['account', 'level and score', 'would be'].map((header) => ({ header })),
    different.map(({ account, before, after }) => [
      account,
      levelText(before),
      { text: levelText(after), tone: before.level === after.level ? 'dim' : 'yellow' },
    ]),
    paint,
  );
  const routes = [...routeLines('would have been routed', asked), ...routeLines('would not have been routed', unasked)];
  return [
    different.length === 0 ? 'no level and no score would change\n' : `in levels, by the active policy\n${table}`,
    routes.length === 0
      ? ''
      : `\ncorrections never route; had it been known from the start (before cool-down and go-live of sources):\n`,
    ...routes.slice(0, MOST_SHOWN),
    missing === 0
      ? ''
      : `\nlevels are without ${formatQuantity(missing, 'touch', 'touches')} that the tables do not have yet: ask again in a minute\n`,
  ].join('');
};

/** The same for --json, with names as the resolver's answer has them. */
export const levelsJson = (levels: LevelEffects | string) => {
  if (typeof levels === 'string') return { levels: null, levels_missing: levels };
  const shown = ({ level, score }: LevelAndScore) => ({ level, score: score / 100 });
  const asked = (routes: readonly RouteAsked[]) =>
    routes.map(({ account, kind, at }) => ({ account_id: account, kind, at: jsonInstant(at) }));
  return {
    levels: {
      accounts: levels.accounts.map(({ account, before, after }) => ({
        ...{ account_id: account, before: shown(before), after: shown(after) },
      })),
      would_have_been_routed: asked(levels.asked),
      would_not_have_been_routed: asked(levels.unasked),
      touches_missing: levels.missing,
    },
  };
};

export interface MadeView {
  /** a sentence: why there are none; null: none were asked for */
  readonly levels: LevelEffects | string | null;
  readonly done: string;
}

/** What was made, or would be. */
export const showMade = (terminal: Terminal, made: MergedMade, { levels, done }: MadeView): void => {
  const { out, err, paint, paintError } = terminal;
  for (const warning of made.warnings) err(`${paintError('yellow', 'warning')}: ${warning}\n`);
  if (!made.preview) {
    out(`${paint('green', done)}: ${made.correction.correction_id}\n`);
    return;
  }
  showPreview(terminal, made.preview);
  if (typeof levels === 'string') err(`${levels}\n`);
  else if (levels !== null) out(`\n${renderLevels(levels, paint)}`);
  out('nothing was written: leave out --dry-run to do it\n');
};
