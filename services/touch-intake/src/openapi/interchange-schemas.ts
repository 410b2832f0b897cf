import { touchTypes } from '@groundswell/interchange';

/** A JSON schema (2020-12, as OpenAPI 3.1 has it). */
export type JsonSchema = Readonly<Record<string, unknown>>;

const text: JsonSchema = { type: 'string' };
const id: JsonSchema = { type: 'string', minLength: 1, maxLength: 200, pattern: '\\S' };
const required: JsonSchema = { type: 'string', minLength: 1, pattern: '\\S' };
const flag: JsonSchema = { type: 'boolean' };
const number: JsonSchema = { type: 'number' };
const time: JsonSchema = {
  description:
    'RFC 3339, epoch milliseconds, a date, or a date and time without offset, which then is in the time zone of the source',
  anyOf: [
    { type: 'string', format: 'date-time' },
    { type: 'string', format: 'date' },
    { type: 'integer', minimum: 946_684_800_000, maximum: 253_402_300_799_999 },
  ],
};
const texts: JsonSchema = { type: 'array', items: text };
const scalar: JsonSchema = { type: ['string', 'number', 'boolean', 'null'] };

const object = (properties: Readonly<Record<string, JsonSchema>>, needed: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  ...(needed.length === 0 ? {} : { required: needed }),
});

const person = (needed: string): JsonSchema =>
  object({ email: { type: 'string', format: 'email' }, id, anonymous_id: id, title: text, name: text }, [needed]);

const touch: JsonSchema = {
  ...object(
    {
      id: { ...id, description: 'idempotency key inside the source: the same again is a duplicate' },
      time: { ...time, description: `when it happened; ${time['description']}` },
      received: { ...time, description: 'live: information; in replay: when it arrived' },
      type: {
        ...required,
        description: `from the taxonomy; another is kept and weighs nothing: ${Object.keys(touchTypes).join(', ')}`,
      },
      source: { ...id, description: 'the system it came from; may stand once in the query, or come with the key' },
      person: { anyOf: ['email', 'id', 'anonymous_id'].map(person) },
      account: object({ domain: text, id: text, name: text }),
      product: text,
      channel: text,
      content: text,
      campaign: text,
      send_id: text,
      direction: { type: 'string', enum: ['theirs', 'ours'] },
      actor: text,
      bot: { ...flag, description: 'the source itself says it was a machine' },
      properties: { type: 'object', additionalProperties: scalar, description: 'kept verbatim' },
    },
    ['time', 'type', 'source', 'person'],
  ),
  description:
    'A touch. Fields of person, account and properties may also stand beside the others with dotted names (person.email). Fields that are not of the format are kept in properties, with a warning.',
};

const row = (
  properties: Readonly<Record<string, JsonSchema>>,
  needed: readonly string[],
  description: string,
): JsonSchema => ({
  ...object({ source: id, valid_from: time, ...properties }, ['source', ...needed]),
  description,
});

const account = row(
  {
    ...{
      id,
      name: text,
      domains: texts,
      aliases: texts,
      parent_id: text,
      ultimate_id: text,
      industry: text,
      region: text,
      country: text,
    },
    ...{
      employees: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
      revenue: number,
      lifecycle: text,
    },
    ...{ owner: text, tier: text, territory: text, technologies: texts },
  },
  ['id'],
  'An account of the directory',
);

const consent = object({ purpose: text, region: text, proof: text, time: text });
const personRow = row(
  { id, email: text, title: text, account_id: text, consent, status: text },
  ['id'],
  'A person of the directory',
);

const opportunity = row(
  {
    ...{ id, account_id: id, type: text, stage: text, stage_at: time, created_at: time, closed_at: time },
    ...{ is_won: flag, amount: number, currency: text, product_line: text, owner: text },
  },
  ['id', 'account_id', 'created_at'],
  'An opportunity',
);

const opportunityContact = row(
  { id, opportunity_id: id, person_id: id, role: text },
  ['opportunity_id', 'person_id'],
  'Who takes part in an opportunity',
);

const opportunityStage = row(
  {
    ...{ id, opportunity_id: id, stage: required, stage_at: time },
    ...{ amount: number, currency: text, close_expected_at: time },
  },
  ['opportunity_id', 'stage', 'stage_at'],
  'An opportunity arriving at a stage',
);

const order = row(
  { id, account_id: id, product: text, category: text, amount: number, currency: text, at: time },
  ['id', 'account_id', 'at'],
  'Something that an account has bought',
);

const campaign = row(
  { id, name: text, channel: text, cost: { type: 'number', minimum: 0 } },
  ['id'],
  'A campaign that touches name, with its cost',
);

const content = row(
  {
    ...{ id, url: text, title: text, product: text, persona: text, phase: text, language: text },
    retired_at: time,
  },
  ['id'],
  'An asset of the content catalogue, which touches name by its id or URL',
);

const exclusion = row(
  {
    id,
    kind: { type: 'string', enum: ['person', 'account'] },
    value: required,
    reason: text,
    scope: { type: 'array', items: { type: 'string', enum: ['score', 'route', 'metrics', 'train'] } },
  },
  ['kind', 'value'],
  'Who does not count, from when and for what. A kind may also be domain, and its value then a domain name.',
);

const identity = {
  ...object(
    {
      source: id,
      kind: { ...text, description: 'what the source did to say so: identify, group, merge ...' },
      time,
      person: { anyOf: ['email', 'id', 'anonymous_id'].map((needed) => person(needed)) },
      account: object({ domain: text, id: text, name: text }),
    },
    ['source', 'time', 'person'],
  ),
  description:
    'Who is who: identifiers of one person, and the account. person.previous_id is an id that this person had before.',
};

const erasure = {
  ...object(
    {
      source: id,
      id,
      time,
      person: { anyOf: ['email', 'id', 'anonymous_id'].map((needed) => person(needed)) },
      reason: text,
    },
    ['source', 'person'],
  ),
  description: 'A person wants to be forgotten',
};

/** What the endpoints take, by the name of its schema in the document. */
export const interchangeSchemas = {
  Touch: touch,
  Account: account,
  Person: personRow,
  Opportunity: opportunity,
  OpportunityContact: opportunityContact,
  OpportunityStage: opportunityStage,
  Order: order,
  Campaign: campaign,
  Content: content,
  Exclusion: exclusion,
  Identity: identity,
  Erasure: erasure,
} as const;
