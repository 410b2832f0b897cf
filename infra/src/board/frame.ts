import { stripVTControlCharacters, styleText } from 'node:util';
import type { BoardEntry } from './board.ts';
import type { LevelCounts } from './board-rows.ts';
import {
  describeDecision,
  describeLeave,
  describeProducts,
  describeRoles,
  describeSize,
  describeTypes,
} from './reason-words.ts';

/** How far the stream is. */
export interface StreamProgress {
  /** a word or two: what is going on */
  readonly phase: string;
  readonly sent: number;
  /** null: not known beforehand */
  readonly total: number | null;
  readonly perSecond: number;
  /** epoch ms between which the log's clock goes while the data streams; null: not known beforehand */
  readonly span: { readonly from: number; readonly to: number } | null;
  readonly elapsedMs: number;
}

export interface FrameInput {
  readonly title: string;
  readonly progress: StreamProgress;
  readonly counts: LevelCounts;
  /** newest first */
  readonly entries: readonly BoardEntry[];
}

export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

type Style = Parameters<typeof styleText>[0];

const DAY_MS = 86_400_000;
const HEADER_ROWS = 8;
const ROWS_PER_ENTRY = 2;
const BAR_WIDTH = 30;
const NAME_WIDTH = 24;

/** How many entries a terminal of that height has room for; the last row stays free for the cursor. */
export const entriesThatFit = (rows: number): number =>
  Math.max(1, Math.floor((rows - HEADER_ROWS - 1) / ROWS_PER_ENTRY));

/** The board as lines of text, none longer than the terminal is wide. Pure. */
export function renderFrame(input: FrameInput, size: FrameSize): string[] {
  const paint = (style: Style, text: string): string =>
    size.colour ? styleText(style, text, { validateStream: false }) : text;
  const lines = [
    headline(input, size, paint),
    ...progressLines(input.progress, input.counts.clock, paint),
    '',
    countsLine(input.counts, paint),
    '',
    paint('bold', 'Latest accounts'),
    ...(input.entries.length === 0 ? [paint('dim', '  none yet: it takes several people')] : []),
    ...input.entries.slice(0, entriesThatFit(size.rows)).flatMap((entry) => entryLines(entry, paint)),
  ];
  return lines.slice(0, Math.max(1, size.rows - 1)).map((line) => cutLine(line, size.columns));
}

type Paint = (style: Style, text: string) => string;

function headline({ title, progress }: FrameInput, { columns }: FrameSize, paint: Paint): string {
  const left = `Groundswell · ${title}`;
  const right = clockText(progress.elapsedMs);
  const gap = Math.max(1, Math.min(columns, 100) - left.length - right.length);
  return `${paint('bold', left)}${' '.repeat(gap)}${right}`;
}

function progressLines(progress: StreamProgress, clock: number | null, paint: Paint): string[] {
  const share = shareDone(progress, clock);
  const bar = share === null ? '' : `${paint('cyan', barText(share))} ${String(Math.floor(share * 100)).padStart(3)}%`;
  return [[bar, dayText(progress, clock)].filter((part) => part !== '').join('  '), sentText(progress)];
}

/** `streaming: 12 345 of 27 476 touches, 2 310/s; log at 2026-03-02 14:05, day 91 of 120` */
export const progressText = (progress: StreamProgress, clock: number | null): string =>
  [sentText(progress), dayText(progress, clock)].filter((part) => part !== '').join('; ');

function sentText({ phase, sent, total, perSecond }: StreamProgress): string {
  const counted = total === null ? grouped(sent) : `${grouped(sent)} of ${grouped(total)}`;
  return `${phase}: ${counted} touches${perSecond > 0 ? `, ${grouped(Math.round(perSecond))}/s` : ''}`;
}

function dayText({ span }: StreamProgress, clock: number | null): string {
  if (clock === null) return '';
  const dayOf = span === null ? '' : `, day ${daysIn(span, clock)} of ${daysIn(span, span.to)}`;
  return `log at ${minuteText(clock)}${dayOf}`;
}

/** How far the pipeline is, which is behind what was sent; what was sent where its end in time is not known. */
function shareDone({ sent, total, span }: StreamProgress, clock: number | null): number | null {
  if (span !== null) return clock === null ? 0 : within01((clock - span.from) / (span.to - span.from));
  return total === null || total === 0 ? null : within01(sent / total);
}

const within01 = (value: number): number => Math.min(1, Math.max(0, value));

const daysIn = (span: { readonly from: number; readonly to: number }, at: number): number =>
  Math.ceil((Math.min(at, span.to) - span.from) / DAY_MS);

export function countsLine(counts: LevelCounts, paint: Paint = (_, text) => text): string {
  return [
    `accounts ${grouped(counts.accounts)}`,
    `engaged ${paint('yellow', grouped(counts.engaged))}`,
    `high-intensity ${paint(['bold', 'red'], grouped(counts.highIntensity))}`,
    `transitions ${grouped(counts.transitions)}`,
    `routed ${paint('green', grouped(counts.routed))}`,
    `suppressed ${grouped(counts.suppressed)}`,
  ].join('   ');
}

function entryLines({ transition, name, decision }: BoardEntry, paint: Paint): string[] {
  const company = (name === '' ? transition.accountId : name).padEnd(NAME_WIDTH);
  const when = minuteText(transition.at).slice('2026-'.length);
  if (transition.kind === 'leave') {
    return [paint('dim', `○ ${when}  ${company}`), paint('dim', `    ${describeLeave(transition)}`)];
  }
  const routed = paint(decision?.state === 'routed' ? 'green' : 'dim', describeDecision(decision));
  const strength = `score ${String(Math.round(transition.score)).padStart(3)}  ${describeSize(transition)}`;
  const reasons = [
    describeRoles(transition.people),
    describeTypes(transition.types),
    describeProducts(transition.products),
  ];
  return [
    `${paint('red', '●')} ${when}  ${paint('bold', company)} ${strength}  ${routed}`,
    `    ${reasons.filter((reason) => reason !== '').join(' · ')}`,
  ];
}

const barText = (share: number): string => {
  const filled = Math.round(share * BAR_WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
};

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ' ');

/** `2026-03-31 12:00`, UTC. */
export const minuteText = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

const clockText = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
};

/** Cuts to the width in visible characters; a cut line loses its colours, since an escape could be cut in half. */
function cutLine(line: string, columns: number): string {
  const visible = stripVTControlCharacters(line);
  return visible.length <= columns ? line : `${visible.slice(0, Math.max(0, columns - 1))}…`;
}
