import { createCodec, readSchema } from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParseContext } from '../parse-context.ts';
import { parseAccount } from './account.ts';
import { parseCampaign } from './campaign.ts';
import { parseContent } from './content.ts';
import type { ParsedRow } from './directory-row.ts';
import { parseExclusion } from './exclusion.ts';
import { parseOpportunity } from './opportunity.ts';
import { parseOpportunityContact } from './opportunity-contact.ts';
import { parseOpportunityStage } from './opportunity-stage.ts';
import { parseOrder } from './order.ts';
import { parsePerson } from './person.ts';

const NOW = Date.UTC(2026, 2, 1);
const context: ParseContext = { receivedAt: NOW, mode: 'live', timeZoneOf: () => 'Europe/Berlin', origin: 'crm.csv:2' };

const rowOf = <Row>(parsed: ParsedRow<Row>): Row => {
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.row;
};
const warningsOf = (parsed: ParsedRow<unknown>): string[] =>
  parsed.ok ? parsed.warnings.map(({ code, path }) => `${code} ${path}`) : [`rejected ${parsed.reason}`];

const head = { source: 'crm', id: '1', valid_from: '2026-01-01' };

describe('an account row', () => {
  it('is read from JSON', () => {
    const row = {
      ...head,
      name: 'Acme',
      domains: ['Acme.com', 'acme.de', 'ACME.COM'],
      aliases: ['Acme, Inc.', 'acme.io', 'Acme, Inc.'],
      employees: 1200,
      revenue: 1.5e9,
    };
    const more = { parent_id: '0', ultimate_id: '9', lifecycle: 'customer', technologies: ['kafka'], tier: 'A' };
    expect(rowOf(parseAccount({ ...row, ...more }, context))).toEqual({
      source: 'crm',
      id: '1',
      validFrom: Date.UTC(2025, 11, 31, 23),
      name: 'Acme',
      domains: ['acme.com', 'acme.de'],
      aliases: ['Acme, Inc.', 'acme.io'],
      parentId: '0',
      ultimateId: '9',
      industry: '',
      region: '',
      country: '',
      employees: 1200,
      revenue: 1.5e9,
      lifecycle: 'customer',
      owner: '',
      tier: 'A',
      territory: '',
      technologies: ['kafka'],
      received: NOW,
    });
  });

  it('is read from CSV, where numbers and lists are text', () => {
    const more = { employees: '1200', revenue: '1.5e9', technologies: 'a|b' };
    const cells = { ...head, domains: 'acme.com; acme.de', aliases: 'Acme, Inc.; Acme Trading', ...more };
    expect(rowOf(parseAccount(cells, context))).toMatchObject({
      domains: ['acme.com', 'acme.de'],
      aliases: ['Acme, Inc.', 'Acme Trading'],
      employees: 1200,
      revenue: 1.5e9,
      technologies: ['a', 'b'],
    });
  });

  it('without valid_from is valid since ever', () => {
    expect(rowOf(parseAccount({ source: 'crm', id: '1' }, context)).validFrom).toBe(0);
  });

  it('is taken with a warning when a domain is none, a lifecycle is new, or a field is unknown', () => {
    const parsed = parseAccount({ ...head, domains: 'acme', lifecycle: 'zombie', fax: '1' }, context);
    expect(warningsOf(parsed)).toEqual(['domain_invalid domains', 'unknown_value lifecycle', 'unknown_field fax']);
    expect(rowOf(parsed)).toMatchObject({ domains: [], lifecycle: 'zombie' });
  });

  it.each([
    ['missing_field', { source: 'crm' }, 'id'],
    ['missing_field', { id: '1' }, 'source'],
    ['wrong_type', { ...head, employees: 'many' }, 'employees: .*"many"'],
    ['invalid_value', { ...head, employees: -1 }, 'employees'],
    ['wrong_type', { ...head, domains: [1] }, 'domains'],
    ['time_unparseable', { ...head, valid_from: 'always' }, 'valid_from'],
  ])('is rejected with %s', (reason, input, message) => {
    const expected = { ok: false, reason, message: expect.stringMatching(new RegExp(`^${message}`)) };
    expect(parseAccount(input, context)).toEqual(expected);
  });
});

describe('a person row', () => {
  it('is read with its consent, nested or dotted', () => {
    const consent = { purpose: 'newsletter', region: 'EU', proof: 'form 7', time: '2025-05-01' };
    const nested = { ...head, email: ' Ada@Acme.com ', title: 'CTO', account_id: '1', consent, status: 'active' };
    const person = rowOf(parsePerson(nested, context));
    expect(person).toMatchObject({ email: 'ada@acme.com', title: 'CTO', accountId: '1', consent, status: 'active' });
    const dotted = Object.fromEntries(Object.entries(consent).map(([part, text]) => [`consent.${part}`, text]));
    expect(rowOf(parsePerson({ ...nested, consent: null, ...dotted }, context))).toEqual(person);
  });

  it('is kept without an e-mail that is none', () => {
    const parsed = parsePerson({ ...head, email: 'unknown' }, context);
    expect(warningsOf(parsed)).toEqual(['email_invalid email']);
    expect(rowOf(parsed).email).toBeNull();
  });
});

describe('an opportunity row', () => {
  const row = { ...head, account_id: 'a1', created_at: '2026-01-05T10:00:00Z' };

  it('is read with its dates, outcome and amount', () => {
    const cells = { ...row, stage: 'won', stage_at: '2026-02-01', is_won: 'true', amount: '12000.50', currency: 'EUR' };
    expect(rowOf(parseOpportunity({ ...cells, closed_at: '2026-02-01' }, context))).toMatchObject({
      accountId: 'a1',
      createdAt: Date.UTC(2026, 0, 5, 10),
      stageAt: Date.UTC(2026, 0, 31, 23),
      closedAt: Date.UTC(2026, 0, 31, 23),
      isWon: true,
      amount: 12000.5,
      currency: 'EUR',
    });
  });

  it('is open, not lost, while nothing is said about its outcome', () => {
    expect(rowOf(parseOpportunity(row, context))).toMatchObject({ isWon: null, closedAt: null, amount: null });
  });

  it('needs an account and a beginning', () => {
    expect(parseOpportunity({ ...row, account_id: '' }, context)).toMatchObject({ reason: 'missing_field' });
    expect(parseOpportunity({ ...row, created_at: null }, context)).toMatchObject({ reason: 'missing_field' });
  });
});

describe('a row that says who takes part in an opportunity', () => {
  const row = { source: 'crm', opportunity_id: 'o1', person_id: 'p1', role: 'Decision Maker' };

  it('is called by its parts where the tool has no id for it', () => {
    expect(rowOf(parseOpportunityContact(row, context))).toEqual({
      source: 'crm',
      id: 'o1:p1:Decision Maker',
      validFrom: 0,
      opportunityId: 'o1',
      personId: 'p1',
      role: 'Decision Maker',
      received: NOW,
    });
    expect(rowOf(parseOpportunityContact({ ...row, id: '00K1' }, context)).id).toBe('00K1');
  });

  it('needs both', () => {
    expect(parseOpportunityContact({ ...row, person_id: '' }, context)).toMatchObject({ reason: 'missing_field' });
    expect(parseOpportunityContact({ ...row, opportunity_id: null }, context)).toMatchObject({
      reason: 'missing_field',
    });
  });
});

describe('a row of the history of an opportunity', () => {
  const row = { source: 'crm', opportunity_id: 'o1', stage: 'Proposal', stage_at: '2026-02-01T00:00:00Z', amount: '5' };
  const at = Date.UTC(2026, 1, 1);

  it('is valid from the instant at which the stage was reached', () => {
    expect(rowOf(parseOpportunityStage({ ...row, close_expected_at: '2026-03-01Z' }, context))).toEqual({
      source: 'crm',
      id: `o1:${at}`,
      validFrom: at,
      opportunityId: 'o1',
      stage: 'Proposal',
      stageAt: at,
      amount: 5,
      currency: '',
      closeExpectedAt: Date.UTC(2026, 2, 1),
      received: NOW,
    });
  });

  it('needs a stage and an instant', () => {
    expect(parseOpportunityStage({ ...row, stage: '' }, context)).toMatchObject({ reason: 'missing_field' });
    expect(parseOpportunityStage({ ...row, stage_at: '' }, context)).toMatchObject({ reason: 'missing_field' });
  });
});

describe('an order row', () => {
  const row = { source: 'shop', id: 'A-1', account_id: 'a1', at: '2026-02-01T10:00:00Z' };
  const at = Date.UTC(2026, 1, 1, 10);

  it('is read from CSV and is valid from when it was ordered', () => {
    const cells = { ...row, product: 'storage', category: 'licence', amount: '1200.50', currency: 'EUR' };
    expect(rowOf(parseOrder(cells, context))).toEqual({
      source: 'shop',
      id: 'A-1',
      validFrom: at,
      accountId: 'a1',
      product: 'storage',
      category: 'licence',
      amount: 1200.5,
      currency: 'EUR',
      at,
      received: NOW,
    });
    expect(rowOf(parseOrder({ ...row, amount: -3 }, context)).amount).toBe(-3);
  });

  it.each(['id', 'account_id', 'at'])('needs %s', (field) => {
    const expected = { ok: false, reason: 'missing_field', message: `${field}: is required` };
    expect(parseOrder({ ...row, [field]: null }, context)).toEqual(expected);
  });
});

describe('a campaign row', () => {
  it('is read with what it costs', () => {
    const row = { ...head, name: 'Spring fair', channel: 'event', cost: '25000' };
    expect(rowOf(parseCampaign(row, context))).toEqual({
      source: 'crm',
      id: '1',
      validFrom: Date.UTC(2025, 11, 31, 23),
      name: 'Spring fair',
      channel: 'event',
      cost: 25_000,
      received: NOW,
    });
    expect(rowOf(parseCampaign(head, context)).cost).toBeNull();
  });

  it('whose cost is negative is rejected, and says so', () => {
    expect(parseCampaign({ ...head, cost: -1 }, context)).toEqual({
      ok: false,
      reason: 'invalid_value',
      message: 'cost: expected a number from 0, found -1',
    });
  });
});

describe('a row of the content catalogue', () => {
  it('is read, in use until a time in the zone of its source', () => {
    const about = { product: 'storage', persona: 'architect', phase: 'evaluation', language: 'de' };
    const row = { ...head, url: 'https://acme.example/guide', title: 'Guide', ...about };
    const retired = parseContent({ ...row, retired_at: '2026-02-01' }, context);
    expect(warningsOf(retired)).toEqual([]);
    expect(rowOf(retired)).toEqual({
      source: 'crm',
      id: '1',
      validFrom: Date.UTC(2025, 11, 31, 23),
      url: 'https://acme.example/guide',
      title: 'Guide',
      ...about,
      retiredAt: Date.UTC(2026, 0, 31, 23),
      received: NOW,
    });
    expect(rowOf(parseContent(row, context)).retiredAt).toBeNull();
  });

  it('needs an id', () => {
    expect(parseContent({ source: 'cms', url: 'https://a.example' }, context)).toMatchObject({
      reason: 'missing_field',
    });
  });
});

describe('an exclusion row', () => {
  const row = { source: 'ops', kind: 'domain', value: 'Agency.Example.', reason: 'agency' };

  it('without id and scope is called by kind and value, and excludes from everything', () => {
    expect(rowOf(parseExclusion(row, context))).toEqual({
      source: 'ops',
      id: 'domain:agency.example',
      kind: 'domain',
      value: 'agency.example',
      reason: 'agency',
      scope: ['score', 'route', 'metrics', 'train'],
      validFrom: 0,
      validTo: null,
      received: NOW,
    });
  });

  it('carries its value in the form in which touches carry it', () => {
    const person = { ...row, kind: 'person', value: 'Ada@MÜNCHEN.example' };
    expect(rowOf(parseExclusion(person, context)).value).toBe('ada@xn--mnchen-3ya.example');
    expect(rowOf(parseExclusion({ ...row, kind: 'account', value: ' 0014x ' }, context)).value).toBe('0014x');
  });

  it.each([
    ['a kind nobody knows', { ...row, kind: 'city' }, 'kind'],
    ['a scope nobody knows', { ...row, scope: ['scores'] }, 'scope'],
    ['a domain that is none', { ...row, value: 'agency' }, 'value'],
    ['an end before its beginning', { ...row, valid_from: '2026-02-01', valid_to: '2026-01-01' }, 'valid_to'],
  ])('with %s is rejected, since it would silently exclude nobody', (_what, input, path) => {
    const message = expect.stringMatching(new RegExp(`^${path}`));
    expect(parseExclusion(input, context)).toEqual({ ok: false, reason: 'invalid_value', message });
  });
});

describe('the arrival of a directory row', () => {
  it('is its own in a replay, or else its validity, but never after now', () => {
    const replay = { ...context, mode: 'replay' } as const;
    const received = (row: Record<string, unknown>) => rowOf(parseAccount({ ...head, ...row }, replay)).received;
    expect(received({ received: '2026-01-02T00:00:00Z' })).toBe(Date.UTC(2026, 0, 2));
    expect(received({})).toBe(Date.UTC(2025, 11, 31, 23));
    expect(received({ valid_from: null })).toBe(NOW);
    expect(received({ valid_from: '2027-01-01' })).toBe(NOW);
  });
});

describe('any directory input', () => {
  const names = ['source', 'id', 'valid_from', 'received', 'domains', 'employees', 'consent', 'consent.time', 'kind'];
  const anyRow = fc.dictionary(fc.oneof(fc.constantFrom(...names, 'value', 'scope'), fc.string()), fc.jsonValue());
  const checked = <Row>(schema: string, parse: (input: unknown, context: ParseContext) => ParsedRow<Row>) => {
    const codec = createCodec<Row>(readSchema(schema));
    return (input: unknown): void => {
      const parsed = parse(input, context);
      if (parsed.ok) expect(codec.decode(codec.encode(parsed.row))).toEqual(parsed.row);
      else expect(parsed.message).not.toBe('');
    };
  };
  const checks = [
    checked('account-record', parseAccount),
    checked('person-record', parsePerson),
    checked('opportunity-record', parseOpportunity),
    checked('opportunity-contact-record', parseOpportunityContact),
    checked('opportunity-stage-record', parseOpportunityStage),
    checked('order-record', parseOrder),
    checked('campaign-record', parseCampaign),
    checked('content-record', parseContent),
    checked('exclusion-record', parseExclusion),
  ];

  it('is either a row that fits its contract or a rejection, never an exception', () => {
    const links = { opportunity_id: 'o', person_id: 'p', stage: 's', stage_at: 5e11, at: 5e11 };
    const good = { ...head, ...links, account_id: 'a', created_at: 5e11, kind: 'person', value: 'x' };
    const overlaid = anyRow.map((some) => ({ ...good, ...some }));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), anyRow, overlaid), (input) => {
        for (const check of checks) check(input);
      }),
      { numRuns: 500 },
    );
  });
});
