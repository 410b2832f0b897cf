import { answer, refusals } from './answers.ts';
import type { JsonSchema } from './interchange-schemas.ts';

/** Reasons for which any endpoint of a tool may refuse. */
const ANY = [
  'unauthorized',
  'invalid_request',
  'unreadable_body',
  'body_too_large',
  'unsupported_media_type',
  'too_much_in_flight',
  'not_acknowledged',
  'internal_error',
] as const;

const whatTheToolSends: JsonSchema = { description: 'what the tool sends; docs/sources.md says which tool sends what' };
const toolAnswer: JsonSchema = { $ref: '#/components/schemas/ToolAnswer' };

const id = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string' },
  description: 'of the source, as its file says it',
};

const sourcePath = {
  post: {
    operationId: 'post_source',
    summary: 'What a tool sends in a format of its own, read by the rules of its source',
    security: [{ key: [] }, {}],
    parameters: [
      id,
      {
        name: 'access_token',
        in: 'query',
        schema: { type: 'string' },
        description: 'the key, of a sender that sets no headers',
      },
    ],
    requestBody: { required: true, content: { 'application/json': { schema: whatTheToolSends } } },
    responses: {
      '200': answer('Everything is in the log (tools that would only send rejected records again)', toolAnswer),
      '202': answer('At least one record was accepted or left out; one result each, in order', toolAnswer),
      ...refusals([
        'signature_expired',
        'signature_unverifiable',
        'unknown_source',
        'empty_body',
        'nothing_accepted',
        ...ANY,
      ]),
    },
  },
  get: {
    operationId: 'get_source',
    summary: "Adobe I/O's challenge, answered",
    parameters: [id, { name: 'challenge', in: 'query', schema: { type: 'string', maxLength: 200 } }],
    responses: {
      '200': { description: 'The challenge', content: { 'text/plain': { schema: { type: 'string' } } } },
      ...refusals(['invalid_request', 'unknown_source']),
    },
  },
  options: {
    operationId: 'options_source',
    summary: 'The question of a sender of CloudEvents whether it may send, answered',
    parameters: [id],
    responses: {
      '200': { description: 'It may: WebHook-Allowed-Origin and WebHook-Allowed-Rate' },
      ...refusals(['invalid_request', 'unknown_source']),
    },
  },
};

const trackingPath = (call: string) => {
  const responses = refusals([...ANY, 'empty_body']);
  const either = { anyOf: [{ $ref: '#/components/schemas/Refusal' }, { $ref: '#/components/schemas/TrackingAnswer' }] };
  return {
    post: {
      operationId: `post_${call}`,
      summary: `${call}, as Segment's and RudderStack's HTTP tracking API has it`,
      security: [{ writeKey: [] }],
      requestBody: { required: true, content: { 'application/json': { schema: whatTheToolSends } } },
      responses: {
        '200': answer('Everything is in the log: accepted, or as dead letters', {
          $ref: '#/components/schemas/TrackingAnswer',
        }),
        ...responses,
        '400': answer('No JSON, or a call that is too large', either),
      },
    },
  };
};

const calls = ['track', 'identify', 'group', 'page', 'screen', 'alias', 'batch'] as const;

export const toolPaths: Readonly<Record<string, object>> = {
  '/v1/sources/{id}': sourcePath,
  ...Object.fromEntries(calls.map((call) => [`/v1/${call}`, trackingPath(call)])),
};

const count: JsonSchema = { type: 'integer', minimum: 0 };
const text: JsonSchema = { type: 'string' };

const toolResult: JsonSchema = {
  type: 'object',
  required: ['index', 'status'],
  properties: {
    index: { ...count, description: 'position among the records of the request' },
    status: { type: 'string', enum: ['accepted', 'skipped', 'rejected'] },
    records: {
      description: 'what an accepted record became',
      type: 'array',
      items: { type: 'object', required: ['kind', 'id'], properties: { kind: text, id: text, touchId: text } },
    },
    reason: { ...text, description: 'why a rule leaves it out, or code of the catalogue' },
    message: text,
  },
};

const results = { type: 'array', items: { $ref: '#/components/schemas/ToolResult' } };

export const toolSchemas: Readonly<Record<string, JsonSchema>> = {
  ToolResult: toolResult,
  ToolAnswer: {
    type: 'object',
    required: ['accepted', 'rejected', 'skipped', 'warnings', 'results'],
    properties: { accepted: count, rejected: count, skipped: count, warnings: count, results },
  },
  TrackingAnswer: {
    type: 'object',
    required: ['success', 'accepted', 'rejected', 'skipped', 'results'],
    properties: { success: { type: 'boolean' }, accepted: count, rejected: count, skipped: count, results },
  },
};
