import { isFreeMail, registrableDomain } from '@groundswell/identity';
import { directoryRowsOf, isNoCompany, type Stackalytics } from './stackalytics.ts';

/** Whose a commit was: a company by the id of its row, a domain that no company has, or nobody's. */
export type Employed = { readonly row: string } | { readonly domain: string } | null;

/**
 * The employer of an address at an instant, as somebody would look it up in the list by hand: the person's job at that
 * time; of an unknown person the company that has the domain, else the domain itself, unless it is anybody's. Shares
 * nothing with the resolver but the tables of free-mail hosts and of public suffixes.
 */
export class EmployerOracle {
  readonly #jobs = new Map<string, readonly { readonly row: string | null; readonly until: number }[]>();
  /** null: several companies have it */
  readonly #companies = new Map<string, string | null>();

  constructor(data: Stackalytics) {
    const { accountOfName } = directoryRowsOf(data);
    const rowOf = (name: string): string | null => (isNoCompany(name) ? null : (accountOfName.get(name) ?? null));
    for (const { addresses, jobs } of data.people) {
      const rows = jobs.map(({ company, until }) => ({ row: rowOf(company), until }));
      for (const address of addresses) this.#jobs.set(address.toLowerCase(), rows);
    }
    for (const { id, domains } of data.companies) {
      for (const domain of domains) this.#companies.set(domain, this.#companies.has(domain) ? null : id);
    }
  }

  /** `time`: epoch ms, of the commit. */
  employedBy(address: string, time: number): Employed {
    const job = this.#jobs.get(address.toLowerCase())?.find(({ until }) => time < until);
    if (job) return job.row === null ? null : { row: job.row };
    const host = address.slice(address.indexOf('@') + 1).toLowerCase();
    if (isFreeMail(host)) return null;
    for (let rest = host; rest.includes('.'); rest = rest.slice(rest.indexOf('.') + 1)) {
      const company = this.#companies.get(rest);
      if (company !== undefined) return company === null ? null : { row: company };
    }
    const domain = registrableDomain(host);
    return domain === null ? null : { domain };
  }
}
