import type { LevelCounts } from '../board/board-rows.ts';
import type { StackMode } from '../stack/addresses.ts';

/** Records by what became of them. */
export interface TouchCounts {
  readonly sent: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly duplicates: number;
}

/** Whether what was found can be trusted. */
export interface Checks {
  /** accounts whose windows differ from what pure SQL computes */
  readonly different: number;
  /** what keeps the books from balancing, in words */
  readonly imbalances: readonly string[];
  /** ways in which the demo's truth was missed; null: the input has no known truth */
  readonly truthDifferences: readonly string[] | null;
}

export interface SummaryFacts {
  readonly mode: StackMode;
  readonly touches: TouchCounts;
  readonly counts: LevelCounts;
  readonly checks: Checks;
  readonly seconds: Readonly<Record<'stack' | 'services' | 'stream' | 'check' | 'total', number>>;
}

export const isClean = ({ different, imbalances, truthDifferences }: Checks): boolean =>
  different === 0 && imbalances.length === 0 && (truthDifferences ?? []).length === 0;

/** The one line of JSON that \`demo --once\` ends with. */
export function summaryLine({ mode, touches, counts, checks, seconds }: SummaryFacts): string {
  return JSON.stringify({
    ok: isClean(checks),
    touches,
    accounts: counts.accounts,
    engaged: counts.engaged,
    high_intensity: counts.highIntensity,
    transitions: counts.transitions,
    routed: counts.routed,
    suppressed: counts.suppressed,
    verify: checks.different === 0 ? 'ok' : { accounts_different: checks.different },
    books: checks.imbalances.length === 0 ? 'balanced' : checks.imbalances,
    truth: checks.truthDifferences === null ? null : checks.truthDifferences.length === 0,
    seconds,
    mode,
  });
}

const MOST_SHOWN = 20;

/** The checks in words, for people. */
export function checkLines({ different, imbalances, truthDifferences }: Checks): string[] {
  const lines = [
    different === 0
      ? 'The windows of the stream equal pure SQL.'
      : `The windows of ${different} accounts differ from pure SQL: npx -y pnpm@12 groundswell verify`,
    imbalances.length === 0
      ? 'The books balance: every accepted record has one fate.'
      : `The books do not balance: ${imbalances.join('; ')}`,
  ];
  if (truthDifferences === null) return lines;
  if (truthDifferences.length === 0) {
    return [...lines, 'The pipeline found the truth of the demo market: every transition, level and fate.'];
  }
  const more = truthDifferences.length - MOST_SHOWN;
  return [
    ...lines,
    `The truth of the demo market was missed ${truthDifferences.length} times:`,
    ...truthDifferences.slice(0, MOST_SHOWN).map((difference) => `  ${difference}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
