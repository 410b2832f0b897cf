import type { CorrectionRecord, ExclusionRecord, TouchAsserted, TouchClues } from '@groundswell/schemas';
import { type AllKnowledge, decideAgain } from './decide-again.ts';
import { eachTouch, type Memories, type Sliced, Tally, tallyOf } from './each-touch.ts';
import type { IdentityBook } from './identity-book.ts';
import { withMark } from './machine-marks.ts';
import { RETRACTED } from './resolve-touch.ts';

const DAY = 86_400_000;

/** The part of a decision that a correction may change and windows go by. */
export interface TouchSide {
  readonly accountId: string | null;
  readonly personId: string;
  readonly personKind: string;
  readonly role: string;
  readonly disposition: string;
  readonly dispositionReason: string;
}

export interface TouchDifference {
  readonly touchId: string;
  /** epoch ms */
  readonly effectiveTime: number;
  readonly before: TouchSide;
  readonly after: TouchSide;
}

export interface Counted {
  readonly touches: number;
  readonly people: number;
}

/** What counts for an account in a window, by the decisions alone: policy may weigh types with nothing. */
export interface AccountEffect {
  readonly accountId: string;
  readonly days30: { readonly before: Counted; readonly after: Counted };
  readonly days90: { readonly before: Counted; readonly after: Counted };
}

/** What a correction would do to the touches that this instance holds. */
export interface CorrectionPreview {
  readonly partitions: readonly number[];
  /** epoch ms that windows end at: the youngest touch was received then */
  readonly clock: number;
  readonly touchesHeld: number;
  readonly touches: number;
  readonly people: number;
  /** by where they leave and where they go, most touches first; null: no account */
  readonly moves: readonly { from: string | null; to: string | null; touches: number; people: number }[];
  readonly dispositions: readonly { before: string; after: string; touches: number; people: number }[];
  readonly accounts: readonly AccountEffect[];
  /** touches that would change, the first of them */
  readonly changes: readonly TouchDifference[];
  /** true: there are more moves, dispositions, accounts or changes than are listed */
  readonly isCut: boolean;
}

export interface PreviewOptions {
  readonly known: AllKnowledge & { readonly identities: IdentityBook };
  readonly memories: Memories;
  /** items of each list, at most */
  readonly limit: number;
}

const sideOf = (touch: TouchAsserted): TouchSide => {
  const { accountId, personId, personKind, role, disposition, dispositionReason } = touch;
  return { accountId, personId, personKind, role, disposition, dispositionReason };
};

const sameSide = (one: TouchAsserted, other: TouchAsserted): boolean =>
  one.accountId === other.accountId &&
  one.personId === other.personId &&
  one.personKind === other.personKind &&
  one.role === other.role &&
  one.disposition === other.disposition &&
  one.dispositionReason === other.dispositionReason;

/** Windows of one account on one side. */
class Windows {
  readonly #days30 = new Tally();
  readonly #days90 = new Tally();

  /** People are those known by an address of their own, as breadth counts them. */
  add({ effectiveTime, disposition, personKind, personId }: TouchAsserted, clock: number): void {
    if (disposition !== 'candidate') return;
    for (const [tally, days] of [[this.#days30, 30] as const, [this.#days90, 90] as const]) {
      if (effectiveTime <= clock - days * DAY) continue;
      tally.touches += 1;
      if (personKind === 'email') tally.people.add(personId);
    }
  }
  get days30(): Counted {
    return counted(this.#days30);
  }
  get days90(): Counted {
    return counted(this.#days90);
  }
}

const counted = ({ touches, people }: Tally): Counted => ({ touches, people: people.size });

const NO_ACCOUNT = '';
const byTouches = (one: { touches: number }, other: { touches: number }): number => other.touches - one.touches;

/** A pair as a key of a map; the account of none is the empty text, which no account has. */
const pair = (one: string | null, other: string | null): string => JSON.stringify([one, other]);
const unpaired = (key: string): [string | null, string | null] => JSON.parse(key) as [string | null, string | null];

/** Decides about touches as it is, and as it would be if something more were known. */
class Comparison {
  readonly #now: AllKnowledge;
  readonly #then: AllKnowledge;

  constructor(now: AllKnowledge, then: AllKnowledge) {
    this.#now = now;
    this.#then = then;
  }

  /** What is published: the decision, and the mark that was put on it. */
  before(decision: TouchAsserted): TouchAsserted {
    return withMark(decision, this.#now.marks.of(decision.touchId));
  }

  /** Null: that changes nothing about the touch; what waits to be decided again anyway is none of its doing. */
  after(decision: TouchAsserted, clues: TouchClues, saidSince: number): TouchAsserted | null {
    const light = { knownAt: Number.POSITIVE_INFINITY, saidSince };
    const then = decideAgain(decision, clues, { ...light, known: this.#then });
    if (then === null || sameSide(then, this.before(decision))) return null;
    const now = decideAgain(decision, clues, { ...light, known: this.#now });
    return now !== null && sameSide(now, then) ? null : then;
  }
}

/** What would change if a correction were made, or revoked. */
export const previewCorrection = (record: CorrectionRecord, options: PreviewOptions): Sliced<CorrectionPreview> => {
  const corrections = options.known.corrections.with(record);
  return preview({ ...options.known, corrections, identities: options.known.identities.as(corrections) }, options);
};

/** What would change if a party were excluded. */
export const previewExclusion = (row: ExclusionRecord, options: PreviewOptions): Sliced<CorrectionPreview> =>
  preview({ ...options.known, exclusions: options.known.exclusions.with(row) }, options);

/**
 * The decisions that the resolver would make again if it knew `then`, with the same code, and none of it published. Two passes
 * over what is held: the first finds whom it concerns, the second counts them.
 */
const preview = function* (then: AllKnowledge, { known, memories, limit }: PreviewOptions): Sliced<CorrectionPreview> {
  const comparison = new Comparison(known, then);
  const all = new Tally();
  const moves = new Map<string, Tally>();
  const dispositions = new Map<string, Tally>();
  const concerned = new Set<string>();
  const changes: TouchDifference[] = [];
  let clock = 0;
  const touchesHeld = yield* eachTouch(memories, (decision, clues, saidSince) => {
    clock = Math.max(clock, decision.received);
    const after = comparison.after(decision, clues, saidSince);
    if (!after) return;
    const before = comparison.before(decision);
    all.add(after);
    // A touch that is taken back leaves its account for none.
    const to = after.disposition === RETRACTED ? null : after.accountId;
    if (before.accountId !== to) tallyOf(moves, pair(before.accountId, to)).add(before);
    if (before.disposition !== after.disposition)
      tallyOf(dispositions, pair(before.disposition, after.disposition)).add(before);
    concerned.add(before.accountId ?? NO_ACCOUNT).add(after.accountId ?? NO_ACCOUNT);
    if (changes.length >= limit) return;
    const { touchId, effectiveTime } = before;
    changes.push({ touchId, effectiveTime, before: sideOf(before), after: sideOf(after) });
  });
  concerned.delete(NO_ACCOUNT);
  const accounts = yield* effectsOn(concerned, { comparison, memories, clock });
  const lists = { moves: listed(moves), dispositions: listed(dispositions) };
  return {
    partitions: [...memories.keys()].sort((one, other) => one - other),
    ...{ clock, touchesHeld, touches: all.touches, people: all.people.size },
    moves: lists.moves.slice(0, limit).map(({ key: [from, to], ...rest }) => ({ from, to, ...rest })),
    dispositions: lists.dispositions
      .slice(0, limit)
      .map(({ key: [before, after], ...rest }) => ({ before: before ?? '', after: after ?? '', ...rest })),
    accounts: accounts.slice(0, limit),
    changes,
    isCut: Math.max(all.touches, lists.moves.length, accounts.length) > limit,
  };
};

const listed = (tallies: ReadonlyMap<string, Tally>) =>
  [...tallies].map(([key, tally]) => ({ key: unpaired(key), ...counted(tally) })).sort(byTouches);

const effectsOn = function* (
  concerned: ReadonlySet<string>,
  { comparison, memories, clock }: { comparison: Comparison; memories: Memories; clock: number },
): Sliced<AccountEffect[]> {
  const windows = new Map([...concerned].map((account) => [account, { before: new Windows(), after: new Windows() }]));
  if (windows.size > 0) {
    yield* eachTouch(memories, (decision, clues, saidSince) => {
      const before = comparison.before(decision);
      const after = comparison.after(decision, clues, saidSince) ?? before;
      windows.get(before.accountId ?? NO_ACCOUNT)?.before.add(before, clock);
      windows.get(after.accountId ?? NO_ACCOUNT)?.after.add(after, clock);
    });
  }
  return [...windows]
    .map(([accountId, { before, after }]) => ({
      accountId,
      days30: { before: before.days30, after: after.days30 },
      days90: { before: before.days90, after: after.days90 },
    }))
    .sort((one, other) => other.days90.before.touches - one.days90.before.touches);
};
