import { readCompanyName } from '@groundswell/identity';
import type { AccountRecord } from '@groundswell/schemas';
import { type AccountLookUp, firstOf, hasParent, headOf, isUnknown, type ScoringUnit, unitOf } from './account-tree.ts';
import { type Claimants, ClaimIndex } from './claim-index.ts';
import { type ClaimKind, DirectoryAccount, type Standing, type Stretch, versionOf } from './directory-account.ts';

/** Several companies, and nothing that decides between them. */
export const AMBIGUOUS = 'ambiguous';

export type Found = DirectoryAccount | typeof AMBIGUOUS | null;

/** A text that this many accounts claim names none of them, and is not looked into per touch. */
const MOST_CLAIMANTS = 100;
/** After all rows of the directory: the accounts as they are now. */
const NOW = Number.MAX_SAFE_INTEGER;

/** A colon inside the source would make `a:b` + `c` and `a` + `b:c` the same account. */
const idKey = (source: string, id: string): string => `${source.replaceAll('%', '%25').replaceAll(':', '%3A')}:${id}`;

/** The id that an account counts under, for a stretch of time. */
interface KnownUnit extends Stretch {
  readonly key: string;
}

/** The domains of an account that somebody can register, those of its oldest row first. */
const domainsOf = ({ versions }: DirectoryAccount): readonly string[] => {
  const [first] = versions;
  if (versions.length < 2) return first?.registrables ?? [];
  return [...new Set(versions.flatMap(({ registrables }) => registrables))];
};

const strongest = (
  kind: ClaimKind,
  text: string,
  accounts: Iterable<DirectoryAccount>,
  at: number,
): readonly DirectoryAccount[] => {
  let most = 1;
  let found: DirectoryAccount[] = [];
  for (const account of accounts) {
    const claim = account.claims(kind, text, at);
    if (claim > most) [most, found] = [claim, []];
    if (claim === most) found.push(account);
  }
  return found;
};

/**
 * The accounts of the directory, ready to be asked per touch, as of an instant. One company in several systems (one row in
 * each, with a domain in common) is one account. Where one system has several rows for a domain or a name, the one that
 * stands above all the others is meant; without it nobody knows which, and the answer is AMBIGUOUS.
 */
export class AccountDirectory {
  readonly #unit: ScoringUnit;
  readonly #accounts = new Map<string, Map<string, DirectoryAccount>>();
  readonly #accountOf = new Map<string, DirectoryAccount>();
  readonly #hosts = new ClaimIndex('hosts');
  readonly #above = new ClaimIndex('above');
  readonly #names = new ClaimIndex('names');
  readonly #bareNames = new ClaimIndex('bareNames');
  #state: object = {};
  /** what was asked since the last change */
  #units = new Map<DirectoryAccount, KnownUnit>();
  #changed: () => void = () => undefined;

  /** @param unit what counts as one account */
  constructor(unit: ScoringUnit = 'site') {
    this.#unit = unit;
  }

  /** One who wants to know of every change by which what was decided before may be decided otherwise now. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** Another object after every change: what was found as of this one holds while it stays. */
  get state(): object {
    return this.#state;
  }

  /** Whether what is said of an account is the same at all times. */
  isTimeless({ versions }: DirectoryAccount): boolean {
    return this.#unit === 'site' && versions.length < 2;
  }

  get isEmpty(): boolean {
    return this.#accountOf.size === 0;
  }

  /** rows of the directory */
  get size(): number {
    return this.#accountOf.size;
  }

  /** A row of the directory, by its key there; null deletes it. Rows of one source and id are one account over time. */
  replace(key: string, row: AccountRecord | null): void {
    const before = this.#accountOf.get(key);
    const version = row && versionOf(key, row);
    if (version && before?.source === row.source && before.id === row.id && before.restate(version)) return;
    if (before) this.#change(before, () => before.remove(key));
    if (before && before.versions.length === 0) this.#forget(before);
    this.#accountOf.delete(key);
    if (version) {
      const account = this.#open(row.source, row.id);
      this.#change(account, () => account.put(version));
      this.#accountOf.set(key, account);
    }
    if (before === undefined && row === null) return;
    this.#state = {};
    if (this.#units.size > 0) this.#units = new Map();
    this.#changed();
  }

  /**
   * The account of an id, whatever the time: ids outlive what is known of them. A source that has no accounts of its own
   * (an automation tool that stores the ids of the CRM) means those of another one, where only one knows the id.
   */
  byId(source: string, id: string): DirectoryAccount | null {
    const own = this.#accounts.get(source);
    if (own) return own.get(id) ?? null;
    let found: DirectoryAccount | null = null;
    for (const accounts of this.#accounts.values()) {
      const account = accounts.get(id);
      if (account && found) return null;
      if (account) found = account;
    }
    return found;
  }

  /** Whose this very domain or host (lower-case A-labels) is at `at` (epoch ms). Free mail is nobody's. */
  byHost(host: string, at: number): Found {
    return this.#decide('hosts', host, this.#hosts.get(host), at);
  }

  /** Who is called exactly so at `at` (epoch ms), but for case, accents and punctuation; else so but for the legal form. */
  byName(name: string, at: number): Found {
    const { plain, bare } = readCompanyName(name);
    if (plain === '') return null;
    const exact = this.#decide('names', plain, this.#names.get(plain), at);
    return exact ?? this.#decide('bareNames', bare, this.#bareNames.get(bare), at);
  }

  standing(account: DirectoryAccount, at: number): Standing {
    return account.at(at)?.standing ?? 'placeholder';
  }

  /**
   * The id that an account's touches are published under: of the account that it counts for by the scoring unit. A domain
   * that only leads there, so that an account keeps its id when the directory comes to know it; else `source:id`.
   */
  accountId(account: DirectoryAccount, at: number): string {
    if (this.#unit === 'site') return this.#keyOf(account);
    const known = this.#units.get(account);
    if (known && known.from <= at && at < known.to) return known.key;
    const { key, from, to } = this.#unitOf(account, at);
    this.#units.set(account, { key, from, to });
    return key;
  }

  /** Domains that are ambiguous as the directory is now, with the accounts that claim them: what somebody may decide. */
  *ambiguousHosts(): Generator<readonly [host: string, accounts: readonly DirectoryAccount[]]> {
    for (const [host, accounts] of this.#hosts.shared()) {
      if (this.#decide('hosts', host, accounts, NOW) === AMBIGUOUS) yield [host, [...accounts]];
    }
  }

  /** Names (without legal form) and domains that several accounts claim: these may be one company. */
  *shared(kind: 'name' | 'domain'): Generator<readonly [text: string, accounts: readonly DirectoryAccount[]]> {
    const index = kind === 'name' ? this.#bareNames : this.#hosts;
    for (const [text, accounts] of index.shared()) yield [text, [...accounts]];
  }

  /** The id of an account as it is now. */
  idNow(account: DirectoryAccount): string {
    return this.accountId(account, NOW);
  }

  readonly #find: AccountLookUp = (source, id) => this.#accounts.get(source)?.get(id);

  #open(source: string, id: string): DirectoryAccount {
    const ofSource = this.#accounts.get(source) ?? new Map<string, DirectoryAccount>();
    const account = ofSource.get(id) ?? new DirectoryAccount(source, id);
    this.#accounts.set(source, ofSource.set(id, account));
    return account;
  }

  #forget({ source, id }: DirectoryAccount): void {
    const ofSource = this.#accounts.get(source);
    ofSource?.delete(id);
    if (ofSource?.size === 0) this.#accounts.delete(source);
  }

  #change(account: DirectoryAccount, change: () => void): void {
    const indexes = [this.#hosts, this.#above, this.#names, this.#bareNames];
    for (const index of indexes) index.remove(account);
    change();
    for (const index of indexes) index.add(account);
  }

  /** Of those who claim a text the strongest at `at`, brought down to one account. */
  #decide(kind: ClaimKind, text: string, claimants: Claimants, at: number): Found {
    if (claimants === undefined) return null;
    if (claimants instanceof DirectoryAccount) return claimants.claims(kind, text, at) > 0 ? claimants : null;
    if (claimants.size > MOST_CLAIMANTS) return AMBIGUOUS;
    return this.#oneOf(strongest(kind, text, claimants, at), at);
  }

  #oneOf(accounts: readonly DirectoryAccount[], at: number): Found {
    const [only, ...others] = accounts;
    if (!only || others.length === 0) return only ?? null;
    const heads = this.#headsBySource(accounts, at);
    if (heads && new Set(heads.map((head) => this.#keyOf(head))).size === 1) {
      return firstOf(heads.filter((head) => hasParent(head, at))) ?? firstOf(heads) ?? null;
    }
    // Which site it is does not matter where all of them count as one account.
    const isOneUnit = this.#unit !== 'site' && new Set(accounts.map((one) => this.accountId(one, at))).size === 1;
    return isOneUnit ? (firstOf(accounts) ?? null) : AMBIGUOUS;
  }

  /** In each source the account above all others; null where a source has none. */
  #headsBySource(accounts: readonly DirectoryAccount[], at: number): readonly DirectoryAccount[] | null {
    const heads: DirectoryAccount[] = [];
    for (const ofSource of Map.groupBy(accounts, ({ source }) => source).values()) {
      const head = headOf(ofSource, at, this.#find);
      if (!head) return null;
      heads.push(head);
    }
    return heads;
  }

  /** By the row of the same company that knows what stands above it: another system may, where this one does not. */
  #unitOf(account: DirectoryAccount, at: number): KnownUnit {
    const company = this.#companyOf(account);
    const withTree = hasParent(account, at) ? account : firstOf(company.filter((twin) => hasParent(twin, at)));
    const unit = unitOf(withTree ?? account, at, { unit: this.#unit, find: this.#find });
    const stretches = company.map((twin) => twin.stretchAt(at));
    return {
      key: isUnknown(unit.account) ? idKey(unit.account.source, unit.account.unknownId) : this.#keyOf(unit.account),
      from: Math.max(unit.from, ...stretches.map(({ from }) => from)),
      to: Math.min(unit.to, ...stretches.map(({ to }) => to)),
    };
  }

  /** Independent of time: an account that changes its domain stays the account it was. */
  #keyOf(account: DirectoryAccount): string {
    if (account.keyedAsOf === this.#state) return account.key;
    const company = this.#companyOf(account);
    const first = firstOf(company) ?? account;
    const isOurs = (domain: string): boolean => {
      const owners = this.#ownersOf(domain);
      return owners.includes(first) && owners.every((owner) => company.includes(owner));
    };
    const key = domainsOf(first).find(isOurs) ?? idKey(first.source, first.id);
    for (const twin of company) twin.keep(key, this.#state);
    return key;
  }

  /**
   * The rows of one company in several systems: what domains tie together. Only where each system has one of them, else two
   * companies would become one for a domain that somebody entered twice.
   */
  #companyOf(account: DirectoryAccount): readonly DirectoryAccount[] {
    const company = new Set([account]);
    for (const one of company) {
      for (const domain of domainsOf(one)) {
        const owners = this.#ownersOf(domain);
        if (owners.includes(one)) for (const owner of owners) company.add(owner);
      }
    }
    const sources = new Set([...company].map(({ source }) => source));
    return sources.size === company.size ? [...company] : [account];
  }

  /** Whom a domain leads to now, one per source; nobody when it is disputed. */
  #ownersOf(domain: string): readonly DirectoryAccount[] {
    const claimants = this.#hosts.get(domain) ?? this.#above.get(domain);
    if (claimants === undefined) return [];
    if (claimants instanceof DirectoryAccount) return [claimants];
    // Several that only have hosts below it: each may be anybody's.
    if (this.#hosts.get(domain) === undefined || claimants.size > MOST_CLAIMANTS) return [];
    return this.#headsBySource(strongest('hosts', domain, claimants, NOW), NOW) ?? [];
  }
}
