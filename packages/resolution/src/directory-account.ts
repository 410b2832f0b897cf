import {
  boundedMemo,
  hostIn,
  isFreeMail,
  isListedDomain,
  readCompanyName,
  registrableOfHost,
} from '@groundswell/identity';
import type { AccountRecord } from '@groundswell/schemas';

/**
 * Whether a row of the directory is a company. CRMs hold rows that are none: of people at a free-mail host (`free_mail`),
 * for want of a name (`placeholder`), and for people who work for nobody (`no_company`).
 */
export type Standing = 'company' | 'free_mail' | 'placeholder' | 'no_company';

/** What an account can be found by, beside its id. */
export type ClaimKind = 'hosts' | 'above' | 'names' | 'bareNames';

/** An account as one row of the directory has it, from `validFrom` (epoch ms) on. */
export interface AccountVersion {
  /** of the row in the directory */
  readonly key: string;
  readonly validFrom: number;
  readonly received: number;
  readonly parentId: string | null;
  readonly ultimateId: string | null;
  readonly country: string;
  readonly standing: Standing;
  /** domains that only it uses: lower-case A-labels, without free mail */
  readonly hosts: readonly string[];
  /** those of them, or above them, that somebody can register */
  readonly registrables: readonly string[];
  /** those above them only */
  readonly above: readonly string[];
  /** names and aliases, plain; and without their legal form */
  readonly names: readonly string[];
  readonly bareNames: readonly string[];
}

const standingOf = ({ name, domains }: AccountRecord, hosts: readonly string[]): Standing => {
  if (hosts.length > 0) return 'company';
  if (domains.length > 0) return 'free_mail';
  if (name.trim() === '') return 'company';
  const { kind } = readCompanyName(name);
  return kind === 'name' ? 'company' : kind;
};

const NONE: readonly string[] = [];

const unique = (texts: readonly string[]): readonly string[] =>
  texts.length === 0 ? NONE : texts.length === 1 ? texts : [...new Set(texts)];

/** Hundreds of thousands of accounts: what says the same is kept once. */
const like = (texts: readonly string[], known: readonly string[]): readonly string[] =>
  texts.length === known.length && texts.every((text, index) => text === known[index]) ? known : texts;

const countryOf = boundedMemo(1_000, (country) => country.trim().toLowerCase());

/** Reads a row of the directory. An alias that is a domain (`old-name.com`) counts as one. */
export const versionOf = (key: string, row: AccountRecord): AccountVersion => {
  const domains = [...row.domains, ...row.aliases.filter((alias) => isListedDomain(alias))];
  const hosts = unique(domains.flatMap((domain) => hostIn(domain) ?? []).filter((host) => !isFreeMail(host)));
  const standing = standingOf(row, hosts);
  const names = [row.name, ...row.aliases]
    .map(readCompanyName)
    // `Self` may be a magazine, but nobody who writes it means that. What is no company is known by all its names.
    .filter(({ kind, plain }) => plain !== '' && (kind === 'name' || standing !== 'company'));
  const plain = unique(names.map((name) => name.plain));
  const registrables = like(unique(hosts.flatMap((host) => registrableOfHost(host) ?? [])), hosts);
  return {
    ...{ key, validFrom: row.validFrom, received: row.received, standing, hosts },
    ...{ registrables, above: unique(registrables.filter((domain) => !hosts.includes(domain))) },
    ...{ parentId: row.parentId, ultimateId: row.ultimateId, country: countryOf(row.country) },
    ...{ names: plain, bareNames: like(unique(names.map(({ bare }) => bare)), plain) },
  };
};

const sameTexts = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((text, at) => text === others[at]);

/** Whether two versions say the same to every rule: when they came decides nothing but their order. */
const decidesAs = (one: AccountVersion, other: AccountVersion): boolean =>
  one.key === other.key &&
  one.validFrom === other.validFrom &&
  one.parentId === other.parentId &&
  one.ultimateId === other.ultimateId &&
  one.country === other.country &&
  one.standing === other.standing &&
  sameTexts(one.hosts, other.hosts) &&
  sameTexts(one.names, other.names) &&
  sameTexts(one.bareNames, other.bareNames);

/** How strongly an account claims a text at an instant: as it is then, by what it was before, by what it was first known as. */
export type Claim = 0 | 1 | 2 | 3;

/** From `from` on, before `to`: epoch ms. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** An account of the directory with all its dated rows. */
export class DirectoryAccount {
  readonly source: string;
  readonly id: string;
  /** `source:id`: how decisions tell which account they were made on */
  readonly reference: string;
  /** oldest first; of equally old ones the last received is the last */
  #versions: readonly AccountVersion[] = [];

  #key = '';
  #keyedAsOf: object | null = null;

  constructor(source: string, id: string) {
    this.source = source;
    this.id = id;
    this.reference = `${source}:${id}`;
  }

  /** The id that it counts under, as its directory worked it out in the state `keyedAsOf`. */
  get key(): string {
    return this.#key;
  }

  get keyedAsOf(): object | null {
    return this.#keyedAsOf;
  }

  keep(key: string, asOf: object): void {
    this.#key = key;
    this.#keyedAsOf = asOf;
  }

  get versions(): readonly AccountVersion[] {
    return this.#versions;
  }

  put(version: AccountVersion): void {
    this.#versions = [...this.#versions, version].sort(
      (one, other) => one.validFrom - other.validFrom || one.received - other.received,
    );
  }

  remove(key: string): void {
    this.#versions = this.#versions.filter((version) => version.key !== key);
  }

  /**
   * Puts a version in the place of the one with its key, if no decision can be another for it; false: it has none yet, or
   * one may be. A source that sends all its accounts every night mostly says the same of them again, or who owns them.
   */
  restate(version: AccountVersion): boolean {
    const before = this.#versions;
    this.remove(version.key);
    this.put(version);
    const isSame =
      before.length === this.#versions.length &&
      before.every((one, at) => decidesAs(one, this.#versions[at] ?? version));
    if (!isSame) this.#versions = before;
    return isSame;
  }

  /** As it was at `at` (epoch ms); before its first row, as that has it: it was somebody's account already. */
  at(at: number): AccountVersion | undefined {
    const versions = this.#versions;
    for (let index = versions.length - 1; index > 0; index -= 1) {
      const version = versions[index];
      if (version && version.validFrom <= at) return version;
    }
    return versions[0];
  }

  /** Since when and until when it was as it was at `at`: a stretch of time that a look-up stays true for. */
  stretchAt(at: number): Stretch {
    const versions = this.#versions;
    const index = Math.max(
      0,
      versions.findLastIndex(({ validFrom }) => validFrom <= at),
    );
    const from = index === 0 ? Number.NEGATIVE_INFINITY : (versions[index]?.validFrom ?? 0);
    return { from, to: versions[index + 1]?.validFrom ?? Number.POSITIVE_INFINITY };
  }

  /**
   * Whether this account is meant by `text` at `at`. A company that was renamed keeps its old names and domains; a name
   * that it had first may have been its own before the directory's first row.
   */
  claims(kind: ClaimKind, text: string, at: number): Claim {
    const versions = this.#versions;
    let isCurrent = true;
    for (let index = versions.length - 1; index >= 0; index -= 1) {
      const version = versions[index];
      if (!version || version.validFrom > at) continue;
      if (version[kind].includes(text)) return isCurrent ? 3 : 2;
      isCurrent = false;
    }
    return isCurrent && versions[0]?.[kind].includes(text) ? 1 : 0;
  }
}
