import { roleOfTitle } from '@groundswell/identity';
import { SIGNS_VERSION } from '@groundswell/machines';
import type { ExclusionRecord, PersonRecord, RawTouch, TouchAsserted } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { AccountDirectory } from './account-directory.ts';
import { DirectoryPeople } from './directory-people.ts';
import { dispositionPrecedence } from './disposition.ts';
import { Exclusions } from './exclusions.ts';
import type { KnownPerson } from './identity-book.ts';
import { type Knowledge, resolveTouch } from './resolve-touch.ts';
import { StandingCorrections } from './standing-corrections.ts';
import { rawTouch } from './testing/raw-log.ts';
import { personOfTouch } from './touch-person.ts';

const NO_ID = { inSource: null, sourceIdentity: null, personOfId: null };
const position = { partition: 3, offset: 17, appendedAt: 5_000 };

const kindOf = ({ keys, email, sharedMailbox }: ReturnType<typeof personOfTouch>): KnownPerson['kind'] => {
  if (email) return sharedMailbox ? 'shared_mailbox' : 'email';
  return keys.source === null ? 'anonymous' : 'source_id';
};

const excluded = (changes: Partial<ExclusionRecord>): Exclusions => {
  const exclusions = new Exclusions();
  exclusions.replace('one', {
    source: 'crm',
    id: '1',
    kind: 'domain',
    value: 'acme.com',
    reason: 'employee',
    scope: ['score'],
    validFrom: 0,
    validTo: null,
    received: 0,
    ...changes,
  });
  return exclusions;
};

const titled = (...rows: Partial<PersonRecord>[]): DirectoryPeople => {
  const people = new DirectoryPeople();
  for (const [index, changes] of rows.entries()) {
    people.replace(String(index), {
      source: 'crm',
      id: String(index),
      validFrom: 0,
      email: 'anna@acme.com',
      title: 'CFO',
      accountId: null,
      consent: {},
      status: '',
      received: 0,
      ...changes,
    });
  }
  return people;
};

const resolved = (changes: Partial<RawTouch>, knowledge: Partial<Knowledge> = {}): TouchAsserted => {
  const raw = rawTouch(changes);
  const person = personOfTouch(raw);
  return resolveTouch(raw, position, {
    person: { personId: 'p', kind: kindOf(person), email: person.email, identityId: 'i', ...NO_ID },
    exclusions: new Exclusions(),
    accounts: new AccountDirectory(),
    people: new DirectoryPeople(),
    corrections: new StandingCorrections(),
    ...knowledge,
  }).decision;
};

const account = ({ accountId, accountRule, accountEvidence }: TouchAsserted) => [
  accountId,
  accountRule,
  accountEvidence,
];

describe('the account of a touch', () => {
  it('is the id its sender gives, verbatim and before all else', () => {
    const touch = { accountId: ' Gmail.com', accountDomain: 'acme.com', personEmail: 'x@globex.com' };
    expect(account(resolved(touch))).toEqual([' Gmail.com', 'explicit_id', '']);
  });

  it('is the registrable domain its sender gives, before the e-mail', () => {
    const touch = { accountDomain: 'https://www.Acme.co.uk/about', personEmail: 'x@globex.com' };
    expect(account(resolved(touch))).toEqual(['acme.co.uk', 'explicit_domain', 'acme.co.uk']);
  });

  it('is the registrable domain of the e-mail', () => {
    expect(account(resolved({ personEmail: 'Anna+x@mail.Acme.de' }))).toEqual(['acme.de', 'email_domain', 'acme.de']);
  });

  it('is not found in a domain without a registrable part, stated or not, and the statement is not replaced by a guess', () => {
    expect(account(resolved({ accountDomain: 'n/a' }))).toEqual([null, 'none', 'bad_domain']);
    expect(account(resolved({ personEmail: 'anna@localhost' }))).toEqual([null, 'none', 'bad_domain']);
  });

  it('is never a free-mail host', () => {
    expect(account(resolved({ personEmail: 'anna@gmail.com' }))).toEqual([null, 'none', 'free_mail']);
    expect(account(resolved({ accountDomain: 'outlook.com' }))).toEqual([null, 'none', 'free_mail']);
    expect(account(resolved({ personEmail: '1+a@users.noreply.github.com' }))).toEqual([null, 'none', 'free_mail']);
  });

  it('is unknown without any clue; blank fields are none', () => {
    const nobody = { personEmail: null, personId: '7' };
    expect(account(resolved(nobody))).toEqual([null, 'none', 'no_domain']);
    expect(account(resolved({ ...nobody, accountId: ' ', accountDomain: '' }))).toEqual([null, 'none', 'no_domain']);
  });

  it('comes from the linked e-mail when the touch has only an id', () => {
    const email = personOfTouch(rawTouch({ personEmail: 'anna@acme.com' })).email;
    const touch = resolved(
      { personEmail: null, personId: '7' },
      { person: { personId: 'p', kind: 'email', email, identityId: 'i', ...NO_ID } },
    );
    expect(account(touch)).toEqual(['acme.com', 'email_domain', 'acme.com']);
    expect(touch.personKind).toBe('email');
  });
});

describe('the time of a touch', () => {
  it('is when it happened, or when it was received if it claims to be later', () => {
    expect(resolved({ time: 900, received: 1_000 })).toMatchObject({ time: 900, effectiveTime: 900, clockSkew: false });
    expect(resolved({ time: 1_000, received: 1_000 })).toMatchObject({ effectiveTime: 1_000, clockSkew: false });
    expect(resolved({ time: 1_001, received: 1_000 })).toMatchObject({
      time: 1_001,
      effectiveTime: 1_000,
      clockSkew: true,
    });
  });

  it('is joined by when the broker had it, and where', () => {
    expect(resolved({})).toMatchObject({ acceptedAt: 5_000, rawPartition: 3, rawOffset: 17, revision: 1 });
  });
});

describe('the role of a person', () => {
  it('is read from the title of the touch', () => {
    expect(resolved({ personTitle: 'VP Engineering' })).toMatchObject({ role: 'technical', seniority: 'vp' });
    expect(resolved({ personTitle: 'VP Engineering' }, { people: titled({}) })).toMatchObject({ role: 'technical' });
  });

  it('is read from the directory when the touch says nothing', () => {
    expect(resolved({}, { people: titled({}) })).toMatchObject(roleOfTitle('CFO'));
    expect(resolved({ personTitle: '???' }, { people: titled({}) })).toMatchObject(roleOfTitle('CFO'));
    expect(resolved({})).toMatchObject({ role: '', seniority: '' });
  });

  it('is the one held at the time of the touch', () => {
    const people = titled({ title: 'CFO', validFrom: 500 }, { title: 'Accountant', validFrom: 0 });
    expect(resolved({ time: 499 }, { people })).toMatchObject(roleOfTitle('Accountant'));
    expect(resolved({ time: 500 }, { people })).toMatchObject(roleOfTitle('CFO'));
    expect(resolved({ time: 400 }, { people: titled({ validFrom: 500 }) })).toMatchObject({ role: '' });
  });

  it('follows changes and deletions of directory rows', () => {
    const people = titled({ title: 'CFO' });
    const row = {
      source: 'crm',
      id: '0',
      validFrom: 0,
      title: 'Engineer',
      accountId: null,
      consent: {},
      status: '',
      received: 1,
    };
    people.replace('0', { ...row, email: 'anna@acme.com' });
    expect(resolved({}, { people })).toMatchObject({ role: 'technical' });
    people.replace('0', { ...row, email: 'bert@acme.com' });
    expect(resolved({}, { people })).toMatchObject({ role: '' });
    expect(resolved({ personEmail: 'bert@acme.com' }, { people })).toMatchObject({ role: 'technical' });
    people.replace('0', null);
    expect(resolved({ personEmail: 'bert@acme.com' }, { people })).toMatchObject({ role: '' });
  });
});

describe('an excluded party', () => {
  const fate = (touch: TouchAsserted) => [touch.disposition, touch.dispositionReason];

  it('is known by the domain of the e-mail, hosts below it included', () => {
    expect(fate(resolved({}, { exclusions: excluded({}) }))).toEqual(['excluded', 'employee']);
    expect(fate(resolved({ personEmail: 'a@eu.acme.com' }, { exclusions: excluded({}) }))[0]).toBe('excluded');
    expect(fate(resolved({ personEmail: 'a@notacme.com' }, { exclusions: excluded({}) }))[0]).toBe('candidate');
    expect(fate(resolved({}, { exclusions: excluded({ value: 'eu.acme.com' }) }))[0]).toBe('candidate');
  });

  it('is known by a stated domain, by e-mail address and by account', () => {
    const stated = { personEmail: 'x@gmail.com', accountDomain: 'www.ACME.com' };
    expect(fate(resolved(stated, { exclusions: excluded({}) }))[0]).toBe('excluded');
    const person = excluded({ kind: 'person', value: 'Anna+old@Acme.com', reason: 'job_seeker' });
    expect(fate(resolved({ personEmail: 'anna+new@acme.com' }, { exclusions: person }))).toEqual([
      'excluded',
      'job_seeker',
    ]);
    expect(fate(resolved({ personEmail: 'bert@acme.com' }, { exclusions: person }))[0]).toBe('candidate');
    const byAccount = excluded({ kind: 'account', value: 'crm-42' });
    expect(fate(resolved({ accountId: 'crm-42' }, { exclusions: byAccount }))[0]).toBe('excluded');
    expect(fate(resolved({}, { exclusions: byAccount }))[0]).toBe('candidate');
  });

  it('is excluded only for the score, and only while the exclusion is valid at the effective time', () => {
    expect(fate(resolved({}, { exclusions: excluded({ scope: ['route', 'train'] }) }))[0]).toBe('candidate');
    const dated = excluded({ validFrom: 500, validTo: 900 });
    const at = (time: number) => fate(resolved({ time }, { exclusions: dated }))[0];
    expect([at(499), at(500), at(899), at(900)]).toEqual(['candidate', 'excluded', 'excluded', 'candidate']);
    expect(fate(resolved({ time: 5_000, received: 600 }, { exclusions: dated }))[0]).toBe('excluded');
  });

  it('is forgotten when its row is deleted or renamed', () => {
    const exclusions = excluded({});
    exclusions.replace('one', null);
    expect(fate(resolved({}, { exclusions }))[0]).toBe('candidate');
  });
});

describe('the disposition', () => {
  const nobody = { personEmail: null, anonymousId: 'cookie' };

  it('is one row of the precedence, each with its reason', () => {
    expect(dispositionPrecedence.map(({ disposition }) => disposition)).toEqual([
      ...['excluded', 'bot', 'negative', 'ours', 'anonymous', 'unresolved', 'candidate'],
    ]);
    expect(dispositionPrecedence.every(({ why }) => why.length > 20)).toBe(true);
  });

  it('is excluded before all else', () => {
    const touch = resolved({ bot: true, type: 'bounce', direction: 'ours' }, { exclusions: excluded({}) });
    expect(touch).toMatchObject({ disposition: 'excluded', dispositionReason: 'employee' });
  });

  const cases: readonly (readonly [string, string, Partial<RawTouch>])[] = [
    ['bot', `source 100 ${SIGNS_VERSION}`, { bot: true, type: 'bounce', direction: 'ours', ...nobody }],
    ['bot', `user_agent 100 ${SIGNS_VERSION}`, { properties: { user_agent: '"curl/8.1"' } }],
    ['bot', `head_request 100 ${SIGNS_VERSION}`, { type: 'email_click', properties: { method: '"HEAD"' } }],
    [
      'candidate',
      '',
      { type: 'email_click', properties: { method: '"GET"', user_agent: '"Mozilla/5.0 (X11; Linux)"' } },
    ],
    ['negative', 'bounce', { type: 'bounce', direction: 'ours', ...nobody }],
    ['negative', 'unsubscribe', { type: 'unsubscribe' }],
    ['ours', '', { type: 'email_sent', direction: 'ours', ...nobody }],
    ['anonymous', '', nobody],
    ['anonymous', '', { ...nobody, accountId: 'acme.com' }],
    ['unresolved', 'free_mail', { personEmail: 'anna@gmail.com' }],
    ['unresolved', 'no_domain', { personEmail: null, personId: '7' }],
    ['candidate', '', { personEmail: 'info@acme.com' }],
    ['candidate', '', {}],
  ];
  it.each(cases)(
    '%s (%s) is the first that applies to %j',
    (disposition, dispositionReason, changes, knowledge = {}) => {
      expect(resolved(changes, knowledge)).toMatchObject({ disposition, dispositionReason });
    },
  );
});
