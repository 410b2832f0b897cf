import type { DirectoryAccount, Stretch } from './directory-account.ts';

/** What counts as one account: the site itself, the top of its tree within its country, or the top of its tree. */
export const scoringUnits = ['site', 'domestic', 'ultimate'] as const;
export type ScoringUnit = (typeof scoringUnits)[number];

/** The account of an id inside a source; undefined when the directory has none. */
export type AccountLookUp = (source: string, id: string) => DirectoryAccount | undefined;

/** An account above another one, or the id of one that the directory does not have. */
export type Above = DirectoryAccount | { readonly source: string; readonly unknownId: string };

export const isUnknown = (above: Above): above is { readonly source: string; readonly unknownId: string } =>
  'unknownId' in above;

/** Ids are unique inside a source: an order of accounts that depends on nothing else. */
const isBefore = (one: DirectoryAccount, other: DirectoryAccount): boolean =>
  one.source === other.source ? one.id < other.id : one.source < other.source;

export const firstOf = (accounts: readonly DirectoryAccount[]): DirectoryAccount | undefined => {
  let first = accounts[0];
  for (const account of accounts) if (first && isBefore(account, first)) first = account;
  return first;
};

const named = (id: string | null | undefined, account: DirectoryAccount): string | null =>
  id === null || id === undefined || id.trim() === '' || id === account.id ? null : id;

/** What stands directly above: the parent, else the top. Of two ids the one that the directory knows. */
const stepUp = (account: DirectoryAccount, at: number, find: AccountLookUp): Above | null => {
  const version = account.at(at);
  const parent = named(version?.parentId, account);
  const top = named(version?.ultimateId, account);
  const known = (parent && find(account.source, parent)) || (top && find(account.source, top));
  if (known) return known;
  const unknownId = top ?? parent;
  return unknownId === null ? null : { source: account.source, unknownId };
};

/** True when the directory says at `at` (epoch ms) that something stands above the account. */
export const hasParent = (account: DirectoryAccount, at: number): boolean => {
  const version = account.at(at);
  return named(version?.parentId, account) !== null || named(version?.ultimateId, account) !== null;
};

/**
 * The accounts above one at `at` (epoch ms), the nearest first. Where rows name each other as parents nobody is on top:
 * the first of the ring by source and id stands for it, whichever account was asked for.
 */
const accountsAbove = (account: DirectoryAccount, at: number, find: AccountLookUp): readonly Above[] => {
  const path: DirectoryAccount[] = [account];
  const seen = new Set(path);
  for (let current = account; ; ) {
    const above = stepUp(current, at, find);
    if (above === null) break;
    if (isUnknown(above)) return [...path.slice(1), above];
    if (seen.has(above)) {
      const top = firstOf(path.slice(path.indexOf(above)));
      return top ? [...path.slice(1), top] : [];
    }
    seen.add(above);
    path.push(above);
    current = above;
  }
  // A parent whose own row says nothing of the top that its child names.
  const top = named(account.at(at)?.ultimateId, account);
  const stated = top === null ? undefined : (find(account.source, top) ?? { source: account.source, unknownId: top });
  const isMissing = stated !== undefined && !(!isUnknown(stated) && seen.has(stated));
  return isMissing ? [...path.slice(1), stated] : path.slice(1);
};

/** The account that another one counts for, and how long that is so. */
export interface Unit extends Stretch {
  readonly account: Above;
}

/** The account that `account` counts for. Without a country it stands for itself in its country. */
export const unitOf = (
  account: DirectoryAccount,
  at: number,
  { unit, find }: { readonly unit: ScoringUnit; readonly find: AccountLookUp },
): Unit => {
  const above = accountsAbove(account, at, find);
  let { from, to } = account.stretchAt(at);
  for (const one of above) {
    if (isUnknown(one)) continue;
    const stretch = one.stretchAt(at);
    from = Math.max(from, stretch.from);
    to = Math.min(to, stretch.to);
  }
  const country = account.at(at)?.country ?? '';
  const isMeant = (one: Above): boolean =>
    unit === 'ultimate' || (country !== '' && !isUnknown(one) && one.at(at)?.country === country);
  return { account: above.findLast(isMeant) ?? account, from, to };
};

/** Of several accounts of one source the one that stands above all the others; undefined: none, or they are a ring. */
export const headOf = (
  accounts: readonly DirectoryAccount[],
  at: number,
  find: AccountLookUp,
): DirectoryAccount | undefined => {
  if (accounts.length === 1) return accounts[0];
  const above = new Map(accounts.map((account) => [account, new Set<Above>(accountsAbove(account, at, find))]));
  const heads = accounts.filter((head) => accounts.every((one) => one === head || above.get(one)?.has(head)));
  return heads.length === 1 ? heads[0] : undefined;
};
