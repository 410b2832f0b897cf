import { emailIdentity } from '@groundswell/identity';
import type { PersonRecord } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { DirectoryPeople } from './directory-people.ts';
import { peopleOf, personRow } from './testing/directory-rows.ts';

const anna = emailIdentity('anna@gmail.com')?.email;
if (!anna) throw new Error('an address must be one');

const employerAt = (rows: readonly PersonRecord[], at: number): string | undefined => {
  const employer = peopleOf(rows).employerOf(anna, at);
  return employer ? `${employer.source}:${employer.accountId}` : undefined;
};

const row = (changes: Partial<PersonRecord>) =>
  personRow('7', { email: 'Anna+x@gmail.com', accountId: 'a', ...changes });

describe('where a person works', () => {
  const jobs = [row({}), row({ accountId: 'b', validFrom: 500 }), row({ accountId: null, validFrom: 900 })];

  it('is as of the touch', () => {
    expect([0, 499, 500, 899, 900].map((at) => employerAt(jobs, at))).toEqual([
      ...['crm:a', 'crm:a', 'crm:b', 'crm:b', undefined],
    ]);
    expect(employerAt([row({ validFrom: 10 })], 9)).toBeUndefined();
    expect(employerAt([], 9)).toBeUndefined();
  });

  it('is nowhere after the person has left', () => {
    const left = [row({}), row({ validFrom: 500, status: 'Left_Company' })];
    expect([499, 500].map((at) => employerAt(left, at))).toEqual(['crm:a', undefined]);
  });

  it('is what the youngest row says where several systems know the person; one that knows no employer says nothing', () => {
    const other = (changes: Partial<PersonRecord>) => row({ source: 'hubspot', accountId: 'h', ...changes });
    expect(employerAt([row({ validFrom: 10 }), other({ validFrom: 20 })], 30)).toBe('hubspot:h');
    expect(employerAt([row({ received: 9 }), other({ received: 8 })], 30)).toBe('crm:a');
    expect(employerAt([row({}), other({ validFrom: 20, accountId: null })], 30)).toBe('crm:a');
    expect(employerAt([row({}), other({ validFrom: 20, accountId: null })].reverse(), 30)).toBe('crm:a');
  });

  it('is known by the id of a source, too', () => {
    const people = peopleOf(jobs);
    expect(people.employerOfId({ source: 'crm', id: '7' }, 600)).toMatchObject({ accountId: 'b' });
    expect(people.employerOfId({ source: 'hubspot', id: '7' }, 600)).toBeNull();
    expect(people.employerOfId({ source: 'crm', id: '8' }, 600)).toBeNull();
  });

  it('is forgotten with its row', () => {
    const people = new DirectoryPeople();
    const news = new Set<string>();
    people.onChange((subject) => news.add(subject));
    people.replace('k', row({}));
    people.replace('k', row({ email: 'bert@gmail.com' }));
    expect(people.employerOf(anna, 0)).toBeNull();
    people.replace('k', row({}));
    expect(people.employerOf(anna, 0)).toMatchObject({ source: 'crm', accountId: 'a' });
    people.replace('k', null);
    people.replace('never', null);
    expect(people.employerOf(anna, 0)).toBeNull();
    expect(people.employerOfId({ source: 'crm', id: '7' }, 0)).toBeNull();
    expect(people.size).toBe(0);
    expect([...news]).toEqual(['person:anna@gmail.com', 'id:crm:7', 'person:bert@gmail.com']);
  });

  /** Whom the last of some rows by their keys concerns. */
  const newsOfLast = (...rows: [key: string, row: PersonRecord][]): { people: DirectoryPeople; news: Set<string> } => {
    const people = new DirectoryPeople();
    const news = new Set<string>();
    people.onChange((subject) => news.add(subject));
    for (const [key, said] of rows) {
      news.clear();
      people.replace(key, said);
    }
    return { people, news };
  };
  const anybody = new Set(['person:anna@gmail.com', 'id:crm:7']);

  it('is no news when a source says it again', () => {
    const { people, news } = newsOfLast(['k', row({})], ['k', row({ received: 9, email: 'anna@gmail.com' })]);
    expect(news).toEqual(new Set());
    expect(people.rowsOf(anna, null)).toMatchObject([{ received: 9 }]);
    expect(people.employerOf(anna, 0)).toMatchObject({ source: 'crm', accountId: 'a' });
    const older = row({ accountId: 'b', validFrom: -5 });
    expect(newsOfLast(['old', older], ['k', row({})], ['k', row({ received: 9 })]).news).toEqual(new Set());
  });

  it.each<[string, Partial<PersonRecord>]>([
    ['employer', { accountId: 'b' }],
    ['departure', { status: 'left' }],
    ['title', { title: 'CFO' }],
    ['beginning', { validFrom: 5 }],
  ])('is news with another %s', (_, changes) => {
    expect(newsOfLast(['k', row({})], ['k', row({ received: 9, ...changes })]).news).toEqual(anybody);
  });

  it('is news when the row that is said again was received before another that is equally old', () => {
    const beside = row({ source: 'hubspot', accountId: 'h', received: 5 });
    const { people, news } = newsOfLast(['k', row({})], ['h', beside], ['k', row({ received: 9 })]);
    expect(news).toEqual(anybody);
    expect(people.employerOf(anna, 0)).toMatchObject({ source: 'crm' });
  });
});
