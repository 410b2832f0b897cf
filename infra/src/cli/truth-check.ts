import type { Fate, Truth } from '@groundswell/demo-market';

/** What the pipeline found, as far as the demo's truth speaks of it. */
export interface Found {
  /** all there are; those after the truth's anchor say which accounts have moved on */
  readonly transitions: readonly FoundTransition[];
  /** of every account, now */
  readonly levels: readonly FoundLevel[];
  readonly books: readonly FoundBooks[];
}

export interface FoundTransition {
  readonly accountId: string;
  readonly level: string;
  readonly kind: string;
  /** epoch ms */
  readonly at: number;
  readonly touches30d: number;
  readonly people30d: number;
}

export interface FoundLevel {
  readonly accountId: string;
  readonly level: string;
}

/** Records of a source by fate, in the words of the books. */
export interface FoundBooks {
  readonly source: string;
  readonly fates: Readonly<Record<string, number>>;
}

/** The generator's fates in the words of the books. */
const bookedAs: Readonly<Record<Fate, string>> = {
  counted: 'counted',
  zero_weight: 'zero_weight',
  ours: 'ours_or_negative',
  negative: 'ours_or_negative',
  bot: 'bot',
  excluded: 'excluded',
  echo: 'echo',
  anonymous: 'anonymous',
  unresolved: 'unresolved',
  outside_every_window: 'outside_windows',
  duplicate: 'duplicate',
};

const fateNames = Object.keys(bookedAs).filter((name): name is Fate => Object.hasOwn(bookedAs, name));

/** Every way in which what was found is not the truth, in words; none: it was found whole. */
export function compareWithTruth(truth: Truth, found: Found): string[] {
  return [
    ...compareTransitions(truth, found.transitions),
    ...compareLevels(truth, found),
    ...compareFates(truth, found.books),
  ];
}

function compareTransitions(truth: Truth, found: readonly FoundTransition[]): string[] {
  const expected = truth.accounts.flatMap((account) =>
    account.transitions.map((transition) =>
      transitionText({
        ...transition,
        accountId: account.account_id,
        touches30d: transition.touches_30d,
        people30d: transition.people_30d,
      }),
    ),
  );
  const anchor = Date.parse(truth.anchor);
  const actual = new Set(found.filter(({ at }) => at <= anchor).map(transitionText));
  const wanted = new Set(expected);
  return [
    ...expected.filter((text) => !actual.has(text)).map((text) => `missing: ${text}`),
    ...[...actual].filter((text) => !wanted.has(text)).map((text) => `not expected: ${text}`),
  ];
}

const transitionText = ({ accountId, level, kind, at, touches30d, people30d }: FoundTransition): string =>
  `${accountId} ${kind} ${level} at ${new Date(at).toISOString()} with ${touches30d} touches by ${people30d} people`;

/** An account with a transition after the anchor (an expiry in the seconds since) is not held to the level it had then. */
function compareLevels(truth: Truth, found: Found): string[] {
  const levels = new Map(found.levels.map(({ accountId, level }) => [accountId, level]));
  const anchor = Date.parse(truth.anchor);
  const movedOn = new Set(found.transitions.filter(({ at }) => at > anchor).map(({ accountId }) => accountId));
  return truth.accounts
    .filter((account) => !movedOn.has(account.account_id))
    .flatMap((account) => {
      const level = levels.get(account.account_id) ?? '';
      const expected = account.level === 'none' ? '' : account.level;
      return level === expected ? [] : [`${account.account_id} is "${level}", not "${expected}"`];
    });
}

function compareFates(truth: Truth, books: readonly FoundBooks[]): string[] {
  return Object.entries(truth.fates_by_source).flatMap(([source, counts]) => {
    const expected: Record<string, number> = {};
    for (const fate of fateNames) {
      const word = bookedAs[fate];
      expected[word] = (expected[word] ?? 0) + (counts[fate] ?? 0);
    }
    const actual = books.find((row) => row.source === source)?.fates ?? {};
    return Object.entries(expected)
      .filter(([word, count]) => (actual[word] ?? 0) !== count)
      .map(([word, count]) => `${source}: ${actual[word] ?? 0} records are ${word}, not ${count}`);
  });
}
