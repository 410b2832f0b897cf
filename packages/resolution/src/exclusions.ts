import { asciiHost, type EmailAddress, normaliseEmail } from '@groundswell/identity';
import type { ExclusionRecord } from '@groundswell/schemas';
import { holdsAt } from './correctable-touch.ts';

/** Told a subject of which something else is known now. */
export type Changed = (subject: string) => void;

/** The parties of a touch that an exclusion may name. */
export interface Parties {
  readonly email: EmailAddress | null;
  /** domains stated for the account, besides the e-mail's */
  readonly domains: readonly string[];
  readonly accountId: string | null;
}

/** The party that a row names, as it is looked for: `person:…`, `domain:…`, `account:…`. */
const partyKey = ({ kind, value }: ExclusionRecord): string => {
  switch (kind) {
    case 'domain':
      return `domain:${asciiHost(value.replace(/^@/, '')) ?? value}`;
    case 'person':
      return `person:${normaliseEmail(value) ?? value}`;
    default:
      return `${kind}:${value}`;
  }
};

/** `a.b.acme.com` → itself and every domain above it. */
const domainAndAbove = function* (domain: string): Generator<string> {
  let rest = asciiHost(domain) ?? '';
  while (rest !== '') {
    yield rest;
    const dot = rest.indexOf('.');
    rest = dot < 0 ? '' : rest.slice(dot + 1);
  }
};

/** The dated list of excluded parties, ready to be asked per touch. A domain stands for all hosts below it. */
export class Exclusions {
  readonly #byParty = new Map<string, Map<string, ExclusionRecord>>();
  readonly #partyOf = new Map<string, string>();
  #changed: Changed = () => undefined;

  /** One who wants to know the party of every row that comes, changes or goes. */
  onChange(changed: Changed): void {
    this.#changed = changed;
  }

  /** A row of the directory, by its key there; null deletes it. */
  replace(key: string, row: ExclusionRecord | null): void {
    const before = this.#partyOf.get(key);
    if (before !== undefined) {
      this.#changed(before);
      this.#partyOf.delete(key);
      this.#byParty.get(before)?.delete(key);
      if (this.#byParty.get(before)?.size === 0) this.#byParty.delete(before);
    }
    if (row === null) return;
    const party = partyKey(row);
    this.#partyOf.set(key, party);
    this.#changed(party);
    const rows = this.#byParty.get(party) ?? new Map<string, ExclusionRecord>();
    this.#byParty.set(party, rows.set(key, row));
  }

  /** The same list and one row more: for a look at what it would do. */
  with(row: ExclusionRecord): Exclusions {
    const other = new Exclusions();
    for (const [party, rows] of this.#byParty) other.#byParty.set(party, new Map(rows));
    for (const [key, party] of this.#partyOf) other.#partyOf.set(key, party);
    other.replace(`${row.source} ${row.id} ${row.validFrom}`, row);
    return other;
  }

  /** rows of the list */
  get size(): number {
    return this.#partyOf.size;
  }

  get isEmpty(): boolean {
    return this.#byParty.size === 0;
  }

  /** All rows that name one of the parties, whatever their scope and dates. */
  *of(parties: Parties): Generator<ExclusionRecord> {
    for (const key of subjectsOf(parties)) yield* this.#byParty.get(key)?.values() ?? [];
  }

  /** The exclusion from `scope` that holds at `at` (epoch ms, valid_from <= at < valid_to); person before account before domain. */
  find(parties: Parties, scope: string, at: number): ExclusionRecord | undefined {
    for (const key of subjectsOf(parties)) {
      for (const row of this.#byParty.get(key)?.values() ?? []) {
        if (row.scope.includes(scope) && holdsAt(row, at)) return row;
      }
    }
    return undefined;
  }
}

/** The subjects, as rows of the directory name them, that concern somebody; a person before an account before a domain. */
export const subjectsOf = function* ({ email, domains, accountId }: Parties): Generator<string> {
  if (email !== null) yield `person:${email.address}`;
  if (accountId !== null) yield `account:${accountId}`;
  for (const domain of email === null ? domains : [email.domain, ...domains]) {
    for (const name of domainAndAbove(domain)) yield `domain:${name}`;
  }
};
