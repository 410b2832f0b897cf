import { readCompanyName } from '@groundswell/identity';
import type { AccountDirectory } from './account-directory.ts';
import { eachTouch, inPieces, type Sliced, type Tally, tallyOf } from './each-touch.ts';
import { type Coverage, coverageOf, type ListOptions } from './waiting-touches.ts';

/** Why two accounts look like one: they share a name, a domain, or people. */
export interface Likeness {
  readonly kind: 'name' | 'domain' | 'people';
  /** the name, the domain, or how many people */
  readonly evidence: string;
}

export interface MergeCandidate {
  readonly account: string;
  /** the one with more touches */
  readonly into: string;
  readonly why: readonly Likeness[];
  /** that a merge would move */
  readonly touches: number;
  readonly people: number;
  /** of the other account */
  readonly intoTouches: number;
  readonly intoPeople: number;
}

/** Accounts that share a text: more of them than this, and it names none. */
const MOST_SHARING = 10;
/** One person at two accounts may have changed jobs; two people hardly both. */
const FEWEST_PEOPLE = 2;
/** People that are looked at for the accounts they share: some hundred bytes each. */
const MOST_PEOPLE = 1_000_000;

/** Which accounts have something in common. */
class Sharing {
  readonly #accounts = new Map<string, string | Set<string>>();

  get size(): number {
    return this.#accounts.size;
  }
  add(text: string, account: string): void {
    const known = this.#accounts.get(text);
    if (known === undefined) this.#accounts.set(text, account);
    else if (known instanceof Set) known.add(account);
    else if (known !== account) this.#accounts.set(text, new Set([known, account]));
  }
  *several(): Generator<readonly [text: string, accounts: ReadonlySet<string>]> {
    for (const [text, accounts] of this.#accounts) if (accounts instanceof Set) yield [text, accounts];
  }
}

/** Pairs of accounts, and why. */
class Pairs {
  readonly #why = new Map<string, Map<Likeness['kind'], string>>();
  readonly #people = new Map<string, number>();

  add(accounts: ReadonlySet<string>, kind: Likeness['kind'], evidence: string): void {
    if (accounts.size > MOST_SHARING) return;
    for (const key of pairsOf(accounts)) {
      const why = this.#why.get(key) ?? new Map<Likeness['kind'], string>();
      if (!why.has(kind)) why.set(kind, evidence);
      this.#why.set(key, why);
    }
  }
  person(accounts: ReadonlySet<string>): void {
    if (accounts.size > MOST_SHARING) return;
    for (const key of pairsOf(accounts)) {
      const people = (this.#people.get(key) ?? 0) + 1;
      this.#people.set(key, people);
      if (people < FEWEST_PEOPLE) continue;
      const why = this.#why.get(key) ?? new Map<Likeness['kind'], string>();
      this.#why.set(key, why.set('people', String(people)));
    }
  }
  *all(): Generator<readonly [one: string, other: string, why: readonly Likeness[]]> {
    for (const [key, why] of this.#why) {
      const [one, other] = JSON.parse(key) as [string, string];
      yield [one, other, [...why].map(([kind, evidence]) => ({ kind, evidence }))];
    }
  }
}

const pairsOf = function* (accounts: ReadonlySet<string>): Generator<string> {
  const sorted = [...accounts].sort();
  for (const [index, one] of sorted.entries())
    for (const other of sorted.slice(index + 1)) yield JSON.stringify([one, other]);
};

const ofDirectory = function* (accounts: AccountDirectory, pairs: Pairs, names: Sharing): Sliced<void> {
  for (const kind of ['name', 'domain'] as const) {
    yield* inPieces(accounts.shared(kind), ([text, claimants]) => {
      if (claimants.length > MOST_SHARING) return;
      const ids = new Set(claimants.map((account) => accounts.idNow(account)));
      if (kind === 'name') for (const id of ids) names.add(text, id);
      else if (ids.size > 1) pairs.add(ids, kind, text);
    });
  }
};

/**
 * Accounts that look like one, with what a merge would move; most touches first. Nothing is merged by it: a name is too
 * little to guess by, and somebody decides.
 */
export const mergeCandidates = function* ({
  memories,
  accounts,
  limit,
}: ListOptions): Sliced<Coverage & { readonly candidates: readonly MergeCandidate[] }> {
  const pairs = new Pairs();
  const names = new Sharing();
  const people = new Sharing();
  yield* ofDirectory(accounts, pairs, names);
  const touchesHeld = yield* eachTouch(memories, ({ accountId, accountRule, personId, personKind }, clues) => {
    // What was merged or corrected by hand is decided.
    if (accountId === null || accountRule === 'merge' || accountRule === 'correction') return;
    if (clues.accountName !== null) {
      const { kind, bare } = readCompanyName(clues.accountName);
      if (kind === 'name' && bare !== '') names.add(bare, accountId);
    }
    if (personKind === 'email' && people.size < MOST_PEOPLE) people.add(personId, accountId);
  });
  yield* inPieces(names.several(), ([text, sharing]) => pairs.add(sharing, 'name', text));
  yield* inPieces(people.several(), ([, sharing]) => pairs.person(sharing));
  const found = [...pairs.all()];
  const tallies = new Map<string, Tally>();
  for (const [one, other] of found) for (const account of [one, other]) tallyOf(tallies, account);
  if (found.length > 0)
    yield* eachTouch(memories, (touch) => {
      if (touch.accountId !== null) tallies.get(touch.accountId)?.add(touch);
    });
  const candidates = found
    .map(([one, other, why]) => {
      const isSmaller = tallyOf(tallies, one).touches <= tallyOf(tallies, other).touches;
      const [account, into] = isSmaller ? [one, other] : [other, one];
      const moved = tallyOf(tallies, account);
      const stays = tallyOf(tallies, into);
      const others = { intoTouches: stays.touches, intoPeople: stays.people.size };
      return { account, into, why, touches: moved.touches, people: moved.people.size, ...others };
    })
    .sort((one, other) => other.touches - one.touches || (one.account < other.account ? -1 : 1));
  const isCut = candidates.length > limit || people.size >= MOST_PEOPLE;
  return { ...coverageOf(memories, touchesHeld, isCut), candidates: candidates.slice(0, limit) };
};
