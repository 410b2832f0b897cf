import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

/** A company as the list has it. */
export interface ListedCompany {
  /** its place in the list: two entries have the same name */
  readonly id: string;
  readonly name: string;
  readonly domains: readonly string[];
  readonly aliases: readonly string[];
}

/** Where somebody worked until an instant (epoch ms, exclusive; infinity: until now). */
export interface Job {
  readonly company: string;
  readonly until: number;
}

export interface ListedPerson {
  readonly id: string;
  /** hashed local part and domain as they stand in commits */
  readonly addresses: readonly string[];
  /** oldest first; the last one has no end, whatever end the list gives it */
  readonly jobs: readonly Job[];
}

export interface Stackalytics {
  readonly companies: readonly ListedCompany[];
  readonly people: readonly ListedPerson[];
}

const SOURCE = 'stackalytics';

const companyList = z.object({
  companies: z.array(
    z.object({ company_name: z.string(), domains: z.array(z.string()), aliases: z.array(z.string()).default([]) }),
  ),
});

const rowsOf = (path: string): Record<string, string>[] => parse(readFileSync(path), { columns: true });

/** `2015-Jun-30`: midnight UTC, at which the next job begins. Without an end it goes on. */
const endOf = (date: string): number =>
  date === '' ? Number.POSITIVE_INFINITY : Date.parse(`${date.replaceAll('-', ' ')} UTC`);

const jobsOf = (rows: readonly Record<string, string>[]): Job[] => {
  const jobs = rows.map((row) => ({ company: row['company_name'] ?? '', until: endOf(row['end_date'] ?? '') }));
  // As the tool that keeps the list reads it: by their ends, and after the last end the last employer stays.
  jobs.sort((one, other) => (one.until < other.until ? -1 : one.until > other.until ? 1 : 0));
  return jobs.map((job, index) => (index === jobs.length - 1 ? { ...job, until: Number.POSITIVE_INFINITY } : job));
};

/** The companies and people of `folder` (../shared/data). */
export const readStackalytics = (folder: string): Stackalytics => {
  const file = (name: string): string => join(folder, SOURCE, name);
  const { companies } = companyList.parse(JSON.parse(readFileSync(file('companies.json'), 'utf8')));
  const jobs = Map.groupBy(rowsOf(file('user_companies.csv')), (row) => row['user_id'] ?? '');
  const emails = Map.groupBy(rowsOf(file('user_emails.csv')), (row) => row['user_id'] ?? '');
  return {
    companies: companies.map(({ company_name: name, domains, aliases }, index) => ({
      ...{ id: `company-${index}`, name, domains: domains.filter((domain) => domain !== ''), aliases },
    })),
    people: [...jobs].map(([id, rows]) => ({
      id,
      addresses: (emails.get(id) ?? []).map((row) => `${row['email_person']}@${row['email_domain']}`),
      jobs: jobsOf(rows),
    })),
  };
};

/** The list marks with a star what is no company: `*independent`, `*robots`. */
export const isNoCompany = (name: string): boolean => name.startsWith('*');

/** Rows of the directory in the interchange format, and which row stands for the name that a job has. */
export interface DirectoryRows {
  readonly accounts: readonly Record<string, unknown>[];
  readonly people: readonly Record<string, unknown>[];
  /** by the text that a job has: name, or alias; ids of accounts */
  readonly accountOfName: ReadonlyMap<string, string>;
}

const rowOfCompany = ({ id, name, domains, aliases }: ListedCompany): Record<string, unknown> => ({
  ...{ source: SOURCE, id, name, domains, aliases },
});

/** Employers that the list of companies lacks have a name only, as in any CRM. */
const unlistedNames = ({ companies, people }: Stackalytics): string[] => {
  const listed = new Set(companies.flatMap(({ name, aliases }) => [name, ...aliases]));
  return [...new Set(people.flatMap(({ jobs }) => jobs.map(({ company }) => company)))].filter(
    (name) => !listed.has(name),
  );
};

export const directoryRowsOf = (data: Stackalytics): DirectoryRows => {
  const accountOfName = new Map<string, string>();
  for (const { id, aliases } of data.companies) for (const alias of aliases) accountOfName.set(alias, id);
  // A company's own name before somebody's alias.
  for (const { id, name } of data.companies) accountOfName.set(name, id);
  const unlisted = unlistedNames(data).map((name, index) => ({ id: `unlisted-${index}`, name }));
  for (const { id, name } of unlisted) accountOfName.set(name, id);
  const people = data.people.flatMap(({ id, addresses, jobs }) =>
    addresses.flatMap((email, address) =>
      jobs.map(({ company }, index) => ({
        ...{ source: SOURCE, id: `${id}-${address}`, email, account_id: accountOfName.get(company) },
        valid_from: jobs[index - 1]?.until ?? 0,
      })),
    ),
  );
  return {
    accounts: [...data.companies.map(rowOfCompany), ...unlisted.map((row) => ({ source: SOURCE, ...row }))],
    people,
    accountOfName,
  };
};
