import type { RawTouch } from '@groundswell/schemas';
import { directoryRowsOf, isNoCompany, type ListedPerson, type Stackalytics } from '../oracle/stackalytics.ts';
import { AccountBench } from './account-bench.ts';

/** A touch that was resolved otherwise than the list says. */
export interface Miss {
  readonly asked: string;
  readonly expected: string;
  /** what it was given, or why it was given nothing */
  readonly answered: string;
}

/** One kind of question, asked of all that the list has. */
export interface Measured {
  readonly title: string;
  readonly asked: number;
  readonly right: number;
  /** given to another company, or to one though there is none */
  readonly wrong: number;
  readonly misses: readonly Miss[];
}

export interface AccountMeasures {
  readonly measured: readonly Measured[];
  /** the employers, if nobody knew them but by the e-mail */
  readonly byDomainAlone: Measured;
  /** with several employers */
  readonly people: number;
  /** companies that share an accountId with another one, though they are two */
  readonly merged: readonly string[];
}

interface Question {
  readonly asked: string;
  readonly touch: Partial<RawTouch>;
  /** an account's row in the directory; null: no company */
  readonly expected: string | null;
}

/** Asks the resolver, by a directory, and names accounts by the rows that they come from. */
class Examiner {
  readonly #bench = new AccountBench();
  /** by the id of a row */
  readonly #nameOf = new Map<string, string>();
  /** by the id that touches are published under */
  readonly #companyOf = new Map<string, string>();
  readonly #idOf = new Map<string, string | null>();

  constructor(accounts: readonly Record<string, unknown>[], people: readonly Record<string, unknown>[]) {
    for (const row of accounts) this.#bench.addAccount(row);
    for (const row of people) this.#bench.addPerson(row);
    for (const { id, name } of accounts) {
      const { accountId } = this.#bench.resolve({ source: 'stackalytics', accountId: String(id), personId: '1' });
      this.#idOf.set(String(id), accountId);
      this.#nameOf.set(String(id), String(name));
      if (accountId !== null && !this.#companyOf.has(accountId)) this.#companyOf.set(accountId, String(name));
    }
  }

  /** Names of companies that got one id together. */
  merged(): string[] {
    const byId = Map.groupBy(
      [...this.#idOf].filter(([, id]) => id !== null),
      ([, id]) => id,
    );
    return [...byId.values()].filter(({ length }) => length > 1).map((rows) => rows.map(([row]) => row).join(' = '));
  }

  measure(title: string, questions: readonly Question[]): Measured {
    let right = 0;
    let wrong = 0;
    const misses: Miss[] = [];
    for (const { asked, touch, expected } of questions) {
      const { accountId, accountEvidence } = this.#bench.resolve(touch);
      // A company that the directory does not take for one has no id, and nothing is right for it.
      const isRight =
        expected === null ? accountId === null : accountId !== null && accountId === this.#idOf.get(expected);
      if (isRight) {
        right += 1;
        continue;
      }
      if (accountId !== null) wrong += 1;
      const answered = accountId === null ? accountEvidence : (this.#companyOf.get(accountId) ?? accountId);
      misses.push({ asked, expected: expected === null ? 'no account' : (this.#nameOf.get(expected) ?? ''), answered });
    }
    return { title, asked: questions.length, right, wrong, misses };
  }
}

const domainQuestions = ({ companies }: Stackalytics, as: (domain: string) => Partial<RawTouch>): Question[] =>
  companies.flatMap(({ id, domains }) => domains.map((domain) => ({ asked: domain, touch: as(domain), expected: id })));

const nameQuestions = ({ companies }: Stackalytics, of: 'name' | 'aliases'): Question[] =>
  companies
    .filter(({ name }) => !isNoCompany(name))
    .flatMap(({ id, ...company }) =>
      [company[of]].flat().map((text) => ({
        ...{ asked: text, touch: { personId: '1', accountName: text }, expected: id },
      })),
    );

const junkQuestions = ({ companies }: Stackalytics): Question[] =>
  companies
    .filter(({ name }) => isNoCompany(name))
    .flatMap(({ name, aliases }) => [name, ...aliases])
    .map((text) => ({ asked: text, touch: { personId: '1', accountName: text }, expected: null }));

const SECOND = 1_000;
const YEAR = 365 * 86_400_000;

/** The first and the last instant of each job, and one in between. */
const instantsOf = (from: number, until: number): number[] => {
  const end = Number.isFinite(until) ? until : from + YEAR;
  return [from, Math.floor((from + end) / 2 / SECOND) * SECOND, end - 1];
};

const employerQuestions = (
  people: readonly ListedPerson[],
  employerOf: (company: string) => string | null,
): Question[] =>
  people.flatMap(({ addresses, jobs }) =>
    jobs.flatMap(({ company, until }, index) => {
      const from = jobs[index - 1]?.until ?? Math.min(until, Date.UTC(2011, 0, 1)) - YEAR;
      const expected = employerOf(company);
      return instantsOf(from, until).flatMap((time) =>
        addresses.map((personEmail) => ({
          asked: `${new Date(time).toISOString().slice(0, 10)}, mail from ${personEmail.slice(personEmail.indexOf('@') + 1)}`,
          ...{ touch: { personEmail, time }, expected },
        })),
      );
    }),
  );

/** How accounts are resolved with the list as the directory, through the resolver's own decision. */
export const measureAccounts = (data: Stackalytics): AccountMeasures => {
  const rows = directoryRowsOf(data);
  const examiner = new Examiner(rows.accounts, rows.people);
  const companies = new Examiner(rows.accounts, []);
  const withoutJunk = new Examiner(
    rows.accounts.filter(({ name }) => !isNoCompany(String(name))),
    [],
  );
  const changers = data.people.filter(({ jobs }) => jobs.length > 1);
  const noCompanies = new Set(rows.accounts.filter(({ name }) => isNoCompany(String(name))).map(({ id }) => id));
  const employers = employerQuestions(changers, (company) => {
    const account = rows.accountOfName.get(company);
    return account === undefined || noCompanies.has(account) ? null : account;
  });
  return {
    people: changers.length,
    merged: companies.merged(),
    measured: [
      companies.measure(
        'domains, of an e-mail',
        domainQuestions(data, (domain) => ({ personEmail: `x@${domain}` })),
      ),
      companies.measure(
        'domains, stated by the touch',
        domainQuestions(data, (accountDomain) => ({ personId: '1', accountDomain })),
      ),
      companies.measure('names of companies, stated by the touch', nameQuestions(data, 'name')),
      companies.measure('aliases, stated by the touch', nameQuestions(data, 'aliases')),
      companies.measure('junk names, where the CRM has an account of them', junkQuestions(data)),
      withoutJunk.measure('junk names, where it has none', junkQuestions(data)),
      examiner.measure('employer as of the touch, by the CRM link', employers),
    ],
    byDomainAlone: companies.measure('the same by the domain of the e-mail alone', employers),
  };
};
