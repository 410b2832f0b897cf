import { answer, refusals } from './answers.ts';
import type { JsonSchema } from './interchange-schemas.ts';
import { instant, object, orNull, query, reference } from './json-schema.ts';

const text: JsonSchema = { type: 'string' };
const count: JsonSchema = { type: 'integer', minimum: 0 };
const flag: JsonSchema = { type: 'boolean' };
const uuid: JsonSchema = { type: 'string', format: 'uuid' };

const whole = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  object(properties, Object.keys(properties));

const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

const tally = whole({ name: text, open: count, replayed: count });

const headFields = {
  deadLetterId: uuid,
  stage: { ...text, description: 'the service that gave it up' },
  reason: { ...text, description: 'code of the catalogue' },
  source: { ...text, description: 'empty: not known' },
  origin: { ...text, description: 'endpoint or file, with index or line' },
  recordKind: { ...orNull(text), description: 'what it is read as; null: the pipeline made it' },
  at: instant,
  state: { type: 'string', enum: ['open', 'replayed'] },
  replayedAt: orNull(instant),
  replayable: { ...flag, description: 'it may be replayed without giving the record anew' },
  bytes: count,
  offset: count,
};

const listing = whole({
  letters: list(reference('DeadLetterHead')),
  next: { ...orNull(count), description: 'goes into `before` for the next page; null: there is none' },
  counts: whole({ open: count, replayed: count, byReason: list(tally), bySource: list(tally), byStage: list(tally) }),
  holding: whole({
    ...{ records: count, bytes: count, oldestAt: orNull(instant), newestAt: orNull(instant) },
    ...{ retentionMs: orNull(count), retentionBytes: orNull(count), oldestGoesAt: orNull(instant) },
    openGoingWithinDay: count,
  }),
});

const letter = whole({
  ...headFields,
  message: { ...text, description: 'may quote the record' },
  explanation: orNull(whole({ meaning: text, action: text })),
  help: text,
  received: instant,
  accepted: { ...flag, description: 'it stands in the books' },
  headers: { type: 'object', additionalProperties: text },
  record: { ...orNull(text), description: 'as it came; an accepted touch as its sender would write it' },
  recordBase64: { ...orNull(text), description: 'of a record that is no text' },
  cut: { ...flag, description: 'only its beginning was kept' },
  replays: list(
    whole({
      ...{ at: instant, edited: flag, recordKind: text, records: count, touchIds: list(uuid) },
      requestId: text,
    }),
  ),
});

const result = object(
  {
    deadLetterId: uuid,
    origin: text,
    status: { type: 'string', enum: ['accepted', 'refused', 'not_replayable', 'already_replayed'] },
    records: count,
    touchIds: list(uuid),
    warnings: list(whole({ code: text, message: text })),
    replayedAt: instant,
    reason: text,
    message: text,
    dryRun: flag,
  },
  ['deadLetterId', 'origin', 'status'],
);

const bulk = whole({
  ...{ dryRun: flag, accepted: count, refused: count, notReplayable: count, alreadyReplayed: count },
  results: list(reference('ReplayResult')),
  remaining: count,
  next: { ...orNull(count), description: 'goes into `after` for the next step; null: all are done' },
});

export const deadLetterSchemas = {
  DeadLetterHead: whole(headFields),
  DeadLetterList: listing,
  DeadLetter: letter,
  ReplayResult: result,
  BulkReplay: bulk,
} as const;

const filterFields = {
  reason: { type: 'string', maxLength: 100 },
  source: { type: 'string', maxLength: 200 },
  stage: { type: 'string', maxLength: 100 },
  since: instant,
};

const filters = [
  query('reason', filterFields.reason, 'only letters with this reason'),
  query('source', filterFields.source, 'only letters of this source; empty: whose source is not known'),
  query('stage', filterFields.stage, 'only what this service gave up'),
  query('since', filterFields.since, 'only from then on'),
];

const corrections = {
  set: {
    type: 'object',
    maxProperties: 100,
    additionalProperties: { type: 'string', maxLength: 10_000 },
    propertyNames: { minLength: 1, maxLength: 200 },
    description: 'fields to set first, by dotted name; an empty text takes a field away',
  },
  timeZone: { type: 'string', description: 'IANA zone of times without offset, such as Europe/Berlin' },
  dryRun: { ...flag, description: 'judge and write nothing' },
};

const bulkFields = {
  ...filterFields,
  ...corrections,
  limit: { type: 'integer', minimum: 1, maximum: 10_000 },
  after: { type: 'integer', minimum: -1, description: 'the `next` of the step before' },
};

const id = { name: 'id', in: 'path', required: true, schema: uuid };
const READ = ['unauthorized', 'invalid_request', 'too_much_in_flight', 'log_unreadable', 'internal_error'] as const;
const WRITE = [...READ, 'body_too_large', 'unsupported_media_type', 'not_acknowledged'] as const;

const body = (schema: JsonSchema, required: boolean) => ({ required, content: { 'application/json': { schema } } });

export const deadLetterPaths = {
  '/v1/dead-letters': {
    get: {
      security: [{ key: [] }, {}],
      operationId: 'get_dead_letters',
      summary: 'The newest dead letters, counts of all that match, and how much is held: no personal data',
      parameters: [
        ...filters,
        query('state', { type: 'string', enum: ['open', 'replayed', 'all'] }, 'open when not given'),
        query('limit', { type: 'integer', minimum: 0, maximum: 1_000 }, 'letters to list, 50 when not given'),
        query('before', count, 'the `next` of the page before'),
      ],
      responses: { '200': answer('Letters and counts', reference('DeadLetterList')), ...refusals(READ) },
    },
  },
  '/v1/dead-letters/{id}': {
    get: {
      security: [{ key: [] }, {}],
      operationId: 'get_dead_letter',
      summary: 'One dead letter with its record, what is wrong with it and what to do: personal data',
      parameters: [id],
      responses: {
        '200': answer('The letter', reference('DeadLetter')),
        ...refusals(['dead_letter_not_found', ...READ]),
      },
    },
  },
  '/v1/dead-letters/{id}/replay': {
    post: {
      security: [{ key: [] }, {}],
      operationId: 'post_dead_letter_replay',
      summary: 'Read the record of a dead letter again, as it came or put right',
      parameters: [id],
      requestBody: body(
        object({
          ...corrections,
          record: {
            anyOf: [{ type: 'object' }, text],
            description: 'the record put right: an object, or the text of one',
          },
        }),
        false,
      ),
      responses: {
        '200': answer('A dry run, or it was replayed before: nothing was written', reference('ReplayResult')),
        '202': answer('Accepted', reference('ReplayResult')),
        ...refusals(['nothing_accepted', 'not_replayable', 'dead_letter_not_found', ...WRITE]),
      },
    },
  },
  '/v1/dead-letters/replay': {
    post: {
      security: [{ key: [] }, {}],
      operationId: 'post_dead_letters_replay',
      summary: 'Replay the open dead letters of a reason, a source or both, oldest first, step by step',
      requestBody: body({ anyOf: ['reason', 'source'].map((filter) => object(bulkFields, [filter])) }, true),
      responses: {
        '200': answer('Nothing was written: a dry run, or nothing was accepted', reference('BulkReplay')),
        '202': answer('What became of each', reference('BulkReplay')),
        ...refusals(WRITE),
      },
    },
  },
};
