import { hostIn } from '@groundswell/identity';
import type { TouchAsserted, TouchClues } from '@groundswell/schemas';
import { type AccountDirectory, AMBIGUOUS } from './account-directory.ts';
import type { DirectoryAccount } from './directory-account.ts';
import { eachTouch, inPieces, type Memories, type Sliced, type Tally, tallyOf } from './each-touch.ts';
import type { IdentityBook } from './identity-book.ts';

/** What a list was counted over. */
export interface Coverage {
  readonly partitions: readonly number[];
  readonly touchesHeld: number;
  /** true: there is more than is listed */
  readonly isCut: boolean;
}

export interface ListOptions {
  readonly memories: Memories;
  readonly accounts: AccountDirectory;
  readonly identities: IdentityBook;
  /** items of the list, at most */
  readonly limit: number;
}

export const coverageOf = (memories: Memories, touchesHeld: number, isCut: boolean): Coverage => ({
  partitions: [...memories.keys()].sort((one, other) => one - other),
  touchesHeld,
  isCut,
});

/** The host that a touch would have been given an account by: stated, else of its person's address. */
const hostOf = (clues: TouchClues, identities: IdentityBook): string | null => {
  if (clues.accountDomain !== null && clues.accountDomain.trim() !== '') return hostIn(clues.accountDomain);
  return identities.behind(clues.identity)?.email?.domain ?? null;
};

/** An account that claims a domain. */
export interface Claimant {
  readonly accountId: string;
  readonly source: string;
  readonly id: string;
  /** as compared: lower case, without legal form; empty when there is none */
  readonly name: string;
}

export interface AmbiguousDomain {
  readonly domain: string;
  readonly accounts: readonly Claimant[];
  /** that wait, and would get an account when it is decided whose the domain is */
  readonly touches: number;
  readonly people: number;
}

const claimantOf = (account: DirectoryAccount, accounts: AccountDirectory): Claimant => ({
  accountId: accounts.idNow(account),
  source: account.source,
  id: account.id,
  name: account.versions.at(-1)?.names[0] ?? '',
});

const nearest = (host: string, known: { has(host: string): boolean }): string => {
  for (let rest = host; rest.includes('.'); rest = rest.slice(rest.indexOf('.') + 1)) if (known.has(rest)) return rest;
  return host;
};

const byTouches = (one: { touches: number }, other: { touches: number }): number => other.touches - one.touches;

/** Domains that several accounts claim, with what waits for it to be decided whose they are; most touches first. */
export const ambiguousDomains = function* (
  options: ListOptions,
): Sliced<Coverage & { readonly domains: readonly AmbiguousDomain[] }> {
  const { memories, accounts, identities, limit } = options;
  const hosts = new Map<string, readonly DirectoryAccount[]>();
  yield* inPieces(accounts.ambiguousHosts(), ([host, claimants]) => hosts.set(host, claimants));
  const waiting = new Map<string, Tally>();
  const touchesHeld = yield* eachTouch(memories, (touch, clues) => {
    if (touch.disposition !== 'unresolved' || touch.accountEvidence !== AMBIGUOUS) return;
    const host = hostOf(clues, identities);
    if (host !== null) tallyOf(waiting, nearest(host, hosts)).add(touch);
  });
  const domains = [...new Set([...hosts.keys(), ...waiting.keys()])]
    .map((domain) => ({
      domain,
      accounts: (hosts.get(domain) ?? []).map((account) => claimantOf(account, accounts)),
      touches: waiting.get(domain)?.touches ?? 0,
      people: waiting.get(domain)?.people.size ?? 0,
    }))
    .sort(byTouches);
  return { ...coverageOf(memories, touchesHeld, domains.length > limit), domains: domains.slice(0, limit) };
};

/** What somebody can do about touches that wait, by the evidence that they have no account. */
const decisions: ReadonlyMap<string, string> = new Map([
  [AMBIGUOUS, 'correct domain DOMAIN --account ACCOUNT'],
  ['free_mail', 'for each person: a row of people with its account, or correct employer'],
  ['no_company', 'a later row of the person in the directory, or correct employer'],
  ['placeholder', 'the company of the account in the directory, or correct employer'],
  ['bad_domain', 'have the source send a domain that can be registered, or correct employer'],
  ['no_domain', 'evidence of the e-mail or the account (identities, people), or correct employer'],
]);
const ANONYMOUS = 'an identification of the visitor (identities), or correct unite';

export interface WaitingTouches {
  /** unresolved | anonymous */
  readonly disposition: string;
  /** why there is no account */
  readonly evidence: string;
  /** stated, else of the person's address; null: neither */
  readonly domain: string | null;
  readonly source: string;
  readonly touches: number;
  readonly people: number;
  /** what would give them an account */
  readonly decision: string;
}

const groupOf = (touch: TouchAsserted, clues: TouchClues, identities: IdentityBook): string =>
  JSON.stringify([touch.disposition, touch.accountEvidence, hostOf(clues, identities), touch.source]);

/** What has no account yet, by why, domain and source; most touches first. Each group counts what a decision would change. */
export const waitingTouches = function* (
  options: ListOptions,
): Sliced<Coverage & { readonly touches: number; readonly waits: readonly WaitingTouches[] }> {
  const { memories, identities, limit } = options;
  const groups = new Map<string, Tally>();
  let touches = 0;
  const touchesHeld = yield* eachTouch(memories, (touch, clues) => {
    if (touch.disposition !== 'unresolved' && touch.disposition !== 'anonymous') return;
    touches += 1;
    tallyOf(groups, groupOf(touch, clues, identities)).add(touch);
  });
  const waits = [...groups]
    .map(([key, tally]) => {
      const [disposition, evidence, domain, source] = JSON.parse(key) as [string, string, string | null, string];
      const decision = disposition === 'anonymous' ? ANONYMOUS : (decisions.get(evidence) ?? '');
      return { disposition, evidence, domain, source, touches: tally.touches, people: tally.people.size, decision };
    })
    .sort(byTouches);
  return { ...coverageOf(memories, touchesHeld, waits.length > limit), touches, waits: waits.slice(0, limit) };
};
