import { identityDataVersions } from '@groundswell/identity';
import { parsedRequest, RequestRefused } from '@groundswell/interchange';
import {
  type AccountExplanation,
  type AskedPerson,
  askPerson,
  explainAccount,
  explainPerson,
  holdsAt,
  type NamedPerson,
  type PersonExplanation,
} from '@groundswell/resolution';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { correctionView } from './correction-view.ts';
import { instant, isoOf, type ResolverApi } from './resolver-api.ts';

const text = z.string().min(1).max(1_000);

const personFields = {
  email: text.optional(),
  source: text.optional(),
  id: text.optional(),
  anonymous_id: text.optional(),
};

interface PersonQuery {
  readonly email?: string | undefined;
  readonly source?: string | undefined;
  readonly id?: string | undefined;
  readonly anonymous_id?: string | undefined;
}

const NOBODY_NAMED = 'name the person by email, by source and id, or by source and anonymous_id';
const SOURCE_MISSING = 'an id says nothing without its source: give source as well';

const namesSomebody = ({ email, id, anonymous_id }: PersonQuery): boolean =>
  (email ?? id ?? anonymous_id) !== undefined;
const hasSource = ({ id, anonymous_id, source }: PersonQuery): boolean =>
  (id ?? anonymous_id) === undefined || source !== undefined;

const personSchema = z.strictObject(personFields).refine(namesSomebody, NOBODY_NAMED).refine(hasSource, SOURCE_MISSING);

const accountSchema = z
  .strictObject({
    ...personFields,
    account_id: text.optional(),
    account_domain: text.optional(),
    account_name: text.optional(),
    at: instant.optional(),
  })
  .refine(namesSomebody, NOBODY_NAMED)
  .refine(hasSource, SOURCE_MISSING);

const named = ({ email, source, id, anonymous_id }: PersonQuery): NamedPerson => ({
  email: email ?? null,
  id: id ?? null,
  anonymousId: anonymous_id ?? null,
  source: source ?? '',
});

const asked = (query: PersonQuery, { identities }: ResolverApi): AskedPerson => {
  const found = askPerson(named(query), identities);
  if (found) return found;
  throw new RequestRefused('invalid_request', 'email: is no e-mail address, such as kim@acme.example');
};

const personView = ({ identity, row, person }: AskedPerson) => ({
  ...{ identity, isKnown: row !== null, personId: person.personId === '' ? null : person.personId, kind: person.kind },
  email: person.email?.address ?? null,
});

const rowView = ({ employer, id, title, validFrom, received }: AccountExplanation['rows'][number]) => ({
  ...{ source: employer.source, id, accountId: employer.accountId, title },
  ...{ validFrom: isoOf(validFrom), received: isoOf(received) },
});

const accountView = (explained: AccountExplanation, who: AskedPerson, at: number) => {
  const { decided, rules, corrected, corrections, exclusions, employer, rows } = explained;
  const { accountId, accountRule, accountEvidence, disposition, dispositionReason, role, seniority } = decided;
  return {
    at: isoOf(at),
    person: personView(who),
    ...{ accountId, rule: accountRule, evidence: accountEvidence, disposition, dispositionReason, role, seniority },
    rules,
    corrected,
    corrections: corrections.map(correctionView),
    exclusions: exclusions.map((row) => ({
      ...{ source: row.source, id: row.id, kind: row.kind, value: row.value, reason: row.reason, scope: row.scope },
      ...{ validFrom: isoOf(row.validFrom), validTo: isoOf(row.validTo), holds: holdsAt(row, at) },
    })),
    employer: employer && { source: employer.source, accountId: employer.accountId },
    rows: rows.map(rowView),
  };
};

const explanationView = (explained: PersonExplanation, who: AskedPerson) => ({
  ...personView(who),
  isSharedMailbox: explained.person.kind === 'shared_mailbox',
  identities: explained.identities.map(
    ({ identity, identityId, claimedAt, email, linkedTo, linkedAt, name, title }) => ({
      ...{ identity, identityId, since: isoOf(claimedAt) },
      linkedTo: email === null ? linkedTo : email,
      ...{ linkedSince: isoOf(linkedAt), name, title },
    }),
  ),
  corrections: explained.corrections.map(correctionView),
  rows: explained.rows.map(({ row, role, seniority }) => ({ ...rowView(row), role, seniority })),
  dataVersions: identityDataVersions,
});

/** What a touch would be given and why, and who somebody is. Both show personal data, and are the operator's. */
export const whyRoutes = (app: FastifyInstance, api: ResolverApi): void => {
  app.get('/v1/why-account', async (request) => {
    const query = parsedRequest(accountSchema, request.query);
    const who = asked(query, api);
    const at = query.at ?? api.now();
    const { source = '', account_id: accountId = null, account_name: accountName = null } = query;
    const touch = { source, accountId, accountDomain: query.account_domain ?? null, accountName, at };
    return accountView(explainAccount(touch, who, api), who, at);
  });

  app.get('/v1/why-person', async (request) => {
    const who = asked(parsedRequest(personSchema, request.query), api);
    const explained = explainPerson(who, api);
    if (explained) return explanationView(explained, who);
    throw new RequestRefused('unknown_person', 'no touch and no identification ever named this person');
  });
};
