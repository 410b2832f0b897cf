import { answer, answerSchemas, refusals } from './answers.ts';
import { deadLetterPaths, deadLetterSchemas } from './dead-letters.ts';
import { interchangeSchemas, type JsonSchema } from './interchange-schemas.ts';
import { instant, object, orNull, query, reference } from './json-schema.ts';
import { toolPaths, toolSchemas } from './tool-paths.ts';

/** Reasons for which any endpoint that writes may refuse. */
const ANY = [
  'unauthorized',
  'body_too_large',
  'unsupported_media_type',
  'too_much_in_flight',
  'not_acknowledged',
  'internal_error',
] as const;

const recordParameters = [
  query('source', { type: 'string', minLength: 1, maxLength: 200 }, 'the source of records that name none'),
  query('mode', { type: 'string', enum: ['live', 'replay'] }, 'replay: `received` is taken from the record (imports)'),
  query('origin', { type: 'string', minLength: 1, maxLength: 500 }, 'file that the records stand in, for dead letters'),
  query('line', { type: 'integer', minimum: 1 }, 'line of that file at which the body begins'),
];

const recordOperation = (plural: string, schema: string) => ({
  post: {
    operationId: `post_${plural}`,
    summary: `Send ${plural}: answered when the broker has them`,
    security: [{ key: [] }, {}],
    parameters: recordParameters,
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { oneOf: [reference(schema), { type: 'array', minItems: 1, items: reference(schema) }] },
        },
        'application/x-ndjson': { schema: reference(schema) },
      },
    },
    responses: {
      '202': answer('At least one record was accepted; one result each, in order', reference('BatchAnswer')),
      ...refusals(['unreadable_body', 'empty_body', 'nothing_accepted', 'invalid_request', ...ANY]),
    },
  },
});

const controlOperation = (operation: {
  readonly id: string;
  readonly summary: string;
  readonly body: JsonSchema;
  readonly answer: JsonSchema;
  readonly reasons: Parameters<typeof refusals>[0];
}) => ({
  post: {
    operationId: operation.id,
    summary: operation.summary,
    security: [{ key: [] }, {}],
    requestBody: { required: true, content: { 'application/json': { schema: operation.body } } },
    responses: {
      '202': answer('Written to every partition', operation.answer),
      ...refusals([...operation.reasons, ...ANY]),
    },
  },
});

const clockMode: JsonSchema = { type: 'string', enum: ['live', 'replay'] };

const paths: Readonly<Record<string, object>> = {
  '/v1/touches': recordOperation('touches', 'Touch'),
  '/v1/accounts': recordOperation('accounts', 'Account'),
  '/v1/people': recordOperation('people', 'Person'),
  '/v1/opportunities': recordOperation('opportunities', 'Opportunity'),
  '/v1/opportunity_contacts': recordOperation('opportunity_contacts', 'OpportunityContact'),
  '/v1/opportunity_stages': recordOperation('opportunity_stages', 'OpportunityStage'),
  '/v1/orders': recordOperation('orders', 'Order'),
  '/v1/campaigns': recordOperation('campaigns', 'Campaign'),
  '/v1/content': recordOperation('content', 'Content'),
  '/v1/exclusions': recordOperation('exclusions', 'Exclusion'),
  '/v1/identities': recordOperation('identities', 'Identity'),
  '/v1/erasures': recordOperation('erasures', 'Erasure'),
  ...toolPaths,
  '/v1/clock': controlOperation({
    id: 'post_clock',
    summary: 'Let time pass in a replay, or say whether the log runs live or in replay',
    body: object({ tick: orNull(instant), mode: clockMode, reason: { type: 'string', maxLength: 500 } }),
    answer: object({ tick: orNull(instant), mode: orNull(clockMode), partitions: { type: 'integer' } }, [
      'tick',
      'mode',
      'partitions',
    ]),
    reasons: ['invalid_request', 'clock_in_future'],
  }),
  '/v1/policies': controlOperation({
    id: 'post_policies',
    summary: 'Check a policy and activate it at an instant',
    body: object(
      {
        content: { type: 'string', minLength: 1 },
        at: orNull(instant),
        activatedBy: { type: 'string', maxLength: 200 },
      },
      ['content'],
    ),
    answer: object({ name: { type: 'string' }, version: { type: 'string' }, at: instant }, ['name', 'version', 'at']),
    reasons: ['invalid_request', 'policy_invalid', 'clock_in_future'],
  }),
  ...deadLetterPaths,
  '/openapi.json': {
    get: {
      operationId: 'get_openapi',
      summary: 'This document',
      responses: { '200': answer('OpenAPI 3.1', { type: 'object' }) },
    },
  },
};

/** What intake takes and answers, as an OpenAPI document; tests hold it to what the server does. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Groundswell touch-intake',
    version: '1',
    description:
      'Touches and directory records come in here. A 2xx answer means that the broker has acknowledged what was accepted; anything else promises nothing, and the same request may be sent again: ids make repetitions harmless.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  paths,
  components: {
    schemas: { ...interchangeSchemas, ...answerSchemas, ...toolSchemas, ...deadLetterSchemas },
    securitySchemes: {
      key: { type: 'http', scheme: 'bearer', description: 'a key of the source, or of the operator' },
      writeKey: { type: 'http', scheme: 'basic', description: 'the write key as user name, no password' },
    },
  },
} as const;
