import { formatBytes, formatCount, formatInstant, formatQuantity, formatRetention } from '../format.ts';
import type { Letter, LetterHead, LetterList, ReplayResult, Tally } from '../stack/dead-letter-client.ts';
import { type Cell, printable, printableJson, renderPairs, renderTable } from '../table.ts';
import type { Paint } from '../terminal.ts';

const when = (text: string): string => formatInstant(Date.parse(text));

const named = (name: string): Cell => (name === '' ? { text: '(unknown)', tone: 'dim' } : name);

const numberCell = (value: number): Cell => (value === 0 ? { text: '0', tone: 'dim' } : formatCount(value));

const renderTallies = (header: string, tallies: readonly Tally[], paint: Paint): string =>
  renderTable(
    [
      { header, max: 40 },
      { header: 'open', align: 'right' },
      { header: 'replayed', align: 'right' },
    ],
    tallies.map(({ name, open, replayed }) => [named(name), numberCell(open), numberCell(replayed)]),
    paint,
  );

const stateCell = ({ state, replayable }: LetterHead): Cell => {
  if (state === 'replayed') return { text: 'replayed', tone: 'green' };
  return replayable ? 'open' : { text: 'open, not as it is', tone: 'yellow' };
};

export const renderLetters = (letters: readonly LetterHead[], paint: Paint): string =>
  renderTable(
    [
      { header: 'id' },
      { header: 'at' },
      { header: 'reason' },
      { header: 'source', max: 24 },
      { header: 'came in at', max: 48 },
      { header: 'given up by' },
      { header: 'state' },
    ],
    letters.map((letter) => [
      letter.deadLetterId,
      when(letter.at),
      letter.reason,
      named(letter.source),
      letter.origin,
      letter.stage,
      stateCell(letter),
    ]),
    paint,
  );

export const renderCounts = ({ counts }: LetterList, paint: Paint): string =>
  [
    renderTallies('reason', counts.byReason, paint),
    renderTallies('source', counts.bySource, paint),
    renderTallies('given up by', counts.byStage, paint),
  ].join('\n');

/** From so full on the bound of size, and not age, decides what goes next. */
const NEARLY_FULL = 0.8;

const sizeCell = ({ bytes, retentionBytes }: LetterList['holding']): Cell => {
  if (retentionBytes === null) return { text: `${formatBytes(bytes)}, without a bound`, tone: 'yellow' };
  const share = bytes / retentionBytes;
  const text = `${formatBytes(bytes)} of ${formatBytes(retentionBytes)} (${Math.round(share * 100)}%)`;
  return share < NEARLY_FULL ? text : { text: `${text}: the oldest go soon to make room`, tone: 'red' };
};

const goesCell = ({ oldestGoesAt, openGoingWithinDay }: LetterList['holding']): Cell => {
  if (oldestGoesAt === null) return 'nothing';
  const going = `${formatQuantity(openGoingWithinDay, 'open letter', 'open letters')} within a day`;
  const text = `from ${when(oldestGoesAt)} on, ${going}`;
  return openGoingWithinDay > 0 ? { text, tone: 'red' } : text;
};

/** How much there is, how old it is, and what retention drops next. */
export const renderHolding = ({ holding, counts }: LetterList, paint: Paint): string =>
  renderPairs(
    [
      ['open', formatCount(counts.open)],
      ['replayed', formatCount(counts.replayed)],
      ['size', sizeCell(holding)],
      ['oldest', holding.oldestAt === null ? 'none' : when(holding.oldestAt)],
      ['newest', holding.newestAt === null ? 'none' : when(holding.newestAt)],
      ['kept', formatRetention(holding.retentionMs)],
      ['goes next', goesCell(holding)],
    ],
    paint,
  );

const inLines = (text: string, show: (line: string) => string): string => `${text.split('\n').map(show).join('\n')}\n`;

/** A record over several lines where it is JSON; else as it is. What could move the cursor or set a colour cannot. */
export const prettyRecord = (record: string): string => {
  try {
    return inLines(JSON.stringify(JSON.parse(record), null, 2), printableJson);
  } catch {
    return inLines(record, printable);
  }
};

const replayLines = ({ replays }: Letter): [string, Cell][] =>
  replays.map(({ at, edited, records, touchIds }) => {
    const what = touchIds.length > 0 ? `as ${touchIds.join(', ')}` : formatQuantity(records, 'record', 'records');
    return ['replayed', { text: `${when(at)}${edited ? ', put right' : ''}, ${what}`, tone: 'green' }];
  });

export const renderLetter = (letter: Letter, paint: Paint): string => {
  const facts = renderPairs(
    [
      ['dead letter', letter.deadLetterId],
      ['reason', { text: letter.reason, tone: 'red' }],
      ['message', letter.message],
      ...(letter.explanation === null
        ? []
        : ([
            ['it means', letter.explanation.meaning],
            ['to do', letter.explanation.action],
          ] as const)),
      ['replay', letter.state === 'replayed' ? 'done; there is nothing more to do' : letter.help],
      ...replayLines(letter),
      ['given up by', letter.stage],
      ['source', named(letter.source)],
      ['came in at', letter.origin],
      ['read as', letter.recordKind ?? 'a record of the pipeline'],
      ['received', when(letter.received)],
      ['accepted', letter.accepted ? 'yes, so it stands in the books' : 'no, so it is not in the books'],
    ],
    paint,
  );
  const size = `${formatBytes(letter.bytes)}${letter.cut ? ', only the beginning was kept' : ''}`;
  const record =
    letter.record === null ? `not text, as base64:\n${letter.recordBase64 ?? ''}\n` : prettyRecord(letter.record);
  return `${facts}\n${paint('bold', 'record')} (${size})\n${record}`;
};

const touchesOf = ({ touchIds = [], records = 0 }: ReplayResult): string =>
  touchIds.length > 0 ? `touch ${touchIds.join(', ')}` : formatQuantity(records, 'record', 'records');

/** What became of one letter, in a sentence, with the oddities of the record below it. */
export const renderResult = (result: ReplayResult, dryRun: boolean, paint: Paint): string => {
  const { status, reason = '', message = '', replayedAt, warnings = [] } = result;
  const odd = warnings.map((warning) => `  ${paint('yellow', 'odd')}: ${printable(warning.message)}\n`).join('');
  switch (status) {
    case 'accepted':
      return `${paint('green', dryRun ? 'would be accepted' : 'accepted')}: ${touchesOf(result)}\n${odd}`;
    case 'already_replayed':
      return `${paint('green', 'replayed already')}${replayedAt ? `, at ${when(replayedAt)}` : ''}: nothing was written\n`;
    case 'refused':
      return `${paint('red', dryRun ? 'would be refused again' : 'refused again')} (${reason}): ${printable(message)}\n`;
    case 'not_replayable':
      return `${paint('yellow', 'cannot be replayed')}: ${printable(message)}\n`;
  }
};

/** All steps of a replay of many, put together. */
export interface BulkReport {
  readonly results: readonly ReplayResult[];
  readonly alreadyReplayed: number;
}

const statusesLeft = ['refused', 'not_replayable'] as const;

/** What was not accepted, by reason: how many, and what is wrong with the first of them. */
const renderLeft = (results: readonly ReplayResult[], paint: Paint): string => {
  const left = results.filter(({ status }) => statusesLeft.some((one) => one === status));
  if (left.length === 0) return '';
  const byReason = [...Map.groupBy(left, ({ status, reason = '' }) => `${status} ${reason}`).values()];
  const rows = byReason.flatMap((group): Cell[][] => {
    const [first] = group;
    if (first === undefined) return [];
    const { status, reason = '', message = '', deadLetterId } = first;
    const what = status === 'refused' ? reason : 'not replayable';
    return [[what, formatCount(group.length), deadLetterId, message]];
  });
  const columns = [
    { header: 'why' },
    { header: 'letters', align: 'right' },
    { header: 'the first of them' },
    { header: 'its message' },
  ] as const;
  return `\n${renderTable(columns, rows, paint)}`;
};

export const tallyOf = ({ results }: BulkReport, status: ReplayResult['status']): number =>
  results.filter((result) => result.status === status).length;

export const renderBulk = (report: BulkReport, dryRun: boolean, paint: Paint): string => {
  const accepted = tallyOf(report, 'accepted');
  const refused = tallyOf(report, 'refused');
  const notReplayable = tallyOf(report, 'not_replayable');
  const alarmed = (value: number): Cell => (value === 0 ? '0' : { text: formatCount(value), tone: 'red' });
  const pairs: [string, Cell][] = [
    [dryRun ? 'would be accepted' : 'accepted', { text: formatCount(accepted), tone: accepted > 0 ? 'green' : 'dim' }],
    [dryRun ? 'would be refused again' : 'refused again', alarmed(refused)],
    ['cannot be replayed as they are', alarmed(notReplayable)],
    ['replayed before', formatCount(report.alreadyReplayed)],
  ];
  const hint = dryRun ? '\nnothing was written: leave out --dry-run to replay what would be accepted\n' : '';
  return `${renderPairs(pairs, paint)}${renderLeft(report.results, paint)}${hint}`;
};
