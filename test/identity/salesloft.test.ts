import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { interchangeRecord, parseSource, type Source, templatesDir } from '@groundswell/sources';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sharedData } from '../shared-data.ts';
import { AccountBench } from './account-bench.ts';

const readSource = (): Source => {
  const parsed = parseSource(readFileSync(new URL('salesloft.yaml', templatesDir), 'utf8'), 'salesloft.yaml');
  if (!parsed.ok) throw new Error('the ready mapping of Salesloft cannot be read');
  return parsed.source;
};

const exported = z.object({ stream: z.string(), data: z.looseObject({}) });

/** Webhooks say of a record what an export says of it. */
const events: Readonly<Record<string, string>> = { accounts: 'account_created', people: 'person_updated' };

type Row = Readonly<Record<string, unknown>>;

/** What the ready mapping of Salesloft makes of exported accounts and people, as if they came by webhook. */
const rowsOf = (text: string): { kind: string; row: Row }[] => {
  const source = readSource();
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => {
    const { stream, data } = exported.parse(JSON.parse(line));
    const event = events[stream];
    const mapped = event === undefined ? undefined : source.mapping?.({ event, body: data });
    if (mapped && !mapped.ok) throw new Error(mapped.message);
    return (mapped?.records ?? []).map((record) => ({ kind: record.kind, row: interchangeRecord(source, record) }));
  });
};

describe.runIf(sharedData() !== null)('accounts of Salesloft at gmail.com, outlook.com and zohomail.eu', () => {
  const bench = new AccountBench();
  let accounts: readonly Row[] = [];
  let people: readonly Row[] = [];

  beforeAll(() => {
    const folder = join(sharedData() ?? '', 'payloads', 'salesloft');
    const rows = rowsOf(readFileSync(join(folder, 'airbyte-source-salesloft-expected-records.jsonl'), 'utf8'));
    accounts = rows.flatMap(({ kind, row }) => (kind === 'account' ? [row] : []));
    people = rows.flatMap(({ kind, row }) => (kind === 'person' ? [row] : []));
    for (const row of accounts) bench.addAccount(row);
    for (const row of people) bench.addPerson(row);
  });

  it('are in its directory, and a person is at one of them', () => {
    expect(accounts.map(({ domains }) => domains).sort()).toEqual(['gmail.com', 'outlook.com', 'zohomail.eu']);
    expect(people.map(({ email, account_id }) => [email, account_id])).toEqual([
      ['user8.sample.airbyte@outlook.com', accounts.find(({ domains }) => domains === 'outlook.com')?.['id']],
    ]);
  });

  it('become no company: not by the CRM link, an id, a domain, an e-mail, nor a name', () => {
    const [person] = people;
    const ways = accounts.flatMap(({ id, name, domains }) => [
      { source: 'salesloft', personEmail: String(person?.['email']) },
      { source: 'salesloft', personId: String(person?.['id']) },
      { source: 'salesloft', personId: '1', accountId: String(id) },
      { personId: '1', accountDomain: String(domains) },
      { personEmail: `somebody@${domains}` },
      { personId: '1', accountName: String(name) },
    ]);
    expect(ways).toHaveLength(18);
    expect(ways.filter((touch) => bench.resolve(touch).accountId !== null)).toEqual([]);
    // What the same directory has with a domain of its own is one.
    bench.addAccount({ source: 'salesloft', id: '1', domains: 'acme.com' });
    expect(bench.resolve({ source: 'salesloft', personId: '1', accountId: '1' }).accountId).toBe('acme.com');
  });
});
