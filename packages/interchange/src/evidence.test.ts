import { createCodec, readSchema } from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseErasure } from './erasure.ts';
import { parseIdentity } from './identity.ts';
import type { ParseContext } from './parse-context.ts';

const NOW = Date.UTC(2026, 2, 1);
const context: ParseContext = {
  receivedAt: NOW,
  mode: 'live',
  timeZoneOf: () => 'UTC',
  origin: 'POST /v1/identify[0]',
};

const evidenceOf = (fields: Readonly<Record<string, unknown>>) => {
  const parsed = parseIdentity({ source: 'web', time: '2026-02-28T10:00:00Z', ...fields }, context);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.row;
};

describe('evidence of identity', () => {
  it('says which identifiers are of one person, and where that person works', () => {
    const person = { id: 'u-1', email: ' Ann@Acme.example', anonymous_id: 'a-1', previous_id: 'a-0', title: 'CTO' };
    const account = { id: 'g-1', domain: 'ACME.example', name: 'Acme' };
    expect(evidenceOf({ kind: 'identify', person, account })).toEqual({
      evidenceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: 'web',
      kind: 'identify',
      time: Date.UTC(2026, 1, 28, 10),
      personId: 'u-1',
      email: 'ann@acme.example',
      anonymousId: 'a-1',
      previousId: 'a-0',
      name: null,
      title: 'CTO',
      accountId: 'g-1',
      accountDomain: 'acme.example',
      accountName: 'Acme',
      received: NOW,
      origin: 'POST /v1/identify[0]',
    });
  });

  it('is the same evidence whenever it ties the same identifiers, whatever else it says', () => {
    const first = evidenceOf({ 'person.id': 'u-1', 'person.email': 'ann@acme.example', 'person.title': 'CTO' });
    const again = evidenceOf({ 'person.id': 'u-1', 'person.email': 'ANN@acme.example', time: NOW });
    expect(again.evidenceId).toBe(first.evidenceId);
    const ids = [
      first,
      evidenceOf({ 'person.id': 'u-1' }),
      evidenceOf({ 'person.anonymous_id': 'u-1' }),
      evidenceOf({ 'person.id': 'u-1', 'person.email': 'ann@acme.example', source: 'app' }),
    ].map(({ evidenceId }) => evidenceId);
    expect(new Set(ids).size).toBe(4);
  });

  it('is rejected when it names nobody, or no time', () => {
    expect(parseIdentity({ source: 'web', time: NOW, 'account.id': 'g-1' }, context)).toMatchObject({
      reason: 'no_person',
    });
    expect(parseIdentity({ source: 'web', 'person.id': 'u-1' }, context)).toMatchObject({
      reason: 'missing_field',
      message: 'time: is required',
    });
  });
});

describe('a request to be forgotten', () => {
  const request = { source: 'crm', 'person.email': 'Ann@acme.example' };
  const requestOf = (fields: Readonly<Record<string, unknown>> = {}) => {
    const parsed = parseErasure({ ...request, ...fields }, context);
    if (!parsed.ok) throw new Error(parsed.message);
    return parsed.row;
  };

  it('says who, when and why; asked for now when it does not say when', () => {
    expect(requestOf({ reason: 'by letter' })).toMatchObject({
      source: 'crm',
      time: NOW,
      personId: null,
      email: 'ann@acme.example',
      reason: 'by letter',
    });
    expect(requestOf({ time: '2026-02-01' }).time).toBe(Date.UTC(2026, 1, 1));
  });

  it("is the same request when it is repeated, by the tool's id or by whom it names", () => {
    expect(requestOf({ 'person.email': 'ann@ACME.example' }).requestId).toBe(requestOf().requestId);
    expect(requestOf({ id: '7' }).requestId).toBe(requestOf({ id: '7', reason: 'again' }).requestId);
    expect(requestOf({ id: '7' }).requestId).not.toBe(requestOf().requestId);
  });

  it('is rejected when it names nobody', () => {
    expect(parseErasure({ source: 'crm', id: '7' }, context)).toMatchObject({ reason: 'no_person' });
  });
});

describe('any input', () => {
  it('is either a record that fits its contract or a rejection, never an exception', () => {
    const evidence = createCodec<unknown>(readSchema('identity-evidence'));
    const erasures = createCodec<unknown>(readSchema('erasure-request'));
    const good = { source: 'web', time: NOW, 'person.id': 'u-1' };
    const names = ['source', 'time', 'id', 'kind', 'reason', 'person', 'account', 'person.email', 'account.domain'];
    const some = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          some,
          some.map((over) => ({ ...good, ...over })),
        ),
        (input) => {
          const identity = parseIdentity(input, context);
          if (identity.ok) expect(evidence.decode(evidence.encode(identity.row))).toEqual(identity.row);
          const erasure = parseErasure(input, context);
          if (erasure.ok) expect(erasures.decode(erasures.encode(erasure.row))).toEqual(erasure.row);
        },
      ),
    );
  });
});
