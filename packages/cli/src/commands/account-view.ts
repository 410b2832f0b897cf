import { formatCount, formatInstant, formatQuantity, formatScore, jsonInstant } from '../format.ts';
import type { AccountDecision, AccountDetail, AccountTouch, AccountTransition } from '../queries/account.ts';
import { type Cell, renderPairs, renderTable } from '../table.ts';
import type { Paint, Tone } from '../terminal.ts';
import { levelCell } from './accounts.ts';

/** One line of the account's story. */
export interface TimelineEntry {
  readonly at: number;
  readonly what: string;
  readonly tone: Tone | null;
  readonly detail: string;
}

const PERSON_LENGTH = 8;

/** Enough of an opaque id to tell people of one account apart. */
const shortPerson = (personId: string): string => personId.slice(0, PERSON_LENGTH);

/** Why a touch does not count, as far as one sees it by the touch and the policy; empty when it may. */
const whyNotCounted = (touch: AccountTouch): string => {
  if (touch.disposition !== 'candidate') return touch.disposition_reason || touch.disposition;
  if (!touch.is_echo) return '';
  return touch.send_id === '' ? `echo of campaign ${touch.campaign}` : `echo of send ${touch.send_id}`;
};

const touchEntry = (touch: AccountTouch): TimelineEntry => {
  const who = `${shortPerson(touch.person_id)}${touch.role === '' ? '' : ` (${touch.role})`}`;
  const about = [touch.product, touch.channel, touch.content].filter((text) => text !== '').join(' · ');
  const why = whyNotCounted(touch);
  const counts = why === '' ? '' : `not counted: ${why}`;
  const detail = [who, about, `from ${touch.source}`, counts].filter((text) => text !== '').join(', ');
  return { at: touch.effective_time, what: touch.type, tone: counts === '' ? null : 'dim', detail };
};

const transitionEntry = (transition: AccountTransition): TimelineEntry => ({
  at: transition.at,
  what: `${transition.kind} ${transition.level}`,
  tone: transition.kind === 'leave' ? 'yellow' : 'green',
  detail: [
    `cause ${transition.cause}`,
    formatQuantity(transition.touches_30d, 'touch', 'touches'),
    formatQuantity(transition.people_30d, 'person', 'people'),
    `score ${formatScore(transition.score)}`,
    transition.known_at === transition.at ? '' : `known ${formatInstant(transition.known_at)}`,
  ]
    .filter((text) => text !== '')
    .join(', '),
});

/**
 * Touches and transitions in one story, newest first. At one instant the transition stands above the touches that caused
 * it; of several transitions the later one.
 */
export const mergeTimeline = (
  touches: readonly AccountTouch[],
  transitions: readonly AccountTransition[],
  limit: number,
): TimelineEntry[] => {
  const newestFirst = [...transitions].sort((a, b) => b.sequence - a.sequence).map(transitionEntry);
  // A stable sort keeps the order in which entries of one instant are put together here.
  return [...newestFirst, ...touches.map(touchEntry)].sort((a, b) => b.at - a.at).slice(0, limit);
};

const WINDOWS = [
  ['30 days', '30d'],
  ['90 days', '90d'],
] as const;
const MEASURES = ['touches', 'people', 'products', 'roles', 'channels'] as const;

const windowRows = ({ current, counts }: AccountDetail): Cell[][] => [
  ...WINDOWS.map(([label, suffix]) => [
    label,
    ...MEASURES.map((measure) => formatCount(counts[`${measure}_${suffix}`] ?? 0)),
  ]),
  ...Object.entries(current.windows).map(([days, window]) => [
    `${days} days`,
    ...MEASURES.map((measure) => formatCount(window[measure])),
  ]),
];

const heading = (paint: Paint, text: string): string => `\n${paint('bold', text)}\n`;

const headerPairs = ({ current }: AccountDetail): [string, Cell][] => {
  const known: [string, string][] = [
    ['owner', current.owner],
    ['tier', current.tier],
    ['territory', current.territory],
    ['industry', current.industry],
    ['lifecycle', current.lifecycle],
  ];
  return [
    ['account', current.name === '' ? current.account_id : `${current.account_id}  ${current.name}`],
    ['level', levelCell(current.level)],
    ...(current.since === null ? [] : [['since', formatInstant(current.since)] satisfies [string, Cell]]),
    ['score', formatScore(current.score)],
    ...known.filter(([, value]) => value !== ''),
    ...(current.excluded
      ? [['excluded', { text: 'from scores or routes', tone: 'yellow' }] satisfies [string, Cell]]
      : []),
    ['last touch', current.last_touch_at === null ? 'none' : formatInstant(current.last_touch_at)],
    ['clock', formatInstant(current.clock)],
    ['policy', current.policy_version],
  ];
};

const renderScore = ({ current }: AccountDetail, paint: Paint): string => {
  const total = current.contributions.reduce((sum, one) => sum + one.points, 0);
  const rows: Cell[][] = current.contributions.map((one) => [
    one.component,
    formatCount(one.count),
    formatScore(one.points),
  ]);
  rows.push([
    { text: 'sum', tone: 'bold' },
    '',
    { text: formatScore(total), tone: total === current.score ? 'bold' : 'red' },
  ]);
  const columns = [
    { header: 'part' },
    { header: 'count', align: 'right' },
    { header: 'points', align: 'right' },
  ] as const;
  return renderTable(columns, rows, paint);
};

const renderPeople = ({ people }: AccountDetail, paint: Paint): string =>
  renderTable(
    [
      { header: 'person' },
      { header: 'role' },
      { header: 'seniority' },
      { header: 'known by' },
      { header: '30 d', align: 'right' },
      { header: '90 d', align: 'right' },
      { header: 'last touch' },
    ],
    people.map((one) => [
      one.person_id,
      one.role || '-',
      one.seniority || '-',
      one.person_kind,
      formatCount(one.touches_30d),
      formatCount(one.touches_90d),
      `${formatInstant(one.last_time)} ${one.last_type}`,
    ]),
    paint,
  );

const renderDecisions = (decisions: readonly AccountDecision[], paint: Paint): string =>
  renderTable(
    [{ header: 'decided at' }, { header: 'route' }, { header: 'state' }, { header: 'reason' }, { header: 'people' }],
    decisions.map((one) => [
      formatInstant(one.decided_at),
      one.route,
      { text: one.state, tone: one.state === 'routed' ? 'green' : 'dim' },
      one.until === null ? one.reason : `${one.reason} until ${formatInstant(one.until)}`,
      one.people.map((person) => `${shortPerson(person.person_id)} ${person.role}`.trim()).join(', '),
    ]),
    paint,
  );

/** The whole view of an account as text. */
export const renderAccount = (detail: AccountDetail, options: { paint: Paint; limit: number }): string => {
  const { paint, limit } = options;
  const timeline = mergeTimeline(detail.touches, detail.transitions, limit);
  return [
    renderPairs(headerPairs(detail), paint),
    heading(paint, 'Windows'),
    renderTable(
      [{ header: 'window' }, ...MEASURES.map((header) => ({ header, align: 'right' as const }))],
      windowRows(detail),
      paint,
    ),
    heading(paint, 'Score'),
    renderScore(detail, paint),
    heading(paint, 'People (counted touches)'),
    detail.people.length === 0 ? 'nobody in the last 90 days\n' : renderPeople(detail, paint),
    heading(paint, 'Timeline, newest first'),
    renderTable(
      [{ header: 'at' }, { header: 'what' }, { header: 'detail', max: 100 }],
      timeline.map((entry) => [
        formatInstant(entry.at),
        entry.tone === null ? entry.what : { text: entry.what, tone: entry.tone },
        entry.detail,
      ]),
      paint,
    ),
    heading(paint, 'Route decisions'),
    detail.decisions.length === 0 ? 'none\n' : renderDecisions(detail.decisions, paint),
  ].join('');
};

const jsonOrNull = (at: number | null): string | null => (at === null ? null : jsonInstant(at));

/** The whole view of an account as a JSON document. */
export const accountJson = ({ current, counts, people, touches, transitions, decisions }: AccountDetail): unknown => ({
  account: {
    ...current,
    ...Object.fromEntries(Object.entries(counts).filter(([name]) => /_\d+d$/.test(name))),
    since: jsonOrNull(current.since),
    engaged_since: jsonOrNull(current.engaged_since),
    high_intensity_since: jsonOrNull(current.high_intensity_since),
    last_touch_at: jsonOrNull(current.last_touch_at),
    clock: jsonInstant(current.clock),
    score: current.score / 100,
    contributions: current.contributions.map((one) => ({ ...one, points: one.points / 100 })),
  },
  people: people.map((one) => ({ ...one, last_time: jsonInstant(one.last_time) })),
  touches: touches.map((one) => ({
    ...one,
    effective_time: jsonInstant(one.effective_time),
    received: jsonInstant(one.received),
  })),
  transitions: transitions.map((one) => ({
    ...one,
    at: jsonInstant(one.at),
    known_at: jsonInstant(one.known_at),
    score: one.score / 100,
  })),
  decisions: decisions.map((one) => ({
    ...one,
    until: jsonOrNull(one.until),
    transition_at: jsonInstant(one.transition_at),
    decided_at: jsonInstant(one.decided_at),
    score: one.score / 100,
  })),
});
